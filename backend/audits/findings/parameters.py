"""What an audit is told besides its data: what to measure, over how long, and the seed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from backend.core.errors import Invalid
from equity.measures.preregistration import canonical_json


class Kind(StrEnum):
    """What an audit looks at."""

    REPORTING = "reporting"
    RESPONSE = "response"
    CLOSING = "closing"
    BURDEN = "burden"
    SPENDING = "spending"
    TURNOUT = "turnout"
    PARTICIPATION = "participation"


METRICS_OF: Mapping[Kind, tuple[str, ...]] = {
    Kind.REPORTING: ("reporting-rate", "untold-residents"),
    Kind.RESPONSE: ("waiting-days", "median-wait"),
    Kind.CLOSING: ("closed-without-action", "reopened"),
    Kind.BURDEN: ("burden-range",),
    Kind.SPENDING: ("spending-per-head",),
    Kind.TURNOUT: ("turnout",),
    Kind.PARTICIPATION: ("reporters-per-thousand", "channel-reach"),
}
"""What can be promised beforehand for every grouping; further figures come along."""

WITH_GAPS = frozenset(
    {
        "reporting-rate",
        "waiting-days",
        "median-wait",
        "closed-without-action",
        "reopened",
        "spending-per-head",
        "turnout",
    }
)
"""Those of which the first group is set against the last, so that a gap can have a threshold."""

KIND_OF = {metric: kind for kind, metrics in METRICS_OF.items() for metric in metrics}


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure that was preregistered: `threshold` is from where on the city calls a gap one."""

    metric: str
    grouping: str
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Parameters:
    """`wait_days` are how long a wait is followed, `burden_days` likewise for the burden;
    `promises` are those of the preregistration with `preregistration_sha256`, if there is one."""

    kinds: tuple[Kind, ...] = tuple(Kind)
    seed: int = 1
    wait_days: float = 30.0
    burden_days: float = 100.0
    model: str = "bym2"
    least_count: int = 10
    least_people: int = 5
    promises: tuple[Promise, ...] = ()
    preregistration_sha256: str | None = None

    def spelled(self) -> str:
        """As canonical JSON."""
        return canonical_json(asdict(self)).decode()


def read_parameters(spelled: str) -> Parameters:
    """What `Parameters.spelled` wrote; raises `finding-parameters-unreadable` on anything else."""
    found, is_all = known_parameters(spelled)
    if not is_all:
        raise Invalid("finding-parameters-unreadable", parameters=spelled[:60])
    return found


def known_parameters(spelled: str) -> tuple[Parameters, bool]:
    """What this version knows of them, and whether that is all: an earlier one had others too.

    Raises `finding-parameters-unreadable` where one is missing.
    """
    try:
        fields: dict[str, Any] = json.loads(spelled)
        known = {name: fields[name] for name in Parameters.__slots__}
        kinds = tuple(Kind(kind) for kind in fields["kinds"])
        promises = tuple(Promise(**promise) for promise in fields["promises"])
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid("finding-parameters-unreadable", parameters=spelled[:60]) from error
    found = Parameters(**known | {"kinds": kinds, "promises": promises})
    return found, fields.keys() == known.keys()
