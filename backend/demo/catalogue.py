"""What the made-up town can be told of, and how soon it means to act."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

TARGET_HOURS = {0: 4, 1: 24, 2: 240, 3: 504, 4: 1_440}
SERVICE_DAYS = {0: (0.12, 1.0), 1: (1.2, 1.5), 2: (7.0, 6.0), 3: (14.0, 8.0), 4: (40.0, 30.0)}
"""Mean days from first report to inspection and from there to closing, by severity band."""


@dataclass(frozen=True)
class Service:
    """A service in Open311's words, its severity band (0 safety to 4 wish) and its habits.

    `need` is incidents a year for 1,000 residents, `rate` reports a day of one of them.
    """

    service_code: str
    name: str
    description: str
    group: str
    keywords: tuple[str, ...]
    severity_band: int
    need: float
    rate: float

    @property
    def target_hours(self) -> int:
        """Hours in which the town means to act."""
        return TARGET_HOURS[self.severity_band]


SERVICES = (
    Service(
        "EXPOSED_WIRING", "Exposed wiring",
        "Bare or hanging wires on a lamp post, a cabinet or a building. Keep away from it.",
        "Danger", ("electric", "cable", "wire", "lamp post"), 0, 0.5, 0.22,
    ),
    Service(
        "GAS_SMELL", "Smell of gas in the street",
        "A smell of gas outdoors. Leave the place and call the emergency number first.",
        "Danger", ("gas", "smell", "leak"), 0, 0.35, 0.5,
    ),
    Service(
        "MANHOLE", "Missing or broken manhole cover",
        "A cover that is missing, broken or loose, or ground that has caved in around one.",
        "Danger", ("drain", "cover", "sinkhole", "collapse"), 0, 0.7, 0.16,
    ),
    Service(
        "TRAFFIC_LIGHT", "Traffic light out",
        "Traffic or crossing lights that are dark, stuck or turned the wrong way.",
        "Roads", ("signal", "crossing", "lights"), 1, 1.6, 0.2,
    ),
    Service(
        "FALLEN_TREE", "Fallen tree or hanging branch",
        "A tree or a large branch that has come down, or is about to, over a way people use.",
        "Trees and parks", ("tree", "branch", "storm"), 1, 2.2, 0.11,
    ),
    Service(
        "POTHOLE", "Pothole or broken surface",
        "A hole, a crack or a sunken patch in a road, a cycle lane or a pavement.",
        "Roads", ("road", "pavement", "cycle lane", "hole"), 2, 8.0, 0.032,
    ),
    Service(
        "STREET_LIGHT", "Street light out",
        "A street light that is dark, flickers or burns by day.",
        "Roads", ("lamp", "dark", "lighting"), 2, 6.5, 0.036,
    ),
    Service(
        "BLOCKED_DRAIN", "Blocked drain",
        "A gully that does not drain, or water that stands after rain.",
        "Water", ("gully", "flood", "puddle"), 2, 3.6, 0.03,
    ),
    Service(
        "DUMPED_WASTE", "Dumped waste",
        "Furniture, bags or rubble left in the street or on open ground.",
        "Cleaning", ("rubbish", "fly-tipping", "mattress"), 3, 8.5, 0.04,
    ),
    Service(
        "GRAFFITI", "Graffiti",
        "Paint or stickers on public walls, signs and street furniture.",
        "Cleaning", ("paint", "tag", "sticker"), 3, 5.0, 0.018,
    ),
    Service(
        "OVERGROWN", "Overgrown hedge or path",
        "Plants that narrow a path or hide a sign, a light or the view at a corner.",
        "Trees and parks", ("hedge", "weeds", "path"), 3, 4.0, 0.018,
    ),
    Service(
        "LITTER_BIN", "Full or broken bin",
        "A public bin that runs over, is damaged or has gone.",
        "Cleaning", ("litter", "bin", "overflowing"), 3, 4.5, 0.035,
    ),
    Service(
        "BENCH_WISH", "A new bench, bin or bike stand",
        "Something small that is missing: a place to sit, to leave a bicycle, to drop litter.",
        "Wishes", ("bench", "seat", "bicycle", "wish"), 4, 1.6, 0.014,
    ),
)  # fmt: skip


def service_words() -> dict[str, list[dict[str, Any]]]:
    """What the services are called in other languages, as a catalogue keeps it, by code."""
    text = files("backend.demo").joinpath("service_words.toml").read_text(encoding="utf-8")
    return {
        code: [{"language": language, **said} for language, said in by_language.items()]
        for code, by_language in tomllib.loads(text).items()
    }
