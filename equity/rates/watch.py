"""From when to when each incident is watched, in microseconds since 1970."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from equity.errors import EquityError

Ticks: TypeAlias = NDArray[np.int64]

DAY = 86_400_000_000
"""In microseconds."""

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """Of each incident (size,): `last` is the earliest of `ended`, when somebody came, of the limit
    and of the data's `end`. Where nothing `is_reported` the rest says nothing."""

    end: int
    is_reported: NDArray[np.bool_]
    first: Ticks
    ended: Ticks
    last: Ticks

    @property
    def days(self) -> NDArray[np.float64]:
        """How long each is watched, what is left out at first included."""
        return np.asarray((self.last - self.first) / DAY)


def watch_of(
    incident: NDArray[np.intp],
    at: Ticks,
    until: Ticks,
    is_counted: NDArray[np.bool_],
    end: int,
    limit_days: float,
) -> Watch:
    """From rows (n,): incident codes, moments, those that end the watch (n, u), and which rows are
    reports."""
    size = int(incident.max()) + 1
    first = _earliest(incident[is_counted], at[is_counted], size)
    is_reported = first < _NEVER
    first[~is_reported] = end  # keeps the sums below in range; such incidents are left out
    ended = _earliest(incident, until.min(axis=1, initial=_NEVER), size)
    last = np.minimum(np.minimum(ended, first + int(limit_days * DAY)), end)
    return Watch(end, is_reported, first, ended, last)


def microseconds(moments: NDArray[np.datetime64]) -> Ticks:
    """Since 1970; no moment is later than all moments."""
    ticks = moments.astype("datetime64[us]").astype(np.int64)
    return np.where(np.isnat(moments), _NEVER, ticks)


def end_of_data(at: Ticks, until: Ticks, end_at: np.datetime64 | None) -> int:
    """As given, or the last moment there is; raises EquityError `end-before-data`."""
    if end_at is None:
        return int(max(at.max(), until[until < _NEVER].max(initial=at.max())))
    end = int(microseconds(np.array(end_at)))
    if end < at.min():
        first = np.datetime64(int(at.min()), "us")
        raise EquityError("end-before-data", end_at=str(end_at), first_at=str(first))
    return end


def _earliest(incident: NDArray[np.intp], at: Ticks, size: int) -> Ticks:
    earliest = np.full(size, _NEVER)
    np.minimum.at(earliest, incident, at)
    return earliest
