"""Money for districts by a stated formula, exact and to the last unit. Pure.

Each district has three shares of the city: of its residents, of its people in need, and of its
residents counted by an equity index (residents x index, so that 2 counts each of them twice). The
weights of the three are stated and add up to 100. No district gets less than `floor_percent` of
what its residents alone would give it: whoever would is lifted to that floor, and the rest is
shared by the others in the same proportions, again until nobody is below.

Whole units of money by the method of the largest remainder (Hamilton's; Balinski and Young, "Fair
Representation", 2nd ed. 2001): everybody gets the whole part of the exact amount, and the units
left over go to the largest fractions, equal ones in the order of the districts' codes. So every
budget is within one unit of its exact amount and the sum is exact. Ballots are not touched by any
of this: one resident, one ballot.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from backend.core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Weights:
    """Percent of the money that each measure shares out, together 100.

    The floor is in percent of what a district's residents alone would give it.
    """

    population: int
    need: int
    equity: int
    floor_percent: int


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """A district's residents, its people in need, and its index; the last two where they count."""

    code: str
    population: Fraction
    need: Fraction = Fraction(0)
    equity: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class DistrictShare:
    """A district's money and where it comes from; shares are parts of 1.

    `weighted` is the share by the three measures, `floor` the least the district may get, `share`
    what it gets; `is_lifted` where that is the floor. `budget` is in whole units, `exact` before
    rounding.
    """

    code: str
    by_population: Fraction
    by_need: Fraction
    by_equity: Fraction
    weighted: Fraction
    floor: Fraction
    share: Fraction
    is_lifted: bool
    exact: Fraction
    budget: int


def district_budgets(
    weights: Weights, districts: Sequence[DistrictFigures], money: int
) -> tuple[DistrictShare, ...]:
    """Share `money` (whole units) among the districts, in their order; raises `Invalid`."""
    for one in districts:
        if one.population <= 0:
            raise Invalid("district-without-residents", district=one.code)
        if one.need < 0 or one.equity < 0:
            raise Invalid("district-figure-negative", district=one.code)
    by_population = _shares({one.code: one.population for one in districts})
    by_need = _shares({one.code: one.need for one in districts}, weights.need, "need")
    counted = {one.code: one.population * one.equity for one in districts}
    by_equity = _shares(counted, weights.equity, "equity")
    weighted = {
        code: (
            weights.population * by_population[code]
            + weights.need * by_need[code]
            + weights.equity * by_equity[code]
        )
        / 100
        for code in by_population
    }
    floors = {code: one * weights.floor_percent / 100 for code, one in by_population.items()}
    shares, lifted = _lifted(weighted, floors)
    exact = {code: share * money for code, share in shares.items()}
    budgets = largest_remainder(exact)
    return tuple(
        DistrictShare(
            code,
            by_population[code],
            by_need[code],
            by_equity[code],
            weighted[code],
            floors[code],
            shares[code],
            code in lifted,
            exact[code],
            budgets[code],
        )
        for code in by_population
    )


def largest_remainder(exact: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole numbers that add up to what `exact` adds up to, which must be whole."""
    budgets = {code: floor(amount) for code, amount in exact.items()}
    left = int(sum(exact.values())) - sum(budgets.values())
    for code in sorted(exact, key=lambda code: (budgets[code] - exact[code], code))[:left]:
        budgets[code] += 1
    return budgets


def _shares(
    amounts: Mapping[str, Fraction], weight: int = 100, measure: str = ""
) -> dict[str, Fraction]:
    total = sum(amounts.values())
    if total == 0 and weight:
        raise Invalid("measure-all-zero", measure=measure)
    return {code: amount / total if total else Fraction(0) for code, amount in amounts.items()}


def _lifted(
    weighted: Mapping[str, Fraction], floors: Mapping[str, Fraction]
) -> tuple[dict[str, Fraction], set[str]]:
    """Shares that add up to 1, none below its floor, and who was lifted to it.

    Lifting some leaves less for the others, so that more may sink to their floor: at most as many
    rounds as there are districts. The floors together are at most 1, so somebody is always above.
    """
    lifted: set[str] = set()
    while True:
        rest = 1 - sum(floors[code] for code in lifted)
        claims = sum(share for code, share in weighted.items() if code not in lifted)
        shares = {
            code: floors[code] if code in lifted else share * rest / claims
            for code, share in weighted.items()
        }
        sunk = {code for code, share in shares.items() if share < floors[code]}
        if not sunk:
            return shares, lifted
        lifted |= sunk
