"""The ideas that residents put up for the town budget, and what speaks for and against each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Idea:
    """`name` and `summary` may speak of {place} (a district) or {street}; `price` in euro."""

    name: str
    category: str
    price: int
    summary: str
    pro: str
    con: str
    is_by_water: bool = False


PLAY, GREEN, STREETS = "Play and sport", "Green and water", "Streets and paths"
CULTURE, LEARNING = "Culture and meeting", "Learning"

FOR_THE_TOWN = (
    Idea(
        "Playground for all ages in {place}", PLAY, 140_000,
        "Swings, climbing ropes and seats that children, parents and grandparents use together.",
        "The nearest playground is twenty minutes away on foot.",
        "A lawn where people sit in summer becomes smaller.",
    ),
    Idea(
        "Skate bowl beside {street}", PLAY, 185_000,
        "A concrete bowl, open all year and free, where nobody minds the noise of wheels.",
        "Skaters leave the steps of the town hall in peace.",
        "Concrete seals ground that takes up rain today.",
    ),
    Idea(
        "Water play on {street}", PLAY, 92_000,
        "Jets in the pavement that switch on in the heat and leave a dry square in winter.",
        "The square has no shade and no other way to cool down.",
        "It takes drinking water in the weeks when there is least of it.",
    ),
    Idea(
        "Two hundred street trees for {place}", GREEN, 160_000,
        "Trees in the pavement, chosen for heat and drought, watered for their first five years.",
        "Under trees the street is up to five degrees cooler.",
        "About ninety places to park are lost.",
    ),
    Idea(
        "Pocket park on {street}", GREEN, 115_000,
        "A leftover plot becomes a small park with a lawn, hedges and two benches.",
        "Four hundred flats nearby have no green within five minutes.",
        "The weekly market would lose its place for deliveries.",
    ),
    Idea(
        "River steps to sit on", GREEN, 230_000,
        "Wide steps down to the water, with a ramp, where today a railing keeps everybody off.",
        "The town has a river and hardly anywhere to touch it.",
        "The lowest steps are under water some weeks of the year and need cleaning.",
        is_by_water=True,
    ),
    Idea(
        "Wider pavement on {street}", STREETS, 175_000,
        "Room for two wheelchairs to pass, on the side where the shops are.",
        "Prams and walkers share eighty centimetres with bins and bicycles today.",
        "Deliveries will have to stop round the corner.",
    ),
    Idea(
        "Cycle street: {street}", STREETS, 125_000,
        "Bicycles have priority from end to end, and cars drive at their pace.",
        "The street joins the station to three schools.",
        "Some through traffic will look for other streets.",
    ),
    Idea(
        "Public toilet for {place}", STREETS, 98_000,
        "One that is free, step-free, open day and night, and cleaned twice a day.",
        "Who is old or has small children can stay in town for longer.",
        "Cleaning costs the town about 9,000 euro a year.",
    ),
    Idea(
        "Open-air stage in {place}", CULTURE, 110_000,
        "A roof, a floor and a socket for whoever sings, plays or speaks.",
        "Schools and choirs have nowhere to perform that costs nothing.",
        "On some evenings it will be heard in the houses around.",
    ),
    Idea(
        "Summer of street concerts", CULTURE, 29_000,
        "Twelve evenings in twelve districts, with musicians who live in them.",
        "It reaches every district and not only the middle of the town.",
        "When the summer is over nothing is left that can be touched.",
    ),
    Idea(
        "A bus that brings the library to {place}", LEARNING, 145_000,
        "Books, a reading corner and a librarian, once a week at six stops.",
        "Half of the children there live too far from the library to walk.",
        "A driver has to be found, and the bus is hard to park.",
    ),
)  # fmt: skip
FOR_A_DISTRICT = (
    Idea(
        "Outdoor gym in {place}", PLAY, 48_000,
        "Eight machines that work with one's own weight, two of them usable from a wheelchair.",
        "It is free, and open at hours when no hall is.",
        "Two of the machines need care each spring.",
    ),
    Idea(
        "Floodlights for the ball court in {place}", PLAY, 36_000,
        "Light until nine in the evening from October to March, on a switch with a timer.",
        "In winter the court is dark when school is over.",
        "Bats hunt along the hedge beside it.",
    ),
    Idea(
        "Table tennis tables in {place}", PLAY, 14_000,
        "Four tables of concrete, in the shade, with benches around them.",
        "People of any age play, and hardly anything breaks.",
        "They stand on a meadow where dogs run free today.",
    ),
    Idea(
        "Community garden in {place}", GREEN, 32_000,
        "Beds to share, a shed, water and a compost heap, on ground of the town.",
        "Neighbours who never spoke weed the same bed.",
        "If the group falls asleep the town has to clear up.",
    ),
    Idea(
        "Wildflower verges along {street}", GREEN, 12_500,
        "Mown twice a year and not every two weeks, with seed from the region.",
        "In the second year it costs less to keep than lawn.",
        "In late summer it looks untidy to some.",
    ),
    Idea(
        "Drinking fountains in {place}", GREEN, 27_000,
        "Three fountains where people walk, wait and play.",
        "Nobody has to buy water in a bottle.",
        "They are shut off from November to March.",
    ),
    Idea(
        "Green roof for the bus shelters in {place}", GREEN, 41_000,
        "Stonecrop on the roofs of eight shelters, which cools them and feeds bees.",
        "Waiting in the sun becomes bearable.",
        "The shelters have to be made stronger first.",
    ),
    Idea(
        "Safe crossing on {street}", STREETS, 56_000,
        "An island in the middle and a kerb that is flat for wheels and felt by canes.",
        "Children cross there to school without a light.",
        "Cars will wait a little longer.",
    ),
    Idea(
        "Benches every two hundred metres in {place}", STREETS, 24_000,
        "Twenty benches with backs and arms, so that nobody has to stay at home for want of one.",
        "Who cannot walk far can do it in stages.",
        "In three places a bench takes the room of a bicycle stand.",
    ),
    Idea(
        "Covered bicycle stands in {place}", STREETS, 38_000,
        "Room for sixty bicycles at two stops, lit and dry.",
        "More people ride to the bus when the bicycle is safe.",
        "Six places to park are lost.",
    ),
    Idea(
        "Dropped kerbs throughout {place}", STREETS, 54_000,
        "Every crossing step-free, the busiest first.",
        "One missing ramp makes a whole way useless.",
        "Each crossing is a building site for two days.",
    ),
    Idea(
        "School street: {street} free of cars at the bell", STREETS, 18_500,
        "Half an hour in the morning and at noon, with a barrier that the school looks after.",
        "Most of the traffic at the gate is parents who drive.",
        "Residents need a permit to drive in at those hours.",
    ),
    Idea(
        "Repair café in {place}", CULTURE, 22_000,
        "Tools, a room twice a month, and people who know how to mend a toaster.",
        "Things last longer, and one learns how they work.",
        "It depends on volunteers.",
    ),
    Idea(
        "Mural on {street}", CULTURE, 9_500,
        "The blank wall at the crossing, painted with the school by somebody who can.",
        "It costs little, and many people see it each day.",
        "It will need new paint in about ten years.",
    ),
    Idea(
        "Help with phones and forms in {place}", LEARNING, 16_000,
        "Two afternoons a week where somebody sits down with you and your letter or your phone.",
        "More and more offices can only be reached online.",
        "The money lasts for one year.",
    ),
    Idea(
        "Open evenings at the schools of {place}", LEARNING, 44_000,
        "Gym, kitchen and workshop open to the district on two evenings a week.",
        "The rooms are there, heated, and empty in the evening.",
        "Somebody has to lock up.",
    ),
)  # fmt: skip
