"""The street network: main roads, quays, park edges and the smaller streets between them."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from backend.demo.crossings import Meetings, find_meetings, stretch, trim
from backend.demo.land import Array, bearing, cell_of, densify
from backend.demo.tracing import STEP, Tracer

SHORTEST = 45.0
LANE_BLOCK = 75.0
TOLERANCE = 2.5
CROSS_STREETS = 1.55
TRACED_WITHIN = 6_400.0


@dataclass(frozen=True)
class Way:
    """An unnamed street in the town's frame; `kind` is arterial, quay, street or lane."""

    kind: str
    line: Array


def lay_streets(
    grain: Array, spacing: Array, barred: NDArray[np.uint8], given: list[Way]
) -> list[Way]:
    """The `given` ways in their order (main roads, quays, park sides) and all between them."""
    traced = [
        *_family(grain, spacing, barred, given),
        *_family(grain + np.pi / 2, CROSS_STREETS * spacing, barred, given),
    ]
    lines = _simplified([*(way.line for way in given), *traced])
    meetings = find_meetings(lines)
    ends = trim(lines, meetings, np.arange(len(lines)) < len(given))
    is_main = np.array([way.kind == "arterial" for way in given] + [False] * len(traced))
    ways = [Way(way.kind, line) for way, line in zip(given, lines, strict=False)]
    for i in range(len(given), len(lines)):
        for piece in _cut_at_main(lines[i], i, ends[i], meetings, is_main):
            is_narrow = spacing[cell_of(piece.mean(axis=0, keepdims=True))][0] < LANE_BLOCK
            ways.append(Way("lane" if is_narrow else "street", piece))
    return ways


def _family(
    angles: Array, spacing: Array, barred: NDArray[np.uint8], given: list[Way]
) -> list[Array]:
    """The streets that run along `angles`, a block away from each other and the given ways."""
    tracer = Tracer(angles, barred, spacing)
    seeds: list[tuple[float, float]] = []
    for way in given:
        line = densify(way.line, STEP)
        line = line[np.abs(line).max(axis=1) < TRACED_WITHIN]
        is_along = np.abs(np.cos(bearing(line) - angles[cell_of(line)])) > np.cos(np.pi / 4)
        tracer.keep_clear(line[is_along])
        seeds += tracer.beside(line)
    tracer.lay(seeds)
    return tracer.streets


def _simplified(lines: list[Array]) -> list[Array]:
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    shapes = shapely.linestrings(np.concatenate(lines), indices=owner)
    points, owner = shapely.get_coordinates(shapely.simplify(shapes, TOLERANCE), return_index=True)
    return np.split(points, np.flatnonzero(np.diff(owner)) + 1)


def _cut_at_main(
    line: Array, index: int, ends: Array, meetings: Meetings, is_main: NDArray[np.bool_]
) -> list[Array]:
    """A street's parts between main roads: a street takes a new name across one."""
    here = (meetings.line == index) & is_main[meetings.other]
    inner = np.unique(meetings.along[here])
    stops = [ends[0], *inner[(inner > ends[0] + SHORTEST) & (inner < ends[1] - SHORTEST)], ends[1]]
    return [
        stretch(line, first, last) for first, last in pairwise(stops) if last - first >= SHORTEST
    ]
