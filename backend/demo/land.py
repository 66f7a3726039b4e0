"""The raster under the made-up city, and smooth chance on it.

Everything here is in the town's own frame: metres east and north of its market, before the whole
town is turned and laid on the globe.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Array = NDArray[np.float64]

HALF_SIDE = 7_000.0
CELL = 40.0
SIDE = int(2 * HALF_SIDE / CELL)


def cell_centres() -> tuple[Array, Array]:
    """East and north of every cell, two arrays of shape (SIDE, SIDE); rows run north."""
    line = (np.arange(SIDE) + 0.5) * CELL - HALF_SIDE
    east, north = np.meshgrid(line, line)
    return east, north


def cell_of(points: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of each point of an (n, 2) array, held at the raster's edge."""
    index = np.clip(((points + HALF_SIDE) / CELL).astype(np.intp), 0, SIDE - 1)
    return index[:, 1], index[:, 0]


def smooth_chance(rng: np.random.Generator, scale: float) -> Array:
    """A random landscape of mean 0 and deviation 1 whose hills are about `scale` metres wide."""
    white = rng.standard_normal((SIDE, SIDE))
    # Far hills are smoothed on a coarse raster and stretched: the same hills for less work.
    shrink = max(1, int(scale / CELL / 3))
    coarse = ndimage.gaussian_filter(
        white[: SIDE // shrink + 1, : SIDE // shrink + 1], scale / CELL / shrink, mode="wrap"
    )
    fine = ndimage.zoom(coarse, SIDE / coarse.shape[0], order=1)[:SIDE, :SIDE]
    return np.asarray((fine - fine.mean()) / fine.std())


def densify(line: Array, spacing: float) -> Array:
    """Points at most `spacing` metres apart along an (n, 2) polyline, its ends kept."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    stops = np.linspace(0.0, along[-1], int(np.ceil(along[-1] / spacing)) + 1)
    return np.column_stack([np.interp(stops, along, line[:, axis]) for axis in (0, 1)])


def metres_between(some: Array, others: Array) -> Array:
    """From each point of an (n, 2) array to each of an (m, 2) one, shape (n, m)."""
    return np.asarray(np.hypot(*(some[:, None] - others).transpose(2, 0, 1)))


def bearing(line: Array) -> Array:
    """Direction of travel at each point of an (n, 2) polyline, radians."""
    steps = np.gradient(line, axis=0)
    return np.asarray(np.arctan2(steps[:, 1], steps[:, 0]))


def nearest_on(lines: list[Array]) -> tuple[Array, Array]:
    """For every cell: metres to the nearest of the lines, and the line's bearing there."""
    away = np.ones((SIDE, SIDE), dtype=bool)
    bearings = np.zeros((SIDE, SIDE))
    for line in lines:
        points = densify(line, CELL / 2)
        inside = np.abs(points).max(axis=1) < HALF_SIDE
        if inside.sum() > 1:
            cells = cell_of(points[inside])
            away[cells] = False
            bearings[cells] = bearing(points)[inside]
    distance, nearest = ndimage.distance_transform_edt(away, sampling=CELL, return_indices=True)
    return distance, bearings[nearest[0], nearest[1]]
