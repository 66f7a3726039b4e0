"""Greedy allocation: the best first, as most cities do it.

Talmon and Faliszewski, "A Framework for Approval-Based Budgeting Methods" (AAAI 2019). All numbers
are integers, or fractions where value for money ranks the projects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from backend.ballots.tally.contenders import (
    Eligibility,
    Ranking,
    is_eligible,
    usual_ranking,
)
from backend.ballots.tally.count import Count
from backend.ballots.tally.outcome import Decision, Outcome, Verdict
from backend.ballots.tally.profile import Election
from backend.ballots.tally.ties import LEXICOGRAPHIC, Contender, TieBreak

Variant: TypeAlias = Literal["skip", "no-skip", "threshold", "percent80", "exclusive"]
# How much of the first project that does not fit must be left for Poznan to pay the rest.
RESERVE_FROM = Fraction(80, 100)
# Our own column of PROJECTS: ids of the projects that cannot be built beside this one.
CONFLICTS_COLUMN = "conflicts"


@dataclass(frozen=True, slots=True)
class Greedy:
    """The rule with every parameter; `ranking` None is by points or votes, as the ballots are.

    `skip` passes over a project that does not fit and goes on; `no-skip` stops there. `threshold`
    is skip among those with a score of at least `threshold`. `percent80` (Poznan) is no-skip, and
    the project at which it stops is funded from a reserve where what is left covers 80 % of it.
    `exclusive` is skip, and a funded project bars those it is in conflict with (see
    `CONFLICTS_COLUMN`).
    """

    variant: Variant = "skip"
    ranking: Ranking | None = None
    threshold: int | None = None
    eligibility: Eligibility = "all"
    ties: TieBreak = LEXICOGRAPHIC


def greedy(election: Election, rule: Greedy = Greedy()) -> Outcome:
    """Fund projects by merit while money lasts; one without support is never funded."""
    return greedy_of(Count(election), rule)


def greedy_of(count: Count, rule: Greedy) -> Outcome:
    """As `greedy`, for ballots that are counted already."""
    election = count.election
    ranking = rule.ranking or usual_ranking(election)
    order = rule.ties.ranked(count.contenders(ranking))
    left, cost = election.meta.budget, 0
    clerk = _Clerk(count, rule)
    decisions: list[Decision] = []
    for ahead, contender in zip([None, *order], order, strict=False):
        verdict = clerk.verdict(contender, left)
        is_tied = ahead is not None and ahead.merit == contender.merit
        decision = Decision(
            project=contender.id,
            score=contender.score,
            votes=contender.votes,
            cost=contender.cost,
            money_before=left,
            verdict=verdict,
            tie_broken_by=rule.ties.deciding(ahead, contender) if ahead and is_tied else None,
        )
        decisions.append(decision)
        if decision.is_funded:
            cost += contender.cost
            left = max(left - contender.cost, 0)
    parameters: dict[str, str | int | bool] = {
        "variant": rule.variant,
        "score": ranking,
        "eligibility": rule.eligibility,
    }
    if rule.variant == "threshold":
        parameters["threshold"] = rule.threshold or 0
    return Outcome(
        rule="greedy",
        parameters=parameters,
        ties=rule.ties,
        winners=tuple(decision.project for decision in decisions if decision.is_funded),
        cost=cost,
        budget=election.meta.budget,
        scale=election.meta.scale,
        decisions=tuple(decisions),
    )


class _Clerk:
    """Says for one project after another what becomes of it; remembers stops and conflicts."""

    def __init__(self, count: Count, rule: Greedy) -> None:
        self._voters, self._budget = count.voters, count.election.meta.budget
        self._rule = rule
        self._is_stopped = False
        self._conflicts = _conflicts(count.election) if rule.variant == "exclusive" else {}
        self._funded: set[str] = set()

    def verdict(self, contender: Contender, left: int) -> Verdict:
        barred = self._barred(contender)
        if barred:
            return barred
        if contender.cost <= left:
            self._funded.add(contender.id)
            return "funded"
        self._is_stopped = self._rule.variant in ("no-skip", "percent80")
        if self._rule.variant == "percent80" and left >= RESERVE_FROM * contender.cost:
            return "funded-from-reserve"
        return "does-not-fit"

    def _barred(self, contender: Contender) -> Verdict | None:
        rule = self._rule
        if contender.score == 0 or contender.merit == 0:
            return "no-support"
        if not is_eligible(contender, self._voters, self._budget, rule.eligibility):
            return "not-eligible"
        if rule.variant == "threshold" and contender.score < (rule.threshold or 0):
            return "below-threshold"
        if self._is_stopped:
            return "stopped"
        if not self._funded.isdisjoint(self._conflicts.get(contender.id, ())):
            return "excluded"
        return None


def _conflicts(election: Election) -> dict[str, set[str]]:
    """Both ways, also where the file states only one."""
    conflicts: dict[str, set[str]] = {project.id: set() for project in election.projects}
    for project in election.projects:
        for other in _ids(project.further.get(CONFLICTS_COLUMN, "")):
            conflicts[project.id].add(other)
            conflicts.setdefault(other, set()).add(project.id)
    return conflicts


def _ids(cell: str) -> Sequence[str]:
    return [id for id in map(str.strip, cell.split(",")) if id]
