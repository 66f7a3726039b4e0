"""Whether every group of voters that agree on a project got what its size deserves.

EJR+ up to one project, with money as the measure of satisfaction: for no project that lost is
there a group of its supporters so large that, were it funded, nobody in the group would have
winners worth more than the group's share of the budget. That is, of none of the lost projects c
are there j supporters of whom each has winners worth w with `w + cost(c) <= j * budget / voters`.
Brill and Peters, "Robust and Verifiable Proportionality Axioms for Multiwinner Voting" (EC 2023,
arXiv 2302.01989). Only the supporters with the least need to be looked at, so sorting decides.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from backend.ballots.tally.approvals import approvals, worth_of_winners
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Election


@dataclass(frozen=True, slots=True)
class Violation:
    """A project that lost and the largest group of its supporters that has too little.

    Each of the `group` voters has approved winners worth `worth` at most; with `cost` that is no
    more than `share`, the group's part of the budget. All money in 1/scale units.
    """

    project: str
    group: int
    worth: int
    cost: int
    share: Fraction


def ejr_plus_violations(election: Election, outcome: Outcome) -> tuple[Violation, ...]:
    """In the order of the projects; none where the outcome satisfies the axiom."""
    voters, budget = len(election.ballots), election.meta.budget
    if not voters:
        return ()
    each, rest = divmod(budget, voters)
    worth = worth_of_winners(election, outcome)
    owners, chosen = approvals(election)
    by_project = np.argsort(chosen, kind="stable")
    ends = np.cumsum(np.bincount(chosen, minlength=len(election.projects)))
    found = []
    for project, start, end in zip(election.projects, [0, *ends[:-1]], ends, strict=True):
        # What costs more than the budget fits in no group's share, and need not fit in 64 bits.
        if project.id in outcome.winners or project.cost > budget:
            continue
        held = np.sort(worth[owners[by_project[start:end]]])
        sizes = np.arange(1, len(held) + 1)
        shares = sizes * each + sizes * rest // voters  # group * budget / voters, rounded down
        enough = np.flatnonzero(held + project.cost <= shares)
        if len(enough):
            group = int(sizes[enough[-1]])
            share = Fraction(group * budget, voters)
            found.append(Violation(project.id, group, int(held[group - 1]), project.cost, share))
    return tuple(found)
