"""One run of the Method of Equal Shares with a given endowment for each voter.

Peters, Pierczynski and Skowron, "Proportional Participatory Budgeting with Additive Utilities"
(NeurIPS 2021). In each round the rate rho of a project is the least number with
`sum over its supporters of min(money, rho * utility) = cost`; the project with the least rate is
bought, until no project's supporters hold its cost.

Exact by filtering (Shewchuk, "Adaptive Precision Floating-Point Arithmetic", 1997): floats with a
bound on their error rule projects out, and whatever they leave open is decided in rationals; the
rate that is charged is always the exact one. Two facts make the filter sound. A project's rate
never falls during a run, so an old bound still holds. And for any subset P of its supporters,
`(cost - money of P) / utility of the others` is at most the rate, so a bound needs no exact P.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter

import numpy as np
import numpy.typing as npt

from backend.ballots.tally.electorate import Electorate, Numbers, Positions, Support
from backend.ballots.tally.shares_ledger import EPSILON, Rate, SharesLedger

# Rates nearer than this are compared exactly, although the error of the floats is far smaller.
NEAR = 1e-9


@dataclass(frozen=True, slots=True)
class Purchase:
    """One round: `rate` is the exact rho for each unit of utility.

    `payers` voters paid rate * utility and kept something, `drained` paid all they had. `tied`
    are the positions of the other projects with the same rate, in the stated order of ties.
    """

    project: int
    rate: Fraction
    payers: int
    drained: int
    tied: tuple[int, ...]


@dataclass(slots=True, eq=False)
class Candidate:
    """A project in the running, its supporters in step in four arrays.

    `sizes` are the voters in each group, `weights` the likes of all of them. `least` is a lower
    bound of the rate for one like, `estimate` the rate as the floats see it.
    """

    position: int
    cost: int
    unit: int
    groups: Positions
    likes: Numbers | None
    sizes: Numbers
    weights: Numbers
    least: float
    estimate: float = 0.0

    @property
    def least_rate(self) -> float:
        """The bound for one unit of utility."""
        return self.least / self.unit

    def keep(self, chosen: npt.NDArray[np.bool_]) -> None:
        """Forget the other supporters."""
        self.groups, self.sizes = self.groups.compress(chosen), self.sizes.compress(chosen)
        self.weights = self.sizes if self.likes is None else self.weights.compress(chosen)
        self.likes = None if self.likes is None else self.likes.compress(chosen)


class EqualSharesRun:
    """Buys projects until none is affordable; `costs` and `endowment` in the same unit of money.

    `tie_order` gives each project its place in the stated order of ties. `reach`: how much higher
    the endowment may be with the same purchases, as far as this run knows.
    """

    reach = 0.0

    def __init__(
        self, voters: Electorate, costs: Sequence[int], endowment: Fraction, tie_order: list[int]
    ) -> None:
        self._ledger = SharesLedger(voters, endowment)
        self._tie_order = tie_order
        self._open = [
            self._candidate(position, cost, support)
            for position, (cost, support) in enumerate(zip(costs, voters.supports, strict=True))
            if len(support.groups)
        ]

    def purchases(self) -> list[Purchase]:
        """All rounds, in order."""
        return list(iter(self._next, None))

    def _candidate(self, position: int, cost: int, support: Support) -> Candidate:
        sizes = support.sizes
        weights = sizes if support.likes is None else sizes * support.likes
        least = cost / support.weight * (1 - NEAR)
        return Candidate(
            position, cost, support.unit, support.groups, support.likes, sizes, weights, least
        )

    def _next(self) -> Purchase | None:
        """One round: floats look for the least rate, and rationals say what it is."""
        closest = self._closest()
        if closest is None:
            return None
        rates = {closest.position: self._rate(closest)}
        ceiling = float(rates[closest.position]) / closest.unit * (1 + NEAR)
        contenders = [closest]
        for other in list(self._open):
            is_near = other is not closest and other.least_rate <= ceiling
            if is_near and self._is_within(other, ceiling * other.unit):
                rates[other.position] = self._rate(other)
                contenders.append(other)
        if len(contenders) == 1:
            return self._buy(closest, rates[closest.position], ())
        exact = {c: rates[c.position].for_unit(c.unit) for c in contenders}
        tied = sorted(
            (c for c in contenders if exact[c] == min(exact.values())),
            key=lambda c: self._tie_order[c.position],
        )
        return self._buy(tied[0], rates[tied[0].position], tuple(c.position for c in tied[1:]))

    def _closest(self) -> Candidate | None:
        """Scan in the order of the bounds, up to the first that is above the best rate found."""
        best, closest = np.inf, None
        for candidate in sorted(self._open, key=attrgetter("least_rate")):
            ceiling = best * (1 + NEAR)
            if candidate.least_rate > ceiling:
                break
            if self._is_within(candidate, ceiling * candidate.unit):
                rate = candidate.estimate / candidate.unit
                if closest is None or rate < best:
                    best, closest = rate, candidate
        return closest

    def _is_within(self, candidate: Candidate, ceiling: float) -> bool:
        """Raise the bound until it is above `ceiling` (False) or the rate is found (True).

        Newton's method from below, on a concave function made of straight pieces. Leaves a
        project nobody can afford any more out of all further rounds.
        """
        money = self._ledger.money.take(candidate.groups)
        has_any = money > 0
        if np.count_nonzero(has_any) < 0.8 * len(money):
            candidate.keep(has_any)
            money = money.compress(has_any)
        wallets = candidate.sizes * money
        total = float(wallets.sum())
        doubt = len(money) * EPSILON * total + EPSILON * candidate.cost
        doubt += self._ledger.slack * float(candidate.sizes.sum())
        if total < candidate.cost + doubt and (
            total < candidate.cost - doubt or not self._is_affordable(candidate)
        ):
            self._open.remove(candidate)
            return False
        likes = 1.0 if candidate.likes is None else candidate.likes
        rate = candidate.least
        rich = (money > rate * likes).astype(np.float64)
        left = len(money) + 1
        while 0 < (found := int(np.count_nonzero(rich))) < left:
            left = found
            weight = _dot(candidate.weights, rich)
            rate = (candidate.cost - total + _dot(wallets, rich)) / weight
            least = rate - 2 * doubt / weight - 4 * EPSILON * rate
            candidate.least = max(candidate.least, least)
            if candidate.least > ceiling:
                return False
            rich = (money > rate * likes).astype(np.float64)
        candidate.estimate = rate
        return True

    def _is_affordable(self, candidate: Candidate) -> bool:
        groups = candidate.groups[self._ledger.money[candidate.groups] > 0]
        return self._ledger.held(groups) >= candidate.cost * self._ledger.denominator

    def _rate(self, candidate: Candidate) -> Rate:
        """The exact rate for one like of an affordable project.

        A set of poor supporters that is exactly the set of those who hold less than the rate it
        leads to is the right one; starting from those who hold nothing, it only grows.
        """
        ledger = self._ledger
        money = ledger.money.take(candidate.groups)
        has_any = money > 0
        likes = 1.0 if candidate.likes is None else candidate.likes
        if not candidate.cost:
            return Rate(0, 1, ledger.denominator, ~has_any)
        poor = money < candidate.estimate * (1 - NEAR) * likes - ledger.slack
        while True:
            weight = int(candidate.weights.compress(~poor).sum())
            held = ledger.held(candidate.groups.compress(poor & has_any))
            numerator = candidate.cost * ledger.denominator - held
            if weight == 0 or numerator < 0:
                poor = ~has_any
                continue
            level = numerator / (weight * ledger.denominator) * likes
            gap = money - level
            is_less, is_drained = gap < 0, gap <= 0
            is_unsure = (np.abs(gap) <= ledger.slack + 4 * EPSILON * level) & has_any
            if is_unsure.any():
                sign = ledger.compare(
                    candidate.groups[is_unsure],
                    np.broadcast_to(likes, money.shape)[is_unsure],
                    numerator,
                    weight,
                )
                is_less[is_unsure], is_drained[is_unsure] = sign < 0, sign <= 0
            if np.array_equal(is_less, poor):
                return Rate(numerator, weight, ledger.denominator, is_drained)
            poor = is_less if is_less[poor].all() else ~has_any

    def _buy(self, chosen: Candidate, rate: Rate, tied: tuple[int, ...]) -> Purchase:
        self._open.remove(chosen)
        paid = chosen.sizes.compress(self._ledger.money.take(chosen.groups) > 0).sum()
        full = chosen.sizes.compress(~rate.is_drained).sum()
        self._ledger.pay(chosen.groups, chosen.likes, rate)
        return Purchase(
            chosen.position, rate.for_unit(chosen.unit), int(full), int(paid - full), tied
        )


def _dot(left: Numbers, right: Numbers) -> float:
    """The sum of products in this thread; `@` wakes others, which cost more than they help."""
    return float(np.einsum("i,i->", left, right))
