"""What is said of winning projects while they are built and afterwards, by category."""

from dataclasses import dataclass

from backend.demo.project_ideas import CULTURE, GREEN, LEARNING, PLAY, STREETS


@dataclass(frozen=True)
class Building:
    """Words for one category; `steps` are milestones in their order."""

    deliverer: str
    contact: str
    steps: tuple[str, str, str]
    delay: str
    abandoned: str
    achieved: str
    partly: str
    failed: str


BUILDINGS = {
    PLAY: Building(
        "Parks department",
        "parks@town.example",
        ("Plan agreed with those who will use it", "Equipment ordered", "Built and approved"),
        "The maker delivers six weeks late; the ground is done meanwhile.",
        "An old sewer lies under the plot, and moving it costs more than the project.",
        "On eight of ten afternoons that were counted it was in use, by old and young.",
        "It is used much on dry days; when it rains the ground stays wet for two days.",
        "It stands where hardly anybody passes: four visitors a day were counted. In the next "
        "budget the place is chosen together with those it is for, before the vote.",
    ),
    GREEN: Building(
        "Parks department",
        "parks@town.example",
        ("Places agreed with the neighbours", "Ground prepared", "Finished and handed over"),
        "The ground was too wet to dig for six weeks, and other works came in between.",
        "The soil holds oil from an old workshop and has to be cleaned first.",
        "Three times as many people stop there as the year before, and stay for longer.",
        "It does well on the north side; on the south side a third has to be done again.",
        "By the first summer half of it was dry or broken: care was promised and in nobody's plan. "
        "From now on a pack that names nobody for it is not complete.",
    ),
    STREETS: Building(
        "Roads department",
        "roads@town.example",
        ("Surveyed and drawn", "Order given", "Built and opened"),
        "Water pipes have to be renewed first; digging twice would cost more.",
        "The bus line was moved into the street, and both do not fit.",
        "Twice as many people are out there on foot as before, and more of them are old.",
        "It works by day; after dark few dare to go there, so light follows.",
        "Cars park in front of it each evening, so that nobody gets there. Posts were left out "
        "to save money; they should have been in the first plan.",
    ),
    CULTURE: Building(
        "Culture office",
        "culture@town.example",
        ("Permits there", "Works done", "Opened"),
        "The permit took six weeks longer: neighbours had objected and were heard.",
        "The owner has sold the house, and no other place was found.",
        "Of the neighbours who were asked two in three are glad of it; three complained.",
        "Who lives next to it knows and likes it; two streets on hardly anybody has heard of it.",
        "The group that asked for it has come apart, and nobody else looks after it. A second "
        "group is now named in every such proposal.",
    ),
    LEARNING: Building(
        "Library",
        "library@town.example",
        ("People found", "Rooms and equipment ready", "Opened"),
        "The first search found nobody; the post is offered again with more hours.",
        "The state pays for the same from this summer, so the money goes back.",
        "Eleven hundred visits, half of them by people over sixty-five.",
        "Afternoons are full; the evening hours found few and will be moved.",
        "It had ninety visits in all: it opens when the buses do not run. The hours were set "
        "before anybody asked those it was for.",
    ),
}
