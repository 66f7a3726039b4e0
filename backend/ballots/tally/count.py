"""The ballots of an election counted: each count is made once, when a rule first asks for it."""

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from backend.ballots.tally.approvals import all_choices
from backend.ballots.tally.contenders import Ranking, contenders
from backend.ballots.tally.electorate import Electorate, Positions, Utility, electorate, joined
from backend.ballots.tally.profile import Ballot, Election
from backend.ballots.tally.score import borda_points, is_scored_by_points, place_points
from backend.ballots.tally.ties import Contender, Merit
from backend.ballots.tally.what_if import WhatIf, single_ballot


class Count:
    """What the rules count with; `voters` is the number of ballots."""

    def __init__(self, election: Election) -> None:
        self.election = election
        self.voters = len(election.ballots)
        self._meta = election.meta
        self._by_ranking: dict[Ranking, list[Contender]] = {}
        self._by_utility: dict[Utility, Electorate] = {}

    def contenders(self, ranking: Ranking) -> list[Contender]:
        """All projects, in their order."""
        if ranking not in self._by_ranking:
            self._by_ranking[ranking] = self._contenders(ranking)
        return self._by_ranking[ranking]

    def electorate(self, utility: Utility) -> Electorate:
        """The supporters of each project."""
        if utility not in self._by_utility:
            self._by_utility[utility] = self._electorate(utility)
        return self._by_utility[utility]

    def _contenders(self, ranking: Ranking) -> list[Contender]:
        return contenders(self.election, ranking)

    def _electorate(self, utility: Utility) -> Electorate:
        return electorate(self.election, utility)

    @cached_property
    def choices(self) -> tuple[Positions, Positions]:
        """The position of a ballot and that of a project, for each choice on any ballot."""
        return all_choices(self.election)

    @cached_property
    def single(self) -> Ballot:
        """What a ballot for one project alone gives to it; see `single_ballot`."""
        return single_ballot(self.election, 0)

    def like_of_single(self, utility: Utility) -> int:
        """How much a voter who chose one project alone likes it."""
        if utility in ("cost", "cardinality") or not is_scored_by_points(self._meta.vote_type):
            return 1
        if utility == "score":
            return borda_points(self.single)[0]
        return place_points(self.single, self._meta.max_length)[0]

    def preferences(self, one: Collection[str], other: Collection[str]) -> tuple[int, int]:
        """How many voters chose more winners of `one`, and how many fewer, than of `other`."""
        ids = [project.id for project in self.election.projects]
        more = np.array([(id in one) - (id in other) for id in ids], np.float64)
        owners, chosen = self.choices
        differences = np.bincount(owners, more[chosen], minlength=len(self.election.ballots))
        return int((differences > 0).sum()), int((differences < 0).sum())


class CountIf(Count):
    """The count after one change, made from the count before without reading a ballot again."""

    def __init__(self, before: Count, what_if: WhatIf) -> None:
        super().__init__(before.election)
        self._before, self._what_if = before, what_if
        self.voters += what_if.ballots
        has_default = self._meta.vote_type in ("cumulative", "scoring")
        self._to_others = self._meta.default_score if has_default else 0

    @cached_property
    def single(self) -> Ballot:
        """As before."""
        return self._before.single

    def _contenders(self, ranking: Ranking) -> list[Contender]:
        found = list(self._before.contenders(ranking))
        for place, one in enumerate(found):
            is_changed = place == self._what_if.project
            if is_changed or self._to_others:
                found[place] = self._contender(one, ranking, is_changed)
        return found

    def _contender(self, one: Contender, ranking: Ranking, is_changed: bool) -> Contender:
        joining = self._what_if.ballots
        cost = self._what_if.cost if is_changed else one.cost
        points = self.like_of_single("places") if is_changed else self._to_others
        more = points
        if ranking.startswith("votes"):
            more = int(is_changed)
        elif ranking.startswith("borda") and is_changed:
            more = self.like_of_single("score")
        merit: Merit = one.merit + joining * more
        if ranking.endswith("-per-cost") and one.cost:
            merit = (Fraction(one.merit) * one.cost + joining * more) / cost
        votes = one.votes + joining * is_changed
        return Contender(one.id, cost, votes, one.score + joining * points, merit)

    def _electorate(self, utility: Utility) -> Electorate:
        before = self._before.electorate(utility)
        place = self._what_if.project
        supports = list(before.supports)
        if utility == "cost":
            supports[place] = replace(supports[place], unit=self._what_if.cost)
        voters = replace(before, supports=tuple(supports))
        if not self._what_if.ballots:
            return voters
        likes = [self._to_others] * len(supports)
        likes[place] = self.like_of_single(utility)
        return joined(voters, self._what_if.ballots, likes)

    @property
    def choices(self) -> tuple[Positions, Positions]:
        """Those of the ballots before; nobody's choices are changed."""
        return self._before.choices

    def preferences(self, one: Collection[str], other: Collection[str]) -> tuple[int, int]:
        """As before, with those who joined."""
        better, worse = super().preferences(one, other)
        id = self.election.projects[self._what_if.project].id
        joining = self._what_if.ballots
        return (
            better + joining * (id in one and id not in other),
            worse + joining * (id in other and id not in one),
        )
