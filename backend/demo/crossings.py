"""Where streets meet, and cutting off what leads nowhere."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.demo.land import Array

Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Meetings:
    """Each place where two lines cross, seen from each of the two: which line, metres along it."""

    line: Indices
    along: Array
    other: Indices
    other_along: Array


def find_meetings(lines: list[Array]) -> Meetings:
    """Every crossing of two different polylines, listed once from either side."""
    starts = np.concatenate([line[:-1] for line in lines])
    steps = np.concatenate([np.diff(line, axis=0) for line in lines])
    owner = np.repeat(np.arange(len(lines)), [len(line) - 1 for line in lines])
    before = np.concatenate([lengths_along(line)[:-1] for line in lines])
    pieces = shapely.linestrings(np.stack([starts, starts + steps], axis=1))
    one, two = shapely.STRtree(pieces).query(pieces)
    different = owner[one] != owner[two]
    one, two = one[different], two[different]
    first, second, gap = steps[one], steps[two], starts[two] - starts[one]
    turn = _cross(first, second)
    with np.errstate(divide="ignore", invalid="ignore"):
        at_one, at_two = _cross(gap, second) / turn, _cross(gap, first) / turn
    met = (at_one >= 0) & (at_one <= 1) & (at_two >= 0) & (at_two <= 1)
    one, two, at_one, at_two = one[met], two[met], at_one[met], at_two[met]
    size = np.hypot(*steps.T)
    return Meetings(
        owner[one], before[one] + at_one * size[one], owner[two], before[two] + at_two * size[two]
    )


def trim(lines: list[Array], meetings: Meetings, is_kept: NDArray[np.bool_]) -> Array:
    """First and last metre of each line worth keeping, shape (n, 2): from meeting to meeting.

    Cutting one street's loose end may loosen another's, so this repeats. A line with `is_kept`
    stays whole; a street left with fewer than two meetings comes back with last <= first.
    """
    whole = np.array([(0.0, lengths_along(line)[-1]) for line in lines])
    ends = whole
    for _ in range(4):
        alive = _within(meetings.along, ends[meetings.line]) & _within(
            meetings.other_along, ends[meetings.other]
        )
        first, last = np.full(len(lines), np.inf), np.full(len(lines), -np.inf)
        np.minimum.at(first, meetings.line[alive], meetings.along[alive])
        np.maximum.at(last, meetings.line[alive], meetings.along[alive])
        ends = np.where(is_kept[:, None], whole, np.column_stack([first, last]))
    return ends


def lengths_along(line: Array) -> Array:
    """Metres from the start at each point of an (n, 2) polyline."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def stretch(line: Array, first: float, last: float) -> Array:
    """The part of a polyline between two distances along it."""
    along = lengths_along(line)
    inner = line[(along > first) & (along < last)]
    ends = [[np.interp(stop, along, line[:, axis]) for axis in (0, 1)] for stop in (first, last)]
    return np.vstack([ends[0], inner, ends[1]])


def _cross(one: Array, two: Array) -> Array:
    return np.asarray(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0])


def _within(along: Array, ends: Array) -> NDArray[np.bool_]:
    return np.asarray((along >= ends[:, 0] - 1e-6) & (along <= ends[:, 1] + 1e-6))
