"""How much the endowment can rise before a run of Equal Shares goes another way.

As long as the same projects are bought in the same order and the same supporters are drained,
every price and every voter's money is a linear function of the endowment. `ReachingRun` follows
their slopes beside their values and finds the rise up to which nothing can change: no voter of a
bought project crosses between paying in full and being drained, and no other project becomes as
cheap. In an election with few voters and much money, where add1 would take tens of thousands of
steps, nearly all of them can be passed over, because their outcome is known.

Nothing here decides a winner. Where a float is in doubt the reach is zero, and the next step is
taken as usual. For a project that lost, what its supporters would pay at the winner's price is a
sum of minima, each at most either of its branches, so the branches of now bound it for good.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from backend.ballots.tally.electorate import Electorate, Numbers, Support
from backend.ballots.tally.equal_shares_run import NEAR, Candidate, EqualSharesRun, Purchase
from backend.ballots.tally.shares_ledger import EPSILON, Rate


class ReachingRun(EqualSharesRun):
    """A run that also knows its `reach`, in the unit of the endowment, once it is over.

    It gives up, with a reach of zero, as soon as that is less than is of use, `least`.
    """

    def __init__(
        self,
        voters: Electorate,
        costs: Sequence[int],
        endowment: Fraction,
        tie_order: list[int],
        least: float,
    ) -> None:
        super().__init__(voters, costs, endowment, tie_order)
        self._least_reach = least
        self.reach = float(endowment)  # at most twice the money, so that it is never infinite
        self._costs = costs
        self._lost = {
            place: support for place, support in enumerate(voters.supports) if len(support.groups)
        }
        # By how much money and prices change where the endowment rises by one unit.
        self._slopes: Numbers = np.ones(len(voters.sizes))
        self._price_slopes: list[Fraction] = []
        # No term of a slope is larger: the measure for the rounding of their sums.
        self._largest = 1.0

    def purchases(self) -> list[Purchase]:
        """All rounds, in order; `reach` holds from then on."""
        found = super().purchases()
        for place, support in self._lost.items():
            if self.reach:
                self._hold_off(place, support, np.inf, 0.0)
        return found

    def _buy(self, chosen: Candidate, rate: Rate, tied: tuple[int, ...]) -> Purchase:
        support = self._lost.pop(chosen.position)
        if not self.reach:
            return super()._buy(chosen, rate, tied)
        slope = self._slope(chosen, rate)
        self._hold_payers(chosen, float(rate), float(slope))
        unit = chosen.unit
        for place, loser in self._lost.items():
            if not self.reach:
                break
            if place not in tied:
                times = (loser.unit or 1) / unit
                self._hold_off(place, loser, float(rate) * times, float(slope) * times)
            elif not self._stays_behind(place, loser, chosen, rate, slope):
                self.reach = 0.0
        payers, drained = chosen.groups[~rate.is_drained], chosen.groups[rate.is_drained]
        likes = 1.0 if chosen.likes is None else chosen.likes[~rate.is_drained]
        purchase = super()._buy(chosen, rate, tied)
        self._slopes[payers] -= float(slope) * likes
        self._slopes[drained] = 0.0
        self._price_slopes.append(slope)
        most = 1.0 if support.likes is None else float(support.likes.max())
        self._largest += abs(float(slope)) * most
        return purchase

    def _slope(self, chosen: Candidate, rate: Rate) -> Fraction:
        has_any = self._ledger.money[chosen.groups] > 0
        poor = chosen.groups[rate.is_drained & has_any]
        return -self._held_slope(poor) / int(chosen.weights[~rate.is_drained].sum() or 1)

    def _held_slope(self, groups: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Fraction:
        voters, counts = self._ledger.counts(groups)
        spent = sum(c * s for c, s in zip(counts, self._price_slopes, strict=True) if c)
        return Fraction(voters) - spent

    def _hold_payers(self, chosen: Candidate, rate: float, slope: float) -> None:
        """Nobody who pays in full may be drained, nor the other way round."""
        money = self._ledger.money[chosen.groups]
        has_any = money > 0
        likes = np.ones(len(money)) if chosen.likes is None else chosen.likes
        gap = (money - rate * likes)[has_any]
        change = (self._slopes[chosen.groups] - slope * likes)[has_any]
        doubt = self._ledger.slack + NEAR * rate * likes[has_any]
        closing = np.sign(gap) * change - NEAR * (self._largest + abs(slope) * likes[has_any])
        self._narrow(np.abs(gap) - doubt, closing)

    def _hold_off(self, place: int, support: Support, rate: float, slope: float) -> None:
        """The supporters of a project that lost may not have enough for it at this price."""
        money = self._ledger.money[support.groups]
        likes = np.ones(len(money)) if support.likes is None else support.likes
        is_poor = money < rate * likes
        paid = np.where(is_poor, money, 0 if np.isinf(rate) else rate * likes)
        change = np.where(is_poor, self._slopes[support.groups], slope * likes)
        total = float((support.sizes * paid).sum())
        doubt = len(money) * EPSILON * total + NEAR * self._costs[place]
        doubt += self._ledger.slack * float(support.sizes.sum())
        growth = float((support.sizes * change).sum())
        growth += NEAR * (self._largest + abs(slope)) * support.weight
        self._narrow(np.array([self._costs[place] - total - doubt]), np.array([-growth]))

    def _stays_behind(
        self, place: int, support: Support, chosen: Candidate, rate: Rate, slope: Fraction
    ) -> bool:
        """Whether a project tied with the chosen one becomes no cheaper than it, exactly."""
        money = self._ledger.money[support.groups]
        likes = np.ones(len(money)) if support.likes is None else support.likes
        times = Fraction(support.unit or 1, chosen.unit)
        level = float(rate) * float(times) * likes
        is_poor = money < level
        poor = support.groups[is_poor & (money > 0)]
        weight = int((support.sizes * likes)[~is_poor].sum())
        price = rate.for_unit(1) * times
        held = Fraction(self._ledger.held(poor), self._ledger.denominator)
        is_tied = held + price * weight == self._costs[place]
        return is_tied and self._held_slope(poor) + slope * times * weight <= 0

    def _narrow(self, slack: Numbers, change: Numbers) -> None:
        """Keep `slack + rise * change` positive for every rise within the reach."""
        falling = change < 0
        if falling.any():
            self.reach = min(self.reach, float((slack[falling] / -change[falling]).min()))
        if (slack <= 0).any() or self.reach < self._least_reach:
            self.reach = 0.0
