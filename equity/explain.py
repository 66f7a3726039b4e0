"""Facts of a position or a rate as sentences a ward officer can repeat.

Every sentence is a key of one table and its facts, so that a translation can replace the table.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor
from typing import TypeAlias

from equity.priority import UNWEIGHTED_BANDS, Priority
from equity.reporting_rate import AreaRate, Grade

Fact: TypeAlias = str | int | float

ENGLISH: Mapping[str, str] = {
    "severity": "Severity {band} of {last_band}.",
    "waiting-hours": "Waiting {waiting} hours against a target of {target} hours.",
    "waiting-days": "Waiting {waiting} days against a target of {target} days.",
    "hazard": "Danger and urgent work go by waiting time alone; no district counts for more.",
    "nothing-added": "Nothing is added for the district.",
    "district-added": "{percent} % is added because residents of the district report the same "
    "kind of problem less often than elsewhere.",
    "rate-between": "Residents here report the same kind of problem between {low} and {high} "
    "times as often as the city's average.",
    "rate-unknown": "There are too few repeated reports from here ({duplicates}) to tell whether "
    "residents report more or less often than elsewhere.",
    "rate-silent": "In 90 days fewer reports came from here than its number of residents would "
    "suggest. That is no sign that all is well: somebody should go and look.",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A key of `ENGLISH` and the facts its template takes."""

    key: str
    facts: Mapping[str, Fact]


def explain_position(priority: Priority, last_band: int) -> tuple[Sentence, ...]:
    """Why a report stands where it stands; `last_band` is the mildest band of the city."""
    weight = priority.factor("district_weight")
    if priority.severity_band in UNWEIGHTED_BANDS:
        district = Sentence("hazard", {})
    elif weight == 1:
        district = Sentence("nothing-added", {})
    else:
        district = Sentence("district-added", {"percent": _plain(max(0.1, 100 * (weight - 1)))})
    return (
        Sentence("severity", {"band": priority.severity_band, "last_band": last_band}),
        _waiting(priority),
        district,
    )


def _waiting(priority: Priority) -> Sentence:
    """In days once both are days long, for nobody counts hundreds of hours."""
    waiting, target = priority.factor("waiting_hours"), priority.target_hours
    if min(waiting, target) < 48:
        return Sentence("waiting-hours", {"waiting": floor(waiting), "target": _plain(target)})
    facts = {"waiting": floor(waiting / 24), "target": _plain(target / 24)}
    return Sentence("waiting-days", facts)


def explain_rate(rate: AreaRate) -> Sentence:
    """What is known of an area's reporting; the interval is rounded outwards, never inwards."""
    if rate.grade is Grade.S:
        return Sentence("rate-silent", {"area": rate.area})
    if rate.low is None or rate.high is None:
        return Sentence("rate-unknown", {"area": rate.area, "duplicates": rate.duplicates})
    steps = 10 if rate.low >= 0.1 else 100
    return Sentence(
        "rate-between",
        {
            "area": rate.area,
            "low": floor(rate.low * steps) / steps,
            "high": ceil(rate.high * steps) / steps,
        },
    )


def in_words(sentences: Iterable[Sentence], templates: Mapping[str, str] = ENGLISH) -> str:
    """The sentences one after the other, from a table of templates."""
    return " ".join(templates[sentence.key].format(**sentence.facts) for sentence in sentences)


def _plain(number: float) -> Fact:
    rounded = round(float(number), 1)  # integers have no is_integer before Python 3.12
    return int(rounded) if rounded.is_integer() else rounded
