"""Which stretches of street are swept: some at random, so that the audit stays unbiased, the rest
where most is hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equity.errors import EquityError
from equity.levers.sweep_need import SweepNeed
from equity.rates.events import Codes, Floats, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Stretches of street as columns (n,): `area` codes `areas`; `swept_days_ago` is NaN where
    nobody ever went. Raises EquityError `street-length-impossible`."""

    ids: tuple[str, ...]
    areas: tuple[str, ...]
    area: Codes
    metres: Floats
    swept_days_ago: Floats

    def __post_init__(self) -> None:
        if not (np.isfinite(self.metres) & (self.metres > 0)).all():
            raise EquityError("street-length-impossible")

    @property
    def metres_by_area(self) -> Floats:
        """(areas,) length of all stretches."""
        return np.bincount(self.area, self.metres, len(self.areas)).astype(float)

    @property
    def visited_days_ago(self) -> Floats:
        """(areas,) since anybody swept anywhere in the area, infinite where nobody did."""
        ago = np.full(len(self.areas), np.inf)
        np.minimum.at(ago, self.area, np.where(np.isnan(self.swept_days_ago), np.inf,
                                               self.swept_days_ago))  # fmt: skip
        return ago


@dataclass(frozen=True, slots=True)
class Draw:
    """So many `metres` by lot; another `stream` of a `seed` has nothing to do with the first."""

    metres: float
    seed: int
    stream: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Stretches by number: `drawn` with the `chance` all had, and those drawn that are `too_far`.

    `visits` has one of each area, whatever was drawn, `unseen` those of them in whose area nothing
    was drawn; `hidden` is the rest, in the order of need.
    """

    chance: float
    drawn: list[int]
    too_far: list[int]
    visits: list[int]
    unseen: list[int]
    hidden: list[int]


def wanted_stretches(
    streets: Streets, needs: Sequence[SweepNeed], is_near: Mask, draw: Draw, most: float
) -> Wanted:
    """What to sweep where a day is long enough (`is_near`), and `most` metres of what is hidden."""
    is_drawn, chance = random_part(streets, draw.metres, draw.seed, draw.stream)
    drawn = np.flatnonzero(is_drawn & is_near)
    order = longest_unswept(streets, draw.seed)
    order = order[is_near[order]]
    visits = first_of_areas(streets, order)
    seen = set(streets.area[drawn].tolist())
    unseen = [stretch for stretch in visits if streets.area[stretch] not in seen]
    order = order[~is_drawn[order] & ~np.isin(order, unseen)]
    return Wanted(
        chance=chance,
        drawn=drawn.tolist(),
        too_far=np.flatnonzero(is_drawn & ~is_near).tolist(),
        visits=visits,
        unseen=unseen,
        hidden=in_proportion(streets, order, needs, most),
    )


def random_part(streets: Streets, metres: float, seed: int, stream: int = 1) -> tuple[Mask, float]:
    """Stretches drawn (n,), and the chance that each had: `metres` over the length of all.

    Every metre of street has the same chance, so finds over the chance are unbiased for the whole
    city (Horvitz and Thompson 1952). The draw is systematic over the areas in order, stretches
    shuffled within each (Madow 1949), so that every area gets its part, but for one stretch.
    Draws of another `stream` have nothing to do with each other.
    """
    rng = np.random.default_rng([seed, stream])
    size = streets.metres.size
    whole = float(streets.metres.sum())
    chance = min(1.0, metres / whole) if whole else 0.0
    order = np.lexsort((rng.random(size), streets.area))
    steps = np.floor(np.arange(size + 1) * chance + rng.random())
    is_drawn = np.zeros(size, bool)
    is_drawn[order] = np.diff(steps) > 0
    return is_drawn, chance


def first_of_areas(streets: Streets, order: Codes) -> list[int]:
    """The first stretch in `order` of each area that has one there, by area."""
    _, first = np.unique(streets.area[order], return_index=True)
    found: list[int] = order[first].tolist()
    return found


def longest_unswept(streets: Streets, seed: int) -> Codes:
    """All stretches, first what nobody ever swept, then the longest ago; ties by chance."""
    rng = np.random.default_rng([seed, 2])
    ago = np.where(np.isnan(streets.swept_days_ago), np.inf, streets.swept_days_ago)
    return np.lexsort((rng.random(ago.size), -ago))


def in_proportion(
    streets: Streets, order: Codes, needs: Sequence[SweepNeed], metres: float
) -> list[int]:
    """Stretches one after the other, up to `metres`, so that each beginning of the list gives the
    areas metres in proportion to what is hidden there.

    Next is the area with the most hidden over its metres so far and half the next stretch (the
    divisor method of Webster 1832, with stretches for seats); within it the next in `order`.
    """
    waiting = {
        area: order[streets.area[order] == area][::-1].tolist()
        for area, need in enumerate(needs)
        if need.hidden > 0
    }
    taken = np.zeros(len(needs))
    chosen: list[int] = []
    while metres > 0 and any(waiting.values()):
        area = max(
            (area for area, stretches in waiting.items() if stretches),
            key=lambda area: (
                needs[area].hidden / (taken[area] + streets.metres[waiting[area][-1]] / 2),
                -area,
            ),
        )
        stretch = waiting[area].pop()
        taken[area] += streets.metres[stretch]
        metres -= streets.metres[stretch]
        chosen.append(stretch)
    return chosen
