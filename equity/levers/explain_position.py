"""Why a report stands where it stands in the queue, in sentences."""

from collections.abc import Mapping
from math import floor

from equity.levers.priority import UNWEIGHTED_BANDS, Priority
from equity.sentences import Fact, Sentence

POSITION_ENGLISH: Mapping[str, str] = {
    "severity": "Severity {band} of {last_band}.",
    "waiting-hours": "Waiting {waiting} hours against a target of {target} hours.",
    "waiting-days": "Waiting {waiting} days against a target of {target} days.",
    "hazard": "Danger and urgent work go by waiting time alone; no district counts for more.",
    "nothing-added": "Nothing is added for the district.",
    "district-added": "{percent} % is added because residents of the district report the same "
    "kind of problem less often than elsewhere.",
}


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


def _plain(number: float) -> Fact:
    rounded = round(float(number), 1)  # integers have no is_integer before Python 3.12
    return int(rounded) if rounded.is_integer() else rounded
