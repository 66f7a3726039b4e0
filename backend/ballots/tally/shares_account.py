"""Where the voters' shares of the budget went under Equal Shares, to the last fraction."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from backend.ballots.tally.count import Count
from backend.ballots.tally.electorate import Numbers, Positions
from backend.ballots.tally.equal_shares import EqualShares, EqualSharesTally
from backend.ballots.tally.equal_shares_run import EqualSharesRun
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Election

# Voters are told apart by how many tenths of their share are left.
PARTS = 10


@dataclass(frozen=True, slots=True)
class SharesAccount:
    """The books of the run that counted, before any completion by greedy; money in 1/scale units.

    Each of `voters` had `endowment`; together they paid `spent` for what `Outcome.rounds` lists,
    and kept `left`. `spent_all` voters kept nothing, `spent_nothing` all; of the others
    `left_by_tenth[k]` kept from k to k + 1 tenths (floats draw the line between tenths).
    `left_behind` is what the supporters of each project that was not bought still held together.
    """

    voters: int
    endowment: Fraction
    spent: int
    left: Fraction
    spent_all: int
    spent_nothing: int
    left_by_tenth: tuple[int, ...]
    left_behind: Mapping[str, Fraction]


def shares_account(election: Election, rule: EqualShares, outcome: Outcome) -> SharesAccount:
    """Repeat the run with the endowment that `outcome`, the rule's, ended with."""
    return _Books(Count(election), rule).account(Fraction(outcome.facts["endowment"]))


class _Books(EqualSharesTally):
    def account(self, endowment: Fraction) -> SharesAccount:
        run = _OpenRun(self._voters, self._costs, endowment, self._tie_order)
        bought = {purchase.project for purchase in run.purchases()}
        spent = sum(self._costs[place] for place in bought)
        sizes, kept = self._voters.sizes, run.kept(endowment)
        is_part = (kept > 0) & (kept < 1)
        tenths = np.minimum((kept[is_part] * PARTS).astype(np.intp), PARTS - 1)
        return SharesAccount(
            voters=self._voters.voters,
            endowment=endowment,
            spent=spent,
            left=self._voters.voters * endowment - spent,
            spent_all=int(sizes[kept == 0].sum()),
            spent_nothing=int(sizes[kept == 1].sum()),
            left_by_tenth=tuple(map(int, np.bincount(tenths, sizes[is_part], PARTS))),
            left_behind={
                self._contenders[place].id: run.held_by(self._voters.supports[place].groups)
                for place in range(len(self._costs))
                if place not in bought
            },
        )


class _OpenRun(EqualSharesRun):
    """A run whose ledger can be read once it is over."""

    def kept(self, endowment: Fraction) -> Numbers:
        """What part of its share each group kept: 0 and 1 where that is exactly so."""
        return self._ledger.money / (float(endowment) or 1.0)

    def held_by(self, groups: Positions) -> Fraction:
        """What the voters of these groups hold together."""
        with_any = groups[self._ledger.money[groups] > 0]
        return Fraction(self._ledger.held(with_any), self._ledger.denominator)
