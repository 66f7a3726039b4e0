"""What residents write: short, plain, and about the street only, never about a person."""

from collections.abc import Sequence

PLACES = (
    "near the crossing with {street}", "on {street}", "at the bus stop on {street}",
    "halfway along {street}", "at the corner of {street}", "by the playground off {street}",
    "outside the bakery on {street}", "in front of the school on {street}",
    "where {street} narrows", "at the end of {street}", "behind the parked cars on {street}",
    "by the bicycle stands, {street}",
)  # fmt: skip
ENDINGS = (
    "", "", "", "", " It has been like this for days.", " Please take a look.",
    " Hard to see in the dark.", " Worse since the rain.", " Prams and wheelchairs cannot pass.",
    " Children walk here every morning.", " Thank you.", " Seen again today.",
)  # fmt: skip
WISH_ENDINGS = ("", "", " Thank you.", " Many neighbours would use it.")
WHAT = {
    "EXPOSED_WIRING": (
        "Bare wires sticking out of a lamp post", "The door of a power cabinet hangs open",
        "A cable hangs down to head height", "Sparks from the base of a street light",
    ),
    "GAS_SMELL": (
        "Strong smell of gas", "It smells of gas by the road works",
        "Smell of gas from a drain", "Gas smell that comes and goes",
    ),
    "MANHOLE": (
        "Manhole cover missing", "Drain cover cracked through",
        "The ground has sunk around a manhole", "Loose cover that tips when cars drive over it",
    ),
    "TRAFFIC_LIGHT": (
        "All traffic lights are dark", "The pedestrian light stays red",
        "Signal head twisted round after a knock", "The green phase is over before one is across",
        "The crossing no longer beeps",
    ),
    "FALLEN_TREE": (
        "A big branch is down across the pavement", "Tree leaning onto the wires",
        "Broken branch hanging over the path", "A tree has fallen and blocks one lane",
    ),
    "POTHOLE": (
        "Deep hole in the cycle lane", "Pothole as wide as a wheel", "Paving stone has tipped up",
        "Row of holes along the kerb", "The patch from last year has come out again",
        "The pavement has sunk", "Sharp edge where the trench was filled",
    ),
    "STREET_LIGHT": (
        "Street light out", "Three lamps in a row are dark", "The light flickers all night",
        "Lamp burns in the daytime", "Lamp glass is broken and the light is off",
    ),
    "BLOCKED_DRAIN": (
        "Drain blocked with leaves", "Water stands across the whole lane after rain",
        "The gully runs over", "A puddle that never drains", "Drain full of building sand",
    ),
    "DUMPED_WASTE": (
        "Old mattress and a broken chair left out", "Bags of rubbish dumped",
        "A heap of rubble and paint tins", "Fridge left on the verge",
        "Garden waste tipped over the fence", "Tyres dumped by the hedge",
    ),
    "GRAFFITI": (
        "Fresh paint all over the wall", "Tags on the bus shelter",
        "The street sign is painted over", "Stickers cover the timetable",
        "Graffiti on the underpass wall",
    ),
    "OVERGROWN": (
        "The hedge has grown over half the path", "Brambles at face height",
        "Weeds as tall as the railings", "Branches hide the stop sign",
        "Bushes block the view at the junction",
    ),
    "LITTER_BIN": (
        "The bin is running over", "Bin burnt out", "The bin has come off its post",
        "Birds have pulled everything out of the bin", "The lid of the bin is broken",
    ),
    "BENCH_WISH": (
        "A bench would help on the way up", "Could we have somewhere to lock bicycles",
        "There is nowhere to sit", "Please add a bin", "A seat in the shade would be good",
    ),
}  # fmt: skip


def describe(service_code: str, street: str, luck: Sequence[float]) -> str:
    """A resident's sentence or two about a street; `luck` is three draws from [0, 1)."""
    endings = WISH_ENDINGS if service_code == "BENCH_WISH" else ENDINGS
    what, place, ending = (
        options[int(draw * len(options))]
        for options, draw in zip((WHAT[service_code], PLACES, endings), luck, strict=True)
    )
    return f"{what}, {place.format(street=street)}.{ending}"
