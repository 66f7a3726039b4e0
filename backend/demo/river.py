"""The river: a meandering line, its banks and the island by the old town.

The line is the sine-generated curve of Langbein and Leopold (USGS Professional Paper 422-H, 1966),
whose *direction* rather than position swings like a sine: the form that real meanders take.
"""

from dataclasses import dataclass

import numpy as np
from shapely import Polygon

from backend.demo.land import Array, bearing

STEP = 40.0
REACH = 13_000.0
PASSES_SOUTH_OF_MARKET = 260.0


@dataclass(frozen=True)
class River:
    """`line` (n, 2) in metres from west to east, `width` (n,) in metres, and the shapes of both."""

    line: Array
    width: Array
    island: Polygon

    def bank(self, side: int, margin: float = 0.0) -> Array:
        """The left (+1) or right (-1) bank looking downstream, `margin` metres inland of it."""
        heading = bearing(self.line)
        across = np.column_stack([-np.sin(heading), np.cos(heading)])
        return np.asarray(self.line + side * (self.width / 2 + margin)[:, None] * across)

    def water(self) -> Polygon:
        """The wetted surface, the island left out."""
        ring = np.concatenate([self.bank(1), self.bank(-1)[::-1]])
        return Polygon(ring).buffer(0).difference(self.island)


def make_river(rng: np.random.Generator) -> River:
    """A river crossing the whole raster and passing just south of the market."""
    along = np.arange(-REACH, REACH, STEP)
    wavelength = rng.uniform(4_200, 5_400)
    swing = rng.uniform(0.55, 0.72) * (1 + 0.35 * np.sin(along / 3_100 + rng.uniform(0, 6.28)))
    heading = swing * np.sin(2 * np.pi * along / wavelength + rng.uniform(0, 6.28))
    heading += 0.12 * np.sin(along / 410 + rng.uniform(0, 6.28))
    heading -= heading.mean()
    line = np.cumsum(np.column_stack([np.cos(heading), np.sin(heading)]), axis=0) * STEP
    middle = int(np.argmin(np.abs(along)))
    line -= line[middle] + [0.0, PASSES_SOUTH_OF_MARKET]
    width = 92 + 0.0022 * along + 9 * np.sin(along / 700 + rng.uniform(0, 6.28))
    width += 5 * np.sin(along / 190 + rng.uniform(0, 6.28))
    at_island = along - rng.uniform(290, 340) * rng.choice([-1, 1])
    width += 120 * np.exp(-((at_island / 240) ** 2))
    river = River(line, width, Polygon())
    return River(line, width, _island(river, at_island))


def _island(river: River, from_its_middle: Array) -> Polygon:
    """A lens of land that keeps about forty metres of water on either side of it."""
    on = np.abs(from_its_middle) < 190
    heading = bearing(river.line)[on]
    half = 58 * np.sqrt(np.maximum(0, 1 - (from_its_middle[on] / 190) ** 2))
    across = half[:, None] * np.column_stack([-np.sin(heading), np.cos(heading)])
    middle = river.line[on]
    return Polygon(np.concatenate([middle + across, (middle - across)[::-1]])).buffer(12)
