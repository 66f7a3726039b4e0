"""What every voter still holds while Equal Shares buys projects: exact, and as floats with a bound.

Voters with the same ballot and the same purchases hold the same money, so no voter needs a
rational number of their own. A purchase either takes all that a voter has, or rate * like; what
is left is `endowment - sum of rates * likes` over the voter's purchases. Hence a sum over any set
of voters needs only whole-number counts (how much like in the set fell to each purchase) and the
rates, which are integers over one common denominator.

The floats beside it are the same sums, wrong by at most `slack` for each voter.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import mul

import numpy as np
import numpy.typing as npt

from backend.ballots.tally.electorate import Electorate, Numbers, Positions

# Twice the unit roundoff: one operation on floats is wrong by at most half of this, relatively.
EPSILON = float(np.finfo(np.float64).eps)
# Money that is left however the last subtraction was rounded: zero means exactly nothing.
_SOME = 1e-300
_FIRST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Rate:
    """What each supporter of a project pays for one like, `numerator / (weight * denominator)`.

    `denominator` is the ledger's. `is_drained` marks those of the supporters who have less than
    that, or just as much, and so pay all they have.
    """

    numerator: int
    weight: int
    denominator: int
    is_drained: npt.NDArray[np.bool_]

    def for_unit(self, unit: int) -> Fraction:
        """The exact rate where one like is worth `unit` of utility."""
        return Fraction(self.numerator, self.weight * self.denominator * unit)

    def __float__(self) -> float:
        return self.numerator / (self.weight * self.denominator)


class SharesLedger:
    """The money of all groups of voters during one run."""

    def __init__(self, voters: Electorate, endowment: Fraction) -> None:
        groups = len(voters.sizes)
        self.money: Numbers = np.full(groups, float(endowment))
        self.slack = self._rounding = EPSILON * float(endowment)
        self.denominator = endowment.denominator
        self._is_liked_alike = all(support.likes is None for support in voters.supports)
        self._sizes = voters.sizes
        self._endowment = endowment.numerator
        self._rates: list[int] = []
        # Row k: the k-th purchase of each group that was not drained by it, counted from 1, and
        # how much it liked that.
        self._bought = np.zeros((_FIRST_ROWS, groups), np.int16)
        self._likes = np.zeros((0 if self._is_liked_alike else _FIRST_ROWS, groups))
        self._purchases = np.zeros(groups, np.int16)

    def held(self, groups: Positions) -> int:
        """Exactly what the voters of these groups hold together, times `denominator`.

        No group may have been drained.
        """
        voters, counts = self.counts(groups)
        spent: int = sum(map(mul, counts, self._rates))
        return self._endowment * voters - spent

    def counts(self, groups: Positions) -> tuple[int, list[int]]:
        """The number of voters, and for each purchase the sum of the likes they paid for."""
        sizes, purchases = self._sizes.take(groups), self._purchases.take(groups)
        voters = int(sizes.sum())
        counts = np.zeros(len(self._rates) + 1)
        for row in range(int(purchases.max(initial=0))):
            went_on = purchases > row
            groups, sizes = groups.compress(went_on), sizes.compress(went_on)
            purchases = purchases.compress(went_on)
            weights = sizes if self._is_liked_alike else sizes * self._likes[row].take(groups)
            counts += np.bincount(self._bought[row].take(groups), weights, len(counts))
        return voters, counts[1:].astype(np.int64).tolist()

    def compare(
        self, groups: Positions, likes: Numbers, numerator: int, weight: int
    ) -> npt.NDArray[np.int8]:
        """How each group's money compares with rate * like, exactly: -1 less, 0 equal, 1 more.

        The rate is `numerator / (weight * denominator)`.
        """
        history = [likes, *self._bought[:, groups], *self._likes[:, groups]]
        kinds, first, kind = np.unique(
            np.column_stack(history), axis=0, return_index=True, return_inverse=True
        )
        signs = np.empty(len(kinds), np.int8)
        for place, example in enumerate(first):
            has = self.held(groups[example : example + 1]) // int(self._sizes[groups[example]])
            difference = has * weight - int(likes[example]) * numerator
            signs[place] = (difference > 0) - (difference < 0)
        return signs[kind.ravel()]

    def pay(self, groups: Positions, likes: Numbers | None, rate: Rate) -> None:
        """Charge all supporters of a project; `groups` in the order of `rate.is_drained`."""
        common = gcd(rate.numerator, rate.weight)
        growth = rate.weight // common
        self._rates = [each * growth for each in self._rates]
        self._rates.append(rate.numerator // common)
        self._endowment *= growth
        self.denominator *= growth
        self.money[groups.compress(rate.is_drained)] = 0.0
        payers = groups.compress(~rate.is_drained)
        liked = 1.0 if likes is None else likes.compress(~rate.is_drained)
        self.money[payers] = np.maximum(self.money.take(payers) - float(rate) * liked, _SOME)
        self.slack += 4 * self._rounding
        self._remember(payers, liked)

    def _remember(self, payers: Positions, likes: Numbers | float) -> None:
        rows = self._purchases.take(payers)
        if int(rows.max(initial=0)) >= len(self._bought):
            self._bought = np.concatenate([self._bought, np.zeros_like(self._bought)])
            self._likes = np.concatenate([self._likes, np.zeros_like(self._likes)])
        self._bought[rows, payers] = len(self._rates)
        if not self._is_liked_alike:
            self._likes[rows, payers] = likes
        self._purchases[payers] = rows + 1
