"""Laying streets along the grain: streamlines that keep their distance.

After Jobard and Lefer, Creating evenly-spaced streamlines of arbitrary density (1997): each street
sows the next ones a block away on either side, and stops where it comes too near another.
"""

from collections import deque
from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.demo.land import CELL, HALF_SIDE, SIDE, Array

FINE = 2
STEP = CELL / FINE
FINE_SIDE = SIDE * FINE
OPEN, SOFT, HARD = 0, 1, 2
FREE, CLOSE, TAKEN = 0, 1, 2
SHORTEST = 4
LONGEST = 140


class Tracer:
    """Traces one family of streets over rasters of bearings and of what is in the way.

    `angles` are radians on the coarse raster; `barred` is OPEN, SOFT (a street may just reach it)
    or HARD on the fine one; `spacing` is in metres on the coarse raster.
    """

    def __init__(self, angles: Array, barred: NDArray[np.uint8], spacing: Array) -> None:
        cosine = ndimage.zoom(np.cos(2 * angles), FINE, order=1)
        sine = ndimage.zoom(np.sin(2 * angles), FINE, order=1)
        fine = np.arctan2(sine, cosine) / 2
        # Read one value at a time by way of their buffers, which is what those are fast at.
        self._east = (np.cos(fine) * STEP).ravel().data
        self._north = (np.sin(fine) * STEP).ravel().data
        self._barred = barred.tobytes()
        self._spacing = np.repeat(np.repeat(spacing, FINE, 0), FINE, 1).ravel()
        self._near = np.zeros(FINE_SIDE * FINE_SIDE, dtype=np.uint8)
        self._seen = self._near.data
        self.streets: list[Array] = []

    def lay(self, sown: Iterable[tuple[float, float]]) -> None:
        """Lay every street that grows from the given seeds and from one another."""
        queue = deque(sown)
        while queue:
            east, north = queue.popleft()
            index = self._index(east, north)
            if self._seen[index] != FREE or self._barred[index] != OPEN:
                continue
            street = self._trace(east, north)
            self.keep_clear(street)
            if len(street) >= SHORTEST:
                self.streets.append(street)
                queue.extend(self.beside(street))

    def keep_clear(self, line: Array) -> None:
        """Forbid new streets of this family within a block of the line."""
        index = self._indices(line)
        reach = np.round(self._spacing[index] / STEP).astype(int)
        for cells in np.unique(reach):
            spots = index[reach == cells, None]
            for radius, mark in ((cells, CLOSE), (max(1, round(cells * 0.55)), TAKEN)):
                around = (spots + _disk(int(radius))).ravel()
                self._near[around] = np.maximum(self._near[around], mark)

    def beside(self, line: Array) -> list[tuple[float, float]]:
        """Seeds one block away on both sides of a line, about every 60 metres along it."""
        points = line[1:-1:3]
        along = (line[2:] - line[:-2])[::3]
        along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
        gap = 1.04 * self._spacing[self._indices(points)][:, None] + STEP / 2
        across = np.column_stack([-along[:, 1], along[:, 0]]) * gap
        return [tuple(p) for p in np.concatenate([points + across, points - across]).tolist()]

    def _trace(self, east: float, north: float) -> Array:
        ahead = self._walk(east, north, 1.0)
        behind = self._walk(east, north, -1.0)
        return np.array([*behind[::-1], (east, north), *ahead])

    def _walk(self, east: float, north: float, turn: float) -> list[tuple[float, float]]:
        index = self._index(east, north)
        going_east, going_north = turn * self._east[index], turn * self._north[index]
        path: list[tuple[float, float]] = []
        while len(path) < LONGEST:
            step_east, step_north = self._east[index], self._north[index]
            if step_east * going_east + step_north * going_north < 0:
                step_east, step_north = -step_east, -step_north
            going_east, going_north = step_east, step_north
            east, north = east + step_east, north + step_north
            index = self._index(east, north)
            if self._barred[index] == HARD:
                break
            path.append((east, north))
            if self._seen[index] == TAKEN or self._barred[index] == SOFT:
                break
        return path

    @staticmethod
    def _index(east: float, north: float) -> int:
        return int((north + HALF_SIDE) / STEP) * FINE_SIDE + int((east + HALF_SIDE) / STEP)

    @staticmethod
    def _indices(points: Array) -> NDArray[np.intp]:
        cells = ((points + HALF_SIDE) / STEP).astype(np.intp)
        return np.asarray(cells[:, 1] * FINE_SIDE + cells[:, 0])


@cache
def _disk(radius: int) -> NDArray[np.intp]:
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    inside = rows**2 + columns**2 <= radius**2
    return np.asarray((rows * FINE_SIDE + columns)[inside])
