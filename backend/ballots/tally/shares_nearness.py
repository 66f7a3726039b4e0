"""How near a project that lost came to winning by Equal Shares, and which runs need no repeating.

While a project is not bought, a run is what it would be without it. So a change to a project
leaves every run alone in which the project still is not the next in any round.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf

import numpy as np

from backend.ballots.tally.count import Count, CountIf
from backend.ballots.tally.electorate import Electorate, Numbers
from backend.ballots.tally.endowments import Attempt
from backend.ballots.tally.equal_shares import EqualShares, EqualSharesTally
from backend.ballots.tally.equal_shares_run import NEAR, Candidate, EqualSharesRun, Purchase
from backend.ballots.tally.nearness import Nearness
from backend.ballots.tally.shares_ledger import EPSILON, Rate
from backend.ballots.tally.what_if import WhatIf


@dataclass(frozen=True, slots=True)
class _Remembered:
    """An attempt of the unchanged election, and how near each project that it left came."""

    attempt: Attempt
    nearness: dict[int, Nearness]

    def holds_if(self, what_if: WhatIf) -> bool:
        """Whether the attempt surely buys the same after the change."""
        near = self.nearness.get(what_if.project)
        if near is None:
            return False
        if what_if.ballots:
            return what_if.ballots < near.ballots
        return what_if.cost > near.cost


class SharesProbe:
    """Counts a changed election by Equal Shares.

    Raising the endowment takes many attempts; those that a change cannot reach are kept.
    """

    def __init__(self, count: Count, rule: EqualShares, places: Collection[int]) -> None:
        self._count, self._rule = count, rule
        self._known: dict[Fraction, _Remembered] = {}
        _Remembering(count, rule, places, self._known).outcome()

    def __call__(self, what_if: WhatIf) -> Nearness:
        count = CountIf(self._count, what_if)
        is_comparable = self._rule.eligibility == "all" and not (
            what_if.ballots and self._count.election.meta.default_score
        )
        tally = _Reusing(count, self._rule, what_if, self._known if is_comparable else {})
        outcome = tally.outcome()
        project = self._count.election.projects[what_if.project].id
        if project in outcome.winners:
            return Nearness(True)
        endowment = Fraction(outcome.facts["endowment"])
        near = tally.watched(endowment, [what_if.project]).get(what_if.project, Nearness(False))
        decision = outcome.decision_on(project)
        return near.closest(decision.money_before * (decision.verdict == "does-not-fit"), inf)


class _WatchedTally(EqualSharesTally):
    def watched(self, endowment: Fraction, places: Collection[int]) -> dict[int, Nearness]:
        """How near those of the places come that a run does not buy."""
        is_by_cost = self._rule.utility == "cost"
        like = self._count.like_of_single(self._rule.utility)
        told = self._voters, self._costs, endowment, self._tie_order
        run = _WatchedRun(*told, places, is_by_cost, like)
        run.purchases()
        return run.nearness


class _Remembering(_WatchedTally):
    def __init__(
        self,
        count: Count,
        rule: EqualShares,
        places: Collection[int],
        known: dict[Fraction, _Remembered],
    ) -> None:
        super().__init__(count, rule)
        self._places, self._known = places, known

    def _run(self, endowment: Fraction, least_reach: Fraction | None) -> Attempt:
        attempt = super()._run(endowment, least_reach)
        near = self.watched(endowment, set(self._places) - attempt.bought)
        self._known[endowment] = _Remembered(replace(attempt, reach=0.0), near)
        return attempt


class _Reusing(_WatchedTally):
    def __init__(
        self,
        count: Count,
        rule: EqualShares,
        what_if: WhatIf,
        known: dict[Fraction, _Remembered],
    ) -> None:
        super().__init__(count, rule)
        self._what_if, self._known = what_if, known

    def _run(self, endowment: Fraction, least_reach: Fraction | None) -> Attempt:
        known = self._known.get(endowment)
        if known is not None and known.holds_if(self._what_if):
            return known.attempt
        return super()._run(endowment, least_reach)


class _WatchedRun(EqualSharesRun):
    """Compares the watched projects with the one bought in every round.

    A project is next at a price (for each unit of utility) when its supporters pay its cost with
    at most that price. With u = cost, what they would pay at that price grows with the cost,
    and slower and slower, so the greatest cost they can pay is found by Newton's method from above.
    """

    def __init__(
        self,
        voters: Electorate,
        costs: Sequence[int],
        endowment: Fraction,
        tie_order: list[int],
        watched: Collection[int],
        is_by_cost: bool,
        like: int,
    ) -> None:
        super().__init__(voters, costs, endowment, tie_order)
        self._voters, self._costs, self._endowment = voters, costs, float(endowment)
        self._is_by_cost, self._like = is_by_cost, like
        self.nearness = {place: Nearness(False) for place in watched}

    def purchases(self) -> list[Purchase]:
        found = super().purchases()
        self._compare(inf)
        return found

    def _buy(self, chosen: Candidate, rate: Rate, tied: tuple[int, ...]) -> Purchase:
        self.nearness.pop(chosen.position, None)
        self._compare(float(rate) / chosen.unit)
        return super()._buy(chosen, rate, tied)

    def _compare(self, price: float) -> None:
        for place, near in self.nearness.items():
            support, cost = self._voters.supports[place], self._costs[place]
            money = self._ledger.money.take(support.groups)
            likes = np.ones(len(money)) if support.likes is None else support.likes
            purses = float((support.sizes * money).sum())
            doubt = len(money) * EPSILON * purses + NEAR * cost
            doubt += self._ledger.slack * float(support.sizes.sum())
            paid = np.minimum(money, price * support.unit * likes) if price < inf else money
            total = float((support.sizes * paid).sum()) + doubt
            single = min(self._endowment, price * support.unit * self._like) if self._like else 0.0
            ballots = (cost - total) / single if single else inf
            reached = total
            if self._is_by_cost and price < inf:
                most = min(purses + doubt, cost)
                reached = _greatest_cost(support.sizes, money, price, doubt, most)
            self.nearness[place] = near.closest(reached * (1 + NEAR), ballots * (1 - NEAR))


def _greatest_cost(
    sizes: Numbers, money: Numbers, price: float, doubt: float, most: float
) -> float:
    """Where c = doubt + what supporters pay at price * c, from above; at most `most`."""
    found, before = most, inf
    while found < before:
        poor = money <= price * found
        slope = 1 - price * float(sizes[~poor].sum())
        paid = float((sizes[poor] * money[poor]).sum()) + doubt
        if slope <= 0 or paid >= slope * found:
            break
        found, before = paid / slope, found
    return found
