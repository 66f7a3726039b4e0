"""What residents of the made-up town want of one budget: where, at what cost, and how it fares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
import shapely

from backend.ballots.cycle.models import CITYWIDE
from backend.demo.census import CensusRow
from backend.demo.project_ideas import FOR_A_DISTRICT, FOR_THE_TOWN, Idea
from backend.demo.street_points import Spots, StreetPoints
from backend.demo.town import Town

DISTRICTS_WITH_MONEY = 3
# In cents: what no district's money is too little for.
_MOST_IN_A_DISTRICT = 36_000_00


class Fate(Enum):
    """What becomes of a wish before the vote; APPEALED was refused first, MERGED was two."""

    ACCEPTED = auto()
    CHANGED = auto()
    REFUSED = auto()
    APPEALED = auto()
    MERGED = auto()
    WITHDRAWN = auto()


# By the place of the part (0 for the whole town) and of the wish in it; all others are accepted.
FATES_LAST_YEAR = {
    (0, 1): Fate.REFUSED,
    (0, 3): Fate.CHANGED,
    (0, 5): Fate.MERGED,
    (0, 7): Fate.REFUSED,
    (0, 9): Fate.CHANGED,
    (1, 2): Fate.REFUSED,
    (2, 0): Fate.APPEALED,
    (2, 3): Fate.CHANGED,
    (3, 3): Fate.WITHDRAWN,
}
FATES_THIS_YEAR = {
    (0, 2): Fate.CHANGED,
    (0, 4): Fate.REFUSED,
    (1, 0): Fate.CHANGED,
    (3, 1): Fate.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """One proposal; `cost` in cents, as first said. `support` is how many people endorse it."""

    part: str
    idea: Idea
    title: str
    summary: str
    place: str
    cost: int
    lon: float
    lat: float
    fate: Fate
    support: int

    @property
    def is_on_ballot(self) -> bool:
        return self.fate not in (Fate.REFUSED, Fate.WITHDRAWN)

    @property
    def settled_cost(self) -> int:
        """What it costs after the review: changes cost a tenth more."""
        is_changed = self.fate in (Fate.CHANGED, Fate.APPEALED)
        return self.cost * 11 // 10 if is_changed else self.cost


def districts_with_money(census: Sequence[CensusRow]) -> list[int]:
    """The places in `census` of the districts with the most residents."""
    by_size = sorted(range(len(census)), key=lambda i: -census[i].population)
    return sorted(by_size[:DISTRICTS_WITH_MONEY])


def imagine_wishes(
    rng: np.random.Generator,
    town: Town,
    points: StreetPoints,
    census: Sequence[CensusRow],
    counts: tuple[int, int],
    fates: Mapping[tuple[int, int], Fate],
) -> tuple[Wish, ...]:
    """`counts`: how many for the whole town and for each district; `census` in the town's order."""
    residents = np.array([float(row.population) for row in census])
    for_town, for_district = counts
    homes = rng.choice(len(census), size=for_town, replace=False, p=residents / residents.sum())
    wanted = [
        (0, place, CITYWIDE, int(homes[place]), FOR_THE_TOWN[i])
        for place, i in enumerate(rng.permutation(len(FOR_THE_TOWN))[:for_town])
    ]
    for number, home in enumerate(districts_with_money(census), start=1):
        picked = rng.permutation(len(FOR_A_DISTRICT))[:for_district]
        part = town.districts[home].id
        wanted += [(number, place, part, home, FOR_A_DISTRICT[i]) for place, i in enumerate(picked)]
    return tuple(
        _wish(rng, town, points, part, home, idea, fates.get((number, place), Fate.ACCEPTED))
        for number, place, part, home, idea in wanted
    )


def _wish(
    rng: np.random.Generator,
    town: Town,
    points: StreetPoints,
    part: str,
    home: int,
    idea: Idea,
    fate: Fate,
) -> Wish:
    spot = points.draw(rng, town.districts[home].id, 1)
    if idea.is_by_water:
        home, spot = _by_water(rng, town, points)
    district = town.districts[home]
    names = {"place": district.name, "street": town.streets[spot.street[0]].name}
    cost = _cost(rng, idea)
    return Wish(
        part=part,
        idea=idea,
        title=idea.name.format(**names),
        summary=idea.summary.format(**names),
        place=district.name,
        cost=cost if part == CITYWIDE else min(cost, _MOST_IN_A_DISTRICT),
        lon=round(float(spot.longitude[0]), 6),
        lat=round(float(spot.latitude[0]), 6),
        fate=fate,
        support=int(rng.gamma(2.0, 22.0)) + 3,
    )


def _by_water(rng: np.random.Generator, town: Town, points: StreetPoints) -> tuple[int, Spots]:
    """The district with the longest way along the water, and a place in it near the water."""
    water = shapely.union_all([stretch.polygon for stretch in town.water])
    shapes = [district.polygon for district in town.districts]
    home = int(np.argmax(shapely.area(shapely.intersection(shapes, water))))
    drawn = points.draw(rng, town.districts[home].id, 40)
    near = shapely.distance(shapely.points(drawn.longitude, drawn.latitude), water)
    nearest = slice(int(np.argmin(near)), int(np.argmin(near)) + 1)
    return home, Spots(drawn.longitude[nearest], drawn.latitude[nearest], drawn.street[nearest])


def _cost(rng: np.random.Generator, idea: Idea) -> int:
    """About the idea's usual price, to the half thousand euro, as estimates are."""
    return int(round(idea.price * float(np.exp(rng.normal(0, 0.18))) / 500) * 500) * 100
