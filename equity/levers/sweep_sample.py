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


def first_of_areas(streets: Streets, order: Codes, wanted: Mask) -> list[int]:
    """The first stretch in `order` of each of the areas `wanted` (areas,), in the order found."""
    found: dict[int, int] = {}
    for stretch in order.tolist():
        area = int(streets.area[stretch])
        if wanted[area]:
            found.setdefault(area, stretch)
    return list(found.values())


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
