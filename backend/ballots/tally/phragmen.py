"""Phragmen's sequential rule for approvals.

All voters earn money at the same speed; a project is bought the moment its supporters hold its
cost together, and they start again from nothing. Told in loads, as here: buying a project spreads
its cost so that all its supporters end with the same load, and the project with the least such
load is next (Brill, Freeman, Janson and Lackner, "Phragmen's Voting Methods and Justified
Representation", Mathematical Programming 2024; with costs: Los, Christoff and Grossi, "Proportional
Budget Allocations: Towards a Systematization", IJCAI 2022).

Exact: a voter's load is that of the last purchase the voter took part in, so the loads of any set
of voters add up to whole-number counts of the purchases' loads, which are rationals. Floats rule
out what is not near the least; loads are never negative, so their sums are good to 1e-9.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from backend.ballots.tally.count import Count
from backend.ballots.tally.equal_shares_run import NEAR
from backend.ballots.tally.outcome import Decision, Outcome, Round, Verdict
from backend.ballots.tally.profile import Election
from backend.ballots.tally.ties import LEXICOGRAPHIC, Contender, TieBreak

Overrun: TypeAlias = Literal["stop", "skip"]


@dataclass(frozen=True, slots=True)
class Phragmen:
    """The rule with every parameter.

    `stop` ends as soon as a project that is next, or tied for it, costs more than is left, as
    pabutools does; `skip` drops those projects and goes on. A project that costs more than the
    whole budget never runs.
    """

    variant: Overrun = "stop"
    ties: TieBreak = LEXICOGRAPHIC


def phragmen(election: Election, rule: Phragmen = Phragmen()) -> Outcome:
    """The winners, exactly those of rational arithmetic; points and places count as approvals."""
    return phragmen_of(Count(election), rule)


def phragmen_of(count: Count, rule: Phragmen) -> Outcome:
    """As `phragmen`, for ballots that are counted already."""
    return PhragmenRace(count, rule).outcome()


class PhragmenRace:
    """The loads, and what has been decided so far."""

    def __init__(self, count: Count, rule: Phragmen) -> None:
        self._rule, self._meta = rule, count.election.meta
        self._projects = count.contenders("votes")
        voters = count.electorate("cardinality")
        self._sizes = voters.sizes
        self._supporters = [support.groups for support in voters.supports]
        self._numbers = [int(self._sizes[groups].sum()) for groups in self._supporters]
        # The last purchase of each group, 0 for none, and the load that came with each.
        self._last = np.zeros(len(self._sizes), np.intp)
        self._loads = [Fraction(0)]
        self._left = self._meta.budget
        self._least = {
            place: project.cost / self._numbers[place]
            for place, project in enumerate(self._projects)
            if self._numbers[place] and project.cost <= self._left
        }
        self._is_stopped = False
        self.rounds: list[Round] = []
        self.decided: list[Decision] = []

    def outcome(self) -> Outcome:
        """Who won and why, once the race is run."""
        self._run()
        decisions = self.decided + self._rest()
        winners = tuple(decision.project for decision in decisions if decision.is_funded)
        return Outcome(
            rule="phragmen",
            parameters={"variant": self._rule.variant},
            ties=self._rule.ties,
            winners=winners,
            cost=sum(decision.cost for decision in decisions if decision.is_funded),
            budget=self._meta.budget,
            scale=self._meta.scale,
            decisions=tuple(decisions),
            rounds=tuple(self.rounds),
        )

    def _run(self) -> None:
        """Buy until nothing is left to buy, or the rule says stop."""
        while self._least and not self._is_stopped:
            load, tied = self._next()
            too_dear = [place for place in tied if self._projects[place].cost > self._left]
            if too_dear and self._rule.variant == "stop":
                self._is_stopped = True
            elif too_dear:
                for place in too_dear:
                    self._decide(place, "does-not-fit")
            else:
                self._buy(tied[0], load, tied[1:])

    def _rest(self) -> list[Decision]:
        """The projects that were never next, in the order of votes."""
        done = {decision.project for decision in self.decided}
        return [
            self._decision(project, self._verdict_of_rest(project))
            for project in self._rule.ties.ranked(self._projects)
            if project.id not in done
        ]

    def _verdict_of_rest(self, project: Contender) -> Verdict:
        if project.votes == 0 or project.score == 0:
            return "no-support"
        return "stopped" if self._is_stopped and project.cost <= self._left else "does-not-fit"

    def _next(self) -> tuple[Fraction, list[int]]:
        """The least load, and the projects that have it, in the order of ties."""
        floats = np.array([float(load) for load in self._loads])
        best = np.inf
        for place in sorted(self._least, key=lambda place: self._least[place]):
            if self._least[place] > best * (1 + NEAR):
                break
            groups = self._supporters[place]
            shares = self._sizes[groups] * floats[self._last[groups]]
            load = (float(shares.sum()) + self._projects[place].cost) / self._numbers[place]
            self._least[place] = load
            best = min(best, load)
        near = [place for place, load in self._least.items() if load <= best * (1 + NEAR)]
        exact = {place: self._load(place) for place in near}
        least = min(exact.values())
        tied = [place for place in near if exact[place] == least]
        return least, sorted(tied, key=lambda place: self._rule.ties.order(self._projects[place]))

    def _load(self, place: int) -> Fraction:
        groups = self._supporters[place]
        counts = np.bincount(self._last[groups], self._sizes[groups])
        held = sum(int(count) * load for count, load in zip(counts, self._loads, strict=False))
        return (held + self._projects[place].cost) / Fraction(self._numbers[place])

    def _buy(self, place: int, load: Fraction, tied: list[int]) -> None:
        self._last[self._supporters[place]] = len(self._loads)
        self._loads.append(load)
        project = self._projects[place]
        self._decide(place, "funded")
        self._left -= project.cost
        number = self._numbers[place]
        others = tuple(self._projects[other].id for other in tied)
        payment = Fraction(project.cost, number)
        self.rounds.append(Round(project.id, load, payment, number, 0, others))

    def _decide(self, place: int, verdict: Verdict) -> None:
        del self._least[place]
        self.decided.append(self._decision(self._projects[place], verdict))

    def _decision(self, project: Contender, verdict: Verdict) -> Decision:
        return Decision(project.id, project.score, project.votes, project.cost, self._left, verdict)
