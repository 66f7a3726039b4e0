"""Which way streets run at every spot: a tensor field.

After Chen, Esch, Wonka, Mueller and Zhang, Interactive procedural street modeling (SIGGRAPH 2008):
bearings are blended as doubled angles, so that a street and its reverse are one direction. The
*long* streets follow the field, the *cross* streets its right angle.
"""

import numpy as np
from numpy.typing import NDArray

from backend.demo.land import Array, cell_centres, nearest_on, smooth_chance


def street_grain(rng: np.random.Generator, roads: list[Array], river: Array) -> Array:
    """The bearing of the long streets at every cell, radians, shape (SIDE, SIDE)."""
    east, north = cell_centres()
    outward = np.arctan2(north, east)
    away = np.hypot(east, north)
    cosine, sine = 0.25 * np.cos(2 * outward), 0.25 * np.sin(2 * outward)
    for lines, reach, strength in ((roads, 330.0, 1.3), ([river], 300.0, 1.0)):
        distance, bearing = nearest_on(lines)
        # Along a ring the long streets stand square to it: they go on pointing at the market.
        bearing = np.where(np.cos(2 * (bearing - outward)) < 0, bearing + np.pi / 2, bearing)
        weight = strength * np.exp(-((distance / reach) ** 2))
        cosine += weight * np.cos(2 * bearing)
        sine += weight * np.sin(2 * bearing)
    for _ in range(26):
        radius, at = rng.uniform(1_100, 5_200), rng.uniform(0, 2 * np.pi)
        spread = rng.uniform(450, 950)
        angle = at + rng.uniform(-0.75, 0.75)
        # A round hill is the product of two bells, one for each axis of the raster.
        eastward = np.exp(-(((east[0] - radius * np.cos(at)) / spread) ** 2))
        northward = np.exp(-(((north[:, 0] - radius * np.sin(at)) / spread) ** 2))
        weight = 0.9 * np.outer(northward, eastward)
        cosine += weight * np.cos(2 * angle)
        sine += weight * np.sin(2 * angle)
    crooked = 0.75 * np.exp(-((away / 620) ** 2)) * smooth_chance(rng, 90)
    curved = np.clip(smooth_chance(rng, 1_000), 0, 1.6) * np.clip((away - 1_700) / 1_200, 0, 1)
    bend = crooked + 0.34 * curved * smooth_chance(rng, 260) + 0.05 * smooth_chance(rng, 500)
    return np.asarray(np.arctan2(sine, cosine) / 2 + bend)


def block_width(rng: np.random.Generator) -> Array:
    """Metres between neighbouring long streets: narrow in the old town, wide at the edge."""
    away = np.hypot(*cell_centres())
    steps = np.interp(away, [0, 480, 760, 2_300, 3_200, 5_200], [50, 54, 82, 96, 114, 140])
    return np.asarray(steps * np.exp(0.1 * smooth_chance(rng, 450)))


def built_up(rng: np.random.Generator, to_road: Array, to_outline: Array) -> NDArray[np.bool_]:
    """True where houses stand: dense round the market, in fingers along the roads further out."""
    away = np.hypot(*cell_centres())
    pull = 1.18 - away / 4_600 + 0.16 * np.exp(-to_road / 320) + 0.15 * smooth_chance(rng, 480)
    return np.asarray((pull > 0.22) & (to_outline > 60))
