"""A made-up town: districts, water, parks and named streets, the same for the same seed.

Larkenford stands on no real ground: its market is laid on open heath far from any town.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo import placenames as names
from backend.demo.land import Array
from backend.demo.plan import Plan, draw_plan
from backend.demo.streets import Way
from geo.projection import Plane

MARKET = Plane(11.5, 52.45)
DECIMALS = 6
BRIDGE_REACH = 4.0
Shape = TypeVar("Shape", bound=BaseGeometry)


@dataclass(frozen=True)
class District:
    """One of the areas that tile the city; `area_km2` is on the ground."""

    id: str
    name: str
    polygon: Polygon
    area_km2: float


@dataclass(frozen=True)
class Water:
    """A named stretch of water."""

    name: str
    polygon: BaseGeometry


@dataclass(frozen=True)
class Park:
    """A named green."""

    name: str
    polygon: Polygon


@dataclass(frozen=True)
class Street:
    """A piece of a named street; `kind` is arterial, street, lane or bridge.

    Only a bridge runs over water. A long street comes in several pieces of one name.
    """

    name: str
    kind: str
    line: LineString


@dataclass(frozen=True)
class Town:
    """Everything of the town that stands still. All shapes are longitude, latitude (WGS84)."""

    name: str
    plane: Plane
    outline: Polygon
    districts: tuple[District, ...]
    water: tuple[Water, ...]
    parks: tuple[Park, ...]
    streets: tuple[Street, ...]
    railway: BaseGeometry


def build_town(seed: int) -> Town:
    """The town of this seed, to the last bit."""
    rng = np.random.default_rng([seed, 1])
    plan = draw_plan(rng)
    turn = float(rng.uniform(-0.5, 0.5))
    districts = tuple(
        District(id, name, _laid(shape, turn), round(shape.area / 1e6, 3))
        for id, name, shape in _named_districts(rng, plan)
    )
    return Town(
        name=names.CITY,
        plane=MARKET,
        outline=shapely.coverage_union_all([district.polygon for district in districts]),
        districts=districts,
        water=(
            Water(f"River {names.RIVER}", _laid(plan.river, turn)),
            Water(names.LAKE, _laid(plan.lake, turn)),
        ),
        parks=tuple(Park(name, _laid(shape, turn)) for name, shape in _named_parks(rng, plan)),
        streets=_laid_streets(_named_streets(rng, plan), turn),
        railway=_laid(plan.railway, turn),
    )


def _named_districts(rng: np.random.Generator, plan: Plan) -> list[tuple[str, str, Polygon]]:
    """Numbered from the market outwards, with names that suit old, inner and outer quarters."""
    shapes = sorted(plan.districts, key=lambda shape: float(np.hypot(*shape.centroid.coords[0])))
    pools = list(names.CORE), names.ordered(rng, names.INNER), names.ordered(rng, names.OUTER)
    named = []
    for number, shape in enumerate(shapes, start=1):
        away = np.hypot(*shape.centroid.coords[0])
        pool = pools[0] if away < 600 else pools[1] if away < 2_700 and pools[1] else pools[2]
        named.append((f"D{number:02d}", pool.pop(0), shape))
    return named


def _named_parks(rng: np.random.Generator, plan: Plan) -> list[tuple[str, Polygon]]:
    """Named by kind, in the order that `make_greens` lays them: lake, woods, parks, meadow."""
    rest = names.ordered(rng, names.WOODS)[:2] + names.ordered(rng, names.TOWN_PARKS)
    squares = sum(green.is_square_cut for green in plan.greens)
    named = ["Mere Park", *rest[: 2 + squares], f"{names.RIVER} Meadows"]
    return [*zip(named, plan.parks, strict=True), ("Swan Island", plan.island)]


def _named_streets(rng: np.random.Generator, plan: Plan) -> list[tuple[str, str, LineString]]:
    """Main roads parted into land and bridges and clipped to the city; the rest named in turn."""
    lanes = names.street_names(rng, names.OLD, names.LANE_KINDS)
    streets = names.street_names(rng, names.NEW, names.STREET_KINDS)
    quays = names.ordered(rng, names.QUAYS)
    bridges = ["Old Bridge", *names.ordered(rng, names.BRIDGES)]
    roads = ["High Street", "The Walls", "Outer Ring"]
    roads += [f"{away} Road" for away in names.ordered(rng, names.AWAY)]
    near_water = shapely.union(plan.river, plan.lake).buffer(BRIDGE_REACH)
    named: list[tuple[str, str, LineString]] = []
    for way in _high_street_first(plan.ways):
        line = LineString(way.line).intersection(plan.outline)
        pool = {"lane": lanes, "street": streets, "quay": quays, "arterial": roads or streets}
        name = pool[way.kind].pop(0)
        kind = "street" if way.kind == "quay" else way.kind
        named += [(name, kind, part) for part in _lines(line.difference(near_water))]
        if way.kind == "arterial":
            named += [
                (bridges.pop(0), "bridge", part) for part in _lines(line.intersection(near_water))
            ]
    return named


def _laid_streets(named: list[tuple[str, str, LineString]], turn: float) -> tuple[Street, ...]:
    names, kinds, lines = zip(*named, strict=True)
    return tuple(map(Street, names, kinds, _laid(np.array(lines), turn)))


def _high_street_first(ways: list[Way]) -> list[Way]:
    """The plan leads with walls, outer ring and high street; the old bridge is named first."""
    return [ways[2], *ways[:2], *ways[3:]]


def _lines(shape: BaseGeometry) -> list[LineString]:
    merged = shapely.line_merge(shape)
    return [
        part
        for part in shapely.get_parts(merged)
        if isinstance(part, LineString) and part.length > 1.0
    ]


def _laid(shape: Shape, turn: float) -> Shape:
    """A shape of town metres, or an array of them, turned about the market and laid on earth."""
    cosine, sine = np.cos(turn), np.sin(turn)

    def lay(metres: Array) -> Array:
        east, north = (metres @ np.array([[cosine, sine], [-sine, cosine]])).T
        return np.asarray(np.column_stack(MARKET.inverse(east, north)).round(DECIMALS))

    laid: Shape = shapely.transform(shape, lay)
    return laid
