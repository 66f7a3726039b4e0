"""The town's ground plan in its own frame of metres, before names and before the globe."""

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo import arterials
from backend.demo.grain import block_width, built_up, street_grain
from backend.demo.greens import Green, Site, make_greens, outside_water
from backend.demo.land import HALF_SIDE, Array, cell_centres, nearest_on
from backend.demo.quarters import cut_into_districts
from backend.demo.river import River, make_river
from backend.demo.streets import Way, lay_streets
from backend.demo.tracing import FINE, FINE_SIDE, HARD, SOFT, STEP

SHOWN_BEYOND = 1_500.0
QUAYS_WITHIN = 1_900.0
SHORE = 28.0


@dataclass(frozen=True)
class Plan:
    """Shapes in metres. `ways` leads with the walls, the outer ring and the high street."""

    outline: Polygon
    districts: list[Polygon]
    river: BaseGeometry
    island: Polygon
    lake: Polygon
    greens: list[Green]
    parks: list[Polygon]
    railway: LineString
    ways: list[Way]


def draw_plan(rng: np.random.Generator) -> Plan:
    """Draw the whole town: river, boundary, main roads, districts, greens, then streets."""
    river = make_river(rng)
    outline = arterials.make_outline(rng)
    walls = arterials.make_ring(rng, arterials.WALLS, 0.1)
    outer = arterials.make_ring(rng, arterials.OUTER_RING, 0.14)
    radials = arterials.make_radials(rng, walls, outer, river)
    railway = arterials.make_railway(rng)
    districts, links = cut_into_districts(rng, outline, river.line, [walls, outer, *radials])
    main = [walls, outer, arterials.make_high_street(rng, river, walls), *radials, *links]
    river = replace(river, island=_clear_of(main, river.island))

    site = _site([*main, railway], river, outline)
    grain = street_grain(rng, [*main, railway], river.line)
    greens, lake = make_greens(rng, site, grain, river)
    open_ground = built_up(rng, site.to_road, site.inside)
    surface = shapely.intersection(river.water().simplify(1.0), outline.buffer(SHOWN_BEYOND))
    barred = _barred(open_ground, greens, [surface, river.island, lake], railway)
    sides = [np.asarray(green.shape.exterior.coords) for green in greens if green.is_square_cut]
    given = [("arterial", line) for line in main]
    given += [("quay", line) for line in _quays(river)] + [("street", line) for line in sides]
    ways = lay_streets(grain, block_width(rng), barred, [Way(kind, line) for kind, line in given])
    return Plan(
        outline=outline,
        districts=districts,
        river=surface,
        island=river.island,
        lake=lake,
        greens=greens,
        parks=outside_water(greens, shapely.union(surface, lake)),
        railway=LineString(railway).intersection(outline),
        ways=ways,
    )


def _site(roads: list[Array], river: River, outline: Polygon) -> Site:
    to_edge, _ = nearest_on([np.asarray(outline.exterior.coords)])
    inside = shapely.contains_xy(outline, *cell_centres())
    return Site(nearest_on(roads)[0], nearest_on([river.line])[0], np.where(inside, to_edge, -1.0))


def _clear_of(roads: list[Array], island: Polygon) -> Polygon:
    """The largest part of the island that no road touches; the rest is water under a bridge."""
    free = island.difference(shapely.union_all([LineString(road) for road in roads]).buffer(22.0))
    return max(shapely.get_parts(free), key=shapely.area)


def _quays(river: River) -> list[Array]:
    """A street on either bank, past the old town."""
    banks = (river.bank(side, 20.0) for side in (1, -1))
    return [bank[np.hypot(*bank.T) < QUAYS_WITHIN] for bank in banks]


def _barred(
    built: NDArray[np.bool_], greens: list[Green], wet: list[BaseGeometry], railway: Array
) -> NDArray[np.uint8]:
    """Where no street may run (HARD) or may only just arrive (SOFT), on the fine raster."""
    barred = np.where(built, 0, HARD).astype(np.uint8).repeat(FINE, 0).repeat(FINE, 1)
    for green in greens:
        if green.is_square_cut:
            _burn(barred, green.shape, SOFT)
        else:
            _burn(barred, green.shape.buffer(SHORE), HARD)
    for shape in (*wet, LineString(railway)):
        _burn(barred, shape.buffer(SHORE), HARD)
    return barred


def _burn(barred: NDArray[np.uint8], shape: BaseGeometry, mark: int) -> None:
    west, south, east, north = (np.asarray(shape.bounds) + HALF_SIDE) / STEP
    rows = np.arange(max(0, int(south)), min(FINE_SIDE, int(north) + 2))
    columns = np.arange(max(0, int(west)), min(FINE_SIDE, int(east) + 2))
    x, y = np.meshgrid((columns + 0.5) * STEP - HALF_SIDE, (rows + 0.5) * STEP - HALF_SIDE)
    window = barred[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    shapely.prepare(shape)
    window[shapely.contains_xy(shape, x, y)] = mark
