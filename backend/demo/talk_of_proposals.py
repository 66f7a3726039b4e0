"""What is said of proposals by those who make them, ask about them and check them, by category."""

from dataclasses import dataclass

from backend.ballots.proposals.commands import Criterion
from backend.demo.project_ideas import CULTURE, GREEN, LEARNING, PLAY, STREETS


@dataclass(frozen=True)
class Talk:
    """Words for one category.

    `cost_lines` have a share of the cost in percent each. `refusal` is the criterion that is not
    met, and why. `sides` are comments.
    """

    group: str
    interest: str
    question: str
    answer: str
    sides: tuple[str, str]
    change: str
    refused_by: Criterion
    refusal: str
    appeal: str
    minority: str
    cost_lines: tuple[tuple[str, int], ...]


TALKS = {
    PLAY: Talk(
        group="Parents of {place}",
        interest="Our children would play there.",
        question="Who looks after it when something breaks?",
        answer="The parks department looks at it every two weeks and repairs within ten days.",
        sides=(
            "There is nothing for those between twelve and eighteen. This would help.",
            "Please put it where it can be seen from the street.",
        ),
        change="A way to it that wheelchairs can take was added; it costs more.",
        refused_by=Criterion.TECHNICAL,
        refusal="The plot is flood meadow: no foundation may be laid there.",
        appeal="The plot next to it lies two metres higher and is the town's as well.",
        minority="Some neighbours would rather see the old one repaired first.",
        cost_lines=(("Ground and foundations", 35), ("Equipment", 55), ("Planning", 10)),
    ),
    GREEN: Talk(
        group="Garden friends of {place}",
        interest="My windows look onto the place.",
        question="Who looks after it in five years?",
        answer="The parks department; the money for it is in its plan for ten years.",
        sides=(
            "Last August my street was forty degrees at six in the evening. Yes, please.",
            "Good, as long as the trees that are there stay.",
        ),
        change="The ground is dug deeper, to last through wet and dry years; it costs more.",
        refused_by=Criterion.LEGAL,
        refusal="The ground belongs to the railway, which neither sells nor leases it.",
        appeal="Half of it is not the railway's: it is marked as the town's on the plan.",
        minority="Some neighbours fear litter and noise on warm evenings.",
        cost_lines=(("Ground and materials", 50), ("Works", 40), ("Planning", 10)),
    ),
    STREETS: Talk(
        group="Walkers of {place}",
        interest="I live on the street.",
        question="Do the dustcart and the fire engine still get through?",
        answer="Yes. Both were driven past it on the plan; they keep three and a half metres.",
        sides=(
            "I have used a walker for two years, and there I turn back each time.",
            "Good, but then the side streets need it as well.",
        ),
        change="Kerbs that canes can feel were added; it costs more.",
        refused_by=Criterion.TECHNICAL,
        refusal="Buses of two lines turn there, and the bend would be too narrow for them.",
        appeal="With the stop moved forty metres the bend stays as wide as it is.",
        minority="Some who drive to work expect that they will lose minutes every day.",
        cost_lines=(("Surface and kerbs", 60), ("Signs and light", 25), ("Planning", 15)),
    ),
    CULTURE: Talk(
        group="Neighbours' table {place}",
        interest="Our association would have a part in it.",
        question="Who decides what happens there?",
        answer="A round of those who live there, open to everybody, twice a year.",
        sides=(
            "This part of the town has had nothing of the kind for years.",
            "I like it, and I live next to it. Please ask us before it begins.",
        ),
        change="A way for wheelchairs is part of it now; it costs more.",
        refused_by=Criterion.UPKEEP,
        refusal="It needs somebody in every year to come, and this budget pays for one.",
        appeal="Three associations have put in writing that they look after it by turns.",
        minority="Some neighbours say they were asked too late, and would rather wait a year.",
        cost_lines=(("Works and fitting", 60), ("Equipment", 30), ("Permits", 10)),
    ),
    LEARNING: Talk(
        group="Friends of the library",
        interest="I teach there one evening a week.",
        question="What happens when the money is used up?",
        answer="The council decides on it in the spring after, with what was learnt by then.",
        sides=(
            "Who has neither a car nor the internet is left out today.",
            "Is this not something that the state should pay for?",
        ),
        change="Opening hours follow the buses now; it costs a little more.",
        refused_by=Criterion.LEGAL,
        refusal="The state pays for this already, and the town may not pay for it twice.",
        appeal="It pays for mornings. This is for the hours after, which nobody pays for.",
        minority="Some would rather have longer hours at the library that is there.",
        cost_lines=(("Equipment", 55), ("People, for one year", 40), ("Permits", 5)),
    ),
}
FOUND = {
    Criterion.LEGAL: (
        "The ground is the town's, and no plan says otherwise.",
        "No permit is needed beyond the usual ones.",
        "It keeps to the town plan; the neighbours have been heard.",
    ),
    Criterion.TECHNICAL: (
        "Nothing lies in the ground there that would be in the way.",
        "It has been built like this elsewhere in the town.",
        "It can be built within one season.",
    ),
    Criterion.COST: (
        "The sum agrees with what two firms have offered.",
        "The sum is what the same cost two years ago, with prices of today.",
        "The sum includes a tenth for what nobody foresees.",
    ),
    Criterion.UPKEEP: (
        "The department can keep it with the people it has.",
        "Keeping it costs about two percent of its price a year, which is planned for.",
        "It hardly needs upkeep for ten years.",
    ),
    Criterion.BENEFIT: (
        "About two thousand people live within ten minutes on foot.",
        "It helps most those who have no garden and no car.",
        "It is of use to old and young, by day and in the evening.",
    ),
}
"""What a reviewer finds where nothing is wrong."""
THANKS = "Thank you. That answers it."
WITHDRAWAL = "The school is going to build it itself, so the money is better spent elsewhere."
OPEN_QUESTION = "Would it be done before the next winter?"
