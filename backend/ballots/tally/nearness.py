"""How near a project that lost came to winning: counted again, with a hint for the next attempt.

Whether a project wins is what the rule itself says of the changed election. Only the hints, and
the sound bounds by which attempts of Equal Shares need no repetition, are found in floats.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf

import numpy as np

from backend.ballots.tally.count import Count, CountIf
from backend.ballots.tally.greedy import RESERVE_FROM, Greedy, greedy_of
from backend.ballots.tally.outcome import Decision
from backend.ballots.tally.phragmen import Phragmen, PhragmenRace
from backend.ballots.tally.what_if import WhatIf


@dataclass(frozen=True, slots=True)
class Nearness:
    """A cost (1/scale) above which, and a number of further ballots below which, it surely loses.

    As far as the rounds that were counted say; the rule may go other ways once it is changed.
    """

    wins: bool
    cost: float = 0.0
    ballots: float = inf

    def closest(self, cost: float, ballots: float) -> "Nearness":
        """The nearer of two rounds."""
        return replace(self, cost=max(self.cost, cost), ballots=min(self.ballots, ballots))


class GreedyProbe:
    """Counts a changed election by greedy."""

    def __init__(self, count: Count, rule: Greedy) -> None:
        self._count, self._rule = count, rule

    def __call__(self, what_if: WhatIf) -> Nearness:
        project = self._count.election.projects[what_if.project].id
        decision = greedy_of(CountIf(self._count, what_if), self._rule).decision_on(project)
        if decision.verdict != "does-not-fit":
            return Nearness(decision.is_funded)
        share = RESERVE_FROM if self._rule.variant == "percent80" else 1
        return Nearness(False, float(decision.money_before / share))


class PhragmenProbe:
    """Counts a changed election by Phragmen's rule."""

    def __init__(self, count: Count, rule: Phragmen) -> None:
        self._count, self._rule = count, rule

    def __call__(self, what_if: WhatIf) -> Nearness:
        race = _WatchedRace(CountIf(self._count, what_if), self._rule, what_if.project)
        project = self._count.election.projects[what_if.project].id
        wins = project in race.outcome().winners
        return replace(race.nearness, wins=wins)


class _WatchedRace(PhragmenRace):
    """Compares one project with the next one in every round."""

    def __init__(self, count: Count, rule: Phragmen, watched: int) -> None:
        super().__init__(count, rule)
        self._watched = watched
        self.nearness = Nearness(False)

    def _next(self) -> tuple[Fraction, list[int]]:
        load, tied = super()._next()
        groups, number = self._supporters[self._watched], self._numbers[self._watched]
        floats = np.array([float(load) for load in self._loads])
        held = float((self._sizes[groups] * floats[self._last[groups]]).sum())
        cost, limit = self._projects[self._watched].cost, float(load)
        missing = (held + cost) / limit - number if cost <= self._left else inf
        self.nearness = self.nearness.closest(min(self._left, limit * number - held), missing)
        return load, tied

    def _rest(self) -> list[Decision]:
        if not self._is_stopped:
            self.nearness = self.nearness.closest(self._left, inf)
        return super()._rest()
