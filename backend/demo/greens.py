"""Where the parks, the woods and the lake lie: in the quarters, between the main roads."""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy import ndimage
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo.arterials import uneven
from backend.demo.land import Array, cell_centres, cell_of
from backend.demo.river import River


@dataclass(frozen=True)
class Green:
    """One park; `is_square_cut` says that streets run along its edge."""

    shape: Polygon
    is_square_cut: bool


@dataclass(frozen=True)
class Site:
    """Rasters of metres to the nearest main road, to the river and, inside, to the boundary."""

    to_road: Array
    to_river: Array
    inside: Array


def make_greens(
    rng: np.random.Generator, site: Site, grain: Array, river: River
) -> tuple[list[Green], Polygon]:
    """Nine greens that keep off roads and one another, and the lake inside one of them.

    `grain` is the raster of street bearings, which the town parks are cut square to.
    """
    room = np.minimum(site.to_road, site.to_river - 100)
    away = np.hypot(*cell_centres())
    greens: list[Green] = []

    def claim(least: float, near: float, far: float) -> tuple[Array, float, float]:
        spot, free = _spot(rng, np.minimum(site.inside - 60, room), away, least, near, far)
        row, column = spot
        centre = np.array([cell_centres()[0][row, column], cell_centres()[1][row, column]])
        np.minimum(room, np.hypot(*(_from(centre))) - 900, out=room)
        return centre, free, float(grain[row, column])

    centre, free, _ = claim(480, 2_300, 4_600)
    lake = _blob(rng, centre, min(free - 190, 330.0), 0.25, 1.5)
    greens.append(Green(lake.buffer(min(150.0, free * 0.3)).simplify(6), False))
    for _ in range(2):
        centre, free, _ = claim(420, 3_200, 5_600)
        greens.append(Green(_blob(rng, centre, min(free - 60, 640.0), 0.22, 1.0), False))
    for near, far in ((850, 1_700), (1_000, 2_300), (1_300, 2_900), (1_600, 3_300), (900, 3_600)):
        centre, free, angle = claim(150, near, far)
        reach = min(0.85 * free, rng.uniform(230, 460))
        size = reach * rng.uniform([0.7, 0.4], [0.84, 0.6])
        greens.append(Green(_square_cut(rng, centre, size, angle), True))
    greens.append(Green(_meadow(rng, site, river), False))
    return greens, lake


def _from(centre: Array) -> tuple[Array, Array]:
    east, north = cell_centres()
    return east - centre[0], north - centre[1]


def _spot(
    rng: np.random.Generator, room: Array, away: Array, least: float, near: float, far: float
) -> tuple[tuple[int, int], float]:
    """A roomy cell between two distances from the market, drawn among the roomiest."""
    fit = np.where((away > near) & (away < far), room, 0.0)
    peaks = np.flatnonzero((fit == ndimage.maximum_filter(fit, 9)) & (fit > 60))
    order = peaks[np.argsort(-fit.flat[peaks], kind="stable")]
    wide = order[fit.flat[order] > least]
    best = int(rng.choice(wide)) if len(wide) else int(order[0])
    row, column = np.unravel_index(best, fit.shape)
    return (int(row), int(column)), float(fit.flat[best])


def _blob(
    rng: np.random.Generator, centre: Array, radius: float, strength: float, stretch: float
) -> Polygon:
    """A round, uneven shape no wider than `radius` anywhere."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    radii = 1 + uneven(rng, angles, strength, 5) + uneven(rng, angles, 0.02, 12)
    turn = rng.uniform(0, np.pi)
    ring = radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles) / stretch])
    ring *= radius / np.hypot(*ring.T).max()
    return Polygon(centre + ring @ _rotation(turn).T)


def _square_cut(rng: np.random.Generator, centre: Array, size: Array, angle: float) -> Polygon:
    """A rounded, slightly skewed block park."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    unit = np.column_stack([np.cos(angles), np.sin(angles)])
    unit = np.sign(unit) * np.abs(unit) ** 0.32
    skew = np.array([[1.0, rng.uniform(-0.12, 0.12)], [rng.uniform(-0.12, 0.12), 1.0]])
    return Polygon(centre + (unit * size) @ skew.T @ _rotation(angle).T)


def _rotation(angle: float) -> Array:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _meadow(rng: np.random.Generator, site: Site, river: River) -> Polygon:
    """A strip of flood meadow along one bank, where no main road runs."""
    row, column = cell_of(river.line)
    away = np.hypot(*river.line.T)
    free = np.where((away > 1_300) & (away < 3_900), site.to_road[row, column], 0.0)
    middle = int(np.argmax(free + rng.uniform(0, 150, len(free))))
    reach = int(np.clip(free[middle] - 60, 200, 700) / 40)
    part = slice(middle - reach, middle + reach + 1)
    side = int(rng.choice([-1, 1]))
    depth = 190 * np.sin(np.linspace(0.12, np.pi - 0.12, 2 * reach + 1)) ** 0.6
    inland = (
        river.bank(side)[part] + depth[:, None] * ((river.bank(side, 1.0) - river.bank(side))[part])
    )
    return Polygon(np.concatenate([river.bank(side)[part], inland[::-1]])).buffer(0)


def outside_water(greens: list[Green], water: BaseGeometry) -> list[Polygon]:
    """The greens with the water cut out of them; of a parted one the largest piece."""
    return [
        max(shapely.get_parts(green.shape.difference(water)), key=shapely.area) for green in greens
    ]
