"""What of an incident others joined to it can change: its clock and its urgency. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Standing:
    """Since when an incident waits, by when it is due, and how urgent it is of its own."""

    opened_at: datetime
    due_at: datetime | None
    own_severity_band: int | None


def joined(own: Standing, other: Standing, service_band: int) -> Standing:
    """The standing of an incident once `other` is joined to it: nobody waits longer for that.

    The earlier opening and date, and the more severe band; `service_band` is that of both without
    one of their own. An incident without a date keeps none.
    """
    bands = {
        service_band if one.own_severity_band is None else one.own_severity_band: one
        for one in (other, own)
    }
    return Standing(
        opened_at=min(own.opened_at, other.opened_at),
        due_at=own.due_at and min(own.due_at, other.due_at or own.due_at),
        own_severity_band=bands[min(bands)].own_severity_band,
    )


@dataclass(frozen=True, slots=True)
class Correction:
    """That something which was taken for `old` should have been `new`."""

    old: Standing
    new: Standing

    def of(self, found: Standing) -> Standing:
        """`found` as it should be: what somebody has changed since stays as they left it."""
        return replace(found, **dict(self._changes(found)))

    def _changes(self, found: Standing) -> Iterator[tuple[str, Any]]:
        for name in (field.name for field in fields(Standing)):
            if getattr(found, name) == getattr(self.old, name):
                yield name, getattr(self.new, name)
