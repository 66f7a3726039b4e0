"""The main roads: the ring where the walls stood, the roads out, the outer ring, the links.

They come before the smaller streets because everything else takes its direction from them, and
because the districts end at them.
"""

import numpy as np
from scipy import ndimage
from shapely import LineString, Point, Polygon

from backend.demo.land import Array
from backend.demo.river import River

WALLS = 640.0
OUTER_RING = 2_650.0
CITY = 4_900.0
BEYOND = 7_400.0


def polar_line(angles: Array, radii: Array) -> Array:
    """An (n, 2) polyline from angles in radians and radii in metres."""
    return np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])


def uneven(rng: np.random.Generator, angles: Array, strength: float, waves: int) -> Array:
    """A closed wobble of `angles`, about `strength` in size, made of the first few harmonics."""
    orders = np.arange(2, 2 + waves)
    sizes = rng.normal(0, 1, waves) / orders**0.7
    phases = rng.uniform(0, 2 * np.pi, waves)
    wobble = (sizes[:, None] * np.cos(orders[:, None] * angles + phases[:, None])).sum(axis=0)
    return np.asarray(strength * wobble / np.abs(wobble).max())


def make_outline(rng: np.random.Generator) -> Polygon:
    """The municipal boundary, longer along the river than across it."""
    angles = np.linspace(0, 2 * np.pi, 140, endpoint=False)
    radii = CITY * (1 + uneven(rng, angles, 0.15, 6) + uneven(rng, angles, 0.07, 32))
    # Old boundaries run straight from stone to stone.
    return Polygon(polar_line(angles, radii) * [1.12, 0.94]).simplify(45.0)


def make_ring(rng: np.random.Generator, radius: float, strength: float) -> Array:
    """A closed, uneven ring road."""
    angles = np.linspace(0, 2 * np.pi, 121)
    radii = radius * (1 + uneven(rng, angles, strength, 5))
    radii[-1] = radii[0]
    return polar_line(angles, radii)


def make_radials(rng: np.random.Generator, inner: Array, outer: Array, river: River) -> list[Array]:
    """Roads from the old gates out of the city, and younger ones that start at the outer ring."""
    north = np.linspace(0.42, np.pi - 0.42, 4)
    south = np.pi + np.linspace(0.5, np.pi - 0.5, 3)
    old = np.concatenate([north, south])
    gaps = np.diff(np.append(old, old[0] + 2 * np.pi)) * rng.uniform(0.8, 1.2, len(old))
    # The two gaps that hold the river (after each bank's last road) stay without a road.
    gaps[[3, 6]] = 0.0
    young = [old[gap] + gaps[gap] / 2 for gap in np.argsort(-gaps)[:3]]
    banks = LineString(river.line).buffer(150.0)
    return [_dry_radial(rng, angle, inner, banks) for angle in old] + [
        _dry_radial(rng, angle, outer, banks) for angle in young
    ]


def _dry_radial(rng: np.random.Generator, angle: float, ring: Array, banks: Polygon) -> Array:
    """Of a few roads one might have built, the one that runs least along the river."""
    drawn = [_radial(rng, angle + rng.uniform(-0.17, 0.17), ring) for _ in range(6)]
    return min(drawn, key=lambda line: float(LineString(line).intersection(banks).length))


def _radial(rng: np.random.Generator, angle: float, ring: Array) -> Array:
    start = np.interp(angle % (2 * np.pi), np.linspace(0, 2 * np.pi, len(ring)), np.hypot(*ring.T))
    radii = np.arange(start - 3.0, BEYOND, 80.0)
    far = np.maximum(0.0, radii - start) / CITY
    bend = 0.16 * far * np.sin(radii / 1_450 + rng.uniform(0, 6.28))
    bend += 0.035 * far**0.5 * np.sin(radii / 520 + rng.uniform(0, 6.28))
    return polar_line(angle + bend, radii)


def make_high_street(rng: np.random.Generator, river: River, walls: Array) -> Array:
    """The old road over the old bridge, gate to gate, straight over the water."""
    crossing = river.line[np.argmin(np.abs(river.line[:, 0]))]
    bend = rng.uniform(-60, 60)
    line = np.array(
        [
            [bend + rng.uniform(-90, 90), WALLS + 120],
            [bend, 320.0],
            [bend * 0.4, 60.0],
            [crossing[0], crossing[1] + 110],
            [crossing[0], crossing[1] - 110],
            [-bend, -WALLS - 120],
        ]
    )
    return np.asarray(LineString(line).intersection(Polygon(walls)).coords)


def make_railway(rng: np.random.Generator) -> Array:
    """The line through the station on the south bank, outside the walls."""
    east = np.array([-9_000, -5_500, -2_300, -600, 700, 2_400, 5_500, 9_000])
    north = np.array([-2_300, -1_900, -1_350, -1_020, -960, -1_250, -2_100, -1_900])
    north = north + rng.normal(0, 1, 8) * [900, 600, 180, 40, 40, 180, 600, 900]
    stops = np.arange(-7_400.0, 7_401.0, 100.0)
    bent = ndimage.gaussian_filter1d(np.interp(stops, east, north), 5.0, mode="nearest")
    return np.column_stack([stops, bent])


def link_across(rng: np.random.Generator, face: Polygon) -> Array:
    """A road that cuts a face in two across its longer side, ends a metre outside it."""
    corners = np.asarray(face.minimum_rotated_rectangle.exterior.coords)
    sides = np.diff(corners[:3], axis=0)
    along = sides[np.argmax(np.hypot(*sides.T))]
    across = np.array([-along[1], along[0]]) / np.hypot(*along)
    centre = np.asarray(face.centroid.coords[0]) + along * rng.uniform(-0.06, 0.06)
    reach = np.linspace(-1, 1, 61)
    half = np.hypot(*along)
    bow = 0.05 * np.hypot(*along) * np.sin(reach * half / 600 + rng.uniform(0, 6.28))
    line = LineString(
        centre + reach[:, None] * half * across + bow[:, None] * along / np.hypot(*along)
    )
    inside = line.intersection(face)
    parts = list(getattr(inside, "geoms", [inside]))
    best = min(parts, key=lambda part: part.distance(Point(centre)))
    return _stretched(np.asarray(best.coords), 1.0)


def _stretched(line: Array, metres: float) -> Array:
    """The polyline with both ends drawn out, so that it truly crosses what it ends at."""
    head, tail = line[0] - line[1], line[-1] - line[-2]
    ends = line[0] + metres * head / np.hypot(*head), line[-1] + metres * tail / np.hypot(*tail)
    return np.vstack([ends[0], line, ends[1]])
