"""The Method of Equal Shares with its completions and the comparison step, as cities use it.

Peters, Pierczynski and Skowron, "Proportional Participatory Budgeting with Additive Utilities"
(NeurIPS 2021); completions and comparison as recommended by equalshares.net and used in Wieliczka
(2023), Swiecie (2023) and Assen (2024).
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from backend.ballots.tally.contenders import (
    Eligibility,
    is_eligible,
    usual_ranking,
)
from backend.ballots.tally.count import Count
from backend.ballots.tally.electorate import Electorate, Utility, nobody
from backend.ballots.tally.endowment_reach import ReachingRun
from backend.ballots.tally.endowments import Attempt, raise_endowment
from backend.ballots.tally.equal_shares_run import EqualSharesRun, Purchase
from backend.ballots.tally.greedy import Greedy, greedy_of
from backend.ballots.tally.outcome import Decision, Outcome, Round, Trial, Verdict
from backend.ballots.tally.profile import Election
from backend.ballots.tally.ties import LEXICOGRAPHIC, Contender, TieBreak

Completion: TypeAlias = Literal[
    "none", "add1", "add1e", "add1u", "add1eu", "budget-steps", "greedy"
]
Start: TypeAlias = Literal["exact", "integral"]
_RAISING = ("add1", "add1e", "add1u", "add1eu", "budget-steps")
_EXHAUSTIVE = ("add1e", "add1eu", "budget-steps")
_THEN_GREEDY = ("add1u", "add1eu", "greedy")


@dataclass(frozen=True, slots=True)
class EqualShares:
    """The rule with every parameter.

    `start`: a voter's first endowment is budget / voters (`exact`), or that rounded down to whole
    units of the file's currency (`integral`). `step`, in those units: for add1 and its kin what
    each voter gets more each time, 1 unless said; for `budget-steps` what the budget that is
    shared out grows by, a hundredth of it unless said. `add1e`, `add1eu` and `budget-steps` also
    stop as soon as nothing more fits in the budget; the `u` in a name, and `greedy`, spend the
    rest by greedy with skip. `comparison`: greedy's outcome counts instead where strictly more
    voters approve more of its winners than the other way round.
    """

    utility: Utility = "cost"
    completion: Completion = "none"
    comparison: bool = False
    start: Start = "exact"
    step: int | None = None
    eligibility: Eligibility = "all"
    ties: TieBreak = LEXICOGRAPHIC


def equal_shares(election: Election, rule: EqualShares = EqualShares()) -> Outcome:
    """The winners, exactly those of rational arithmetic; see `EqualSharesRun` for how."""
    return EqualSharesTally(Count(election), rule).outcome()


class EqualSharesTally:
    """One election under one rule; the parts of the outcome come one after the other."""

    def __init__(self, count: Count, rule: EqualShares) -> None:
        self._count, self._rule = count, rule
        self._meta = count.election.meta
        self._budget, self._scale = self._meta.budget, self._meta.scale
        self._contenders = count.contenders(usual_ranking(count.election))
        self._costs = [contender.cost for contender in self._contenders]
        ranks = sorted(
            range(len(self._costs)), key=lambda place: rule.ties.order(self._contenders[place])
        )
        self._tie_order = [0] * len(ranks)
        for rank, place in enumerate(ranks):
            self._tie_order[place] = rank
        self._voters = self._electorate()
        self._supported = {
            place: self._costs[place]
            for place, support in enumerate(self._voters.supports)
            if len(support.groups)
        }

    def _electorate(self) -> Electorate:
        """The ballots, without the support for projects that may not run."""
        voters = self._count.electorate(self._rule.utility)
        supports = tuple(
            support if self._is_eligible(contender) else nobody(support.unit)
            for contender, support in zip(self._contenders, voters.supports, strict=True)
        )
        return replace(voters, supports=supports)

    def _is_eligible(self, contender: Contender) -> bool:
        return is_eligible(contender, self._count.voters, self._budget, self._rule.eligibility)

    def outcome(self) -> Outcome:
        """Who won and why, greedy's outcome where the rule compares and more voters prefer it."""
        found, rule = self._outcome(), self._rule
        if not rule.comparison:
            return found
        rival = greedy_of(self._count, Greedy(eligibility=rule.eligibility, ties=rule.ties))
        better, worse = self._count.preferences(set(rival.winners), set(found.winners))
        facts = {
            **found.facts,
            "voters_preferring_greedy": better,
            "voters_preferring_equal_shares": worse,
            "result_of": "greedy" if better > worse else "equal-shares",
        }
        if better <= worse:
            return replace(found, facts=facts)
        return replace(
            found, facts=facts, winners=rival.winners, cost=rival.cost, decisions=rival.decisions
        )

    def _outcome(self) -> Outcome:
        attempt, told = self._attempts()
        decisions = self._bought(attempt)
        decisions += self._left(attempt, self._budget - attempt.cost)
        return Outcome(
            rule="equal-shares",
            parameters=self._parameters(),
            ties=self._rule.ties,
            winners=tuple(decision.project for decision in decisions if decision.is_funded),
            cost=sum(decision.cost for decision in decisions if decision.is_funded),
            budget=self._budget,
            scale=self._scale,
            decisions=tuple(decisions),
            rounds=tuple(map(self._round, attempt.purchases)),
            trials=tuple(
                Trial(each.endowment, each.cost, tuple(map(self._id_of, each.purchases)))
                for each in told
            ),
            facts={"endowment": str(attempt.endowment)},
        )

    def _attempts(self) -> tuple[Attempt, list[Attempt]]:
        if not self._voters.voters:
            nothing = Attempt(Fraction(0), (), 0)
            return nothing, [nothing]
        first = self._first_endowment()
        if self._rule.completion not in _RAISING or self._everything_fits():
            only = self._run(first, None)
            return only, [only]
        is_exhaustive = self._rule.completion in _EXHAUSTIVE
        step = self._step() * self._scale
        if self._rule.completion == "budget-steps":
            step /= self._voters.voters
        return raise_endowment(self._run, first, step, self._supported, self._budget, is_exhaustive)

    def _run(self, endowment: Fraction, least_reach: Fraction | None) -> Attempt:
        told = self._voters, self._costs, endowment, self._tie_order
        run = EqualSharesRun(*told)
        if least_reach is not None:
            run = ReachingRun(*told, float(least_reach))
        purchases = tuple(run.purchases())
        cost = sum(self._costs[one.project] for one in purchases)
        return Attempt(endowment, purchases, cost, run.reach)

    def _everything_fits(self) -> bool:
        return sum(self._supported.values()) <= self._budget

    def _first_endowment(self) -> Fraction:
        share = Fraction(self._budget, self._voters.voters)
        if self._rule.start == "exact":
            return share
        return Fraction(share // self._scale * self._scale)

    def _step(self) -> Fraction:
        """In the file's currency."""
        if self._rule.step is not None:
            return Fraction(self._rule.step)
        if self._rule.completion == "budget-steps":
            return Fraction(self._budget, 100 * self._scale)
        return Fraction(1)

    def _parameters(self) -> dict[str, str | int | bool]:
        rule = self._rule
        parameters: dict[str, str | int | bool] = {
            "utility": rule.utility,
            "completion": rule.completion,
            "comparison": rule.comparison,
            "start": rule.start,
            "eligibility": rule.eligibility,
        }
        if rule.completion in _RAISING:
            parameters["step"] = str(self._step())
            parameters["step_unit"] = self._meta.entries.get("currency") or "file's unit"
        return parameters

    def _id_of(self, purchase: Purchase) -> str:
        return self._contenders[purchase.project].id

    def _round(self, purchase: Purchase) -> Round:
        unit = self._voters.supports[purchase.project].unit
        return Round(
            project=self._id_of(purchase),
            rho=purchase.rate,
            payment=purchase.rate * unit,
            payers=purchase.payers,
            drained=purchase.drained,
            tied=tuple(self._contenders[place].id for place in purchase.tied),
        )

    def _bought(self, attempt: Attempt) -> list[Decision]:
        decisions = []
        left = self._budget
        for purchase in attempt.purchases:
            contender = self._contenders[purchase.project]
            decisions.append(_decision(contender, left, "funded"))
            left -= contender.cost
        return decisions

    def _left(self, attempt: Attempt, left: int) -> list[Decision]:
        """The projects Equal Shares did not buy, in greedy's order; completion may fund some."""
        completes = self._rule.completion in _THEN_GREEDY or (
            self._rule.completion in _RAISING and self._everything_fits()
        )
        decisions = []
        bought = attempt.bought
        places = {contender.id: place for place, contender in enumerate(self._contenders)}
        for contender in self._rule.ties.ranked(self._contenders):
            place = places[contender.id]
            if place in bought:
                continue
            verdict: Verdict = "unaffordable"
            if not self._is_eligible(contender):
                verdict = "not-eligible"
            elif place not in self._supported:
                verdict = "no-support"
            elif completes:
                verdict = "funded-by-completion" if contender.cost <= left else "does-not-fit"
            decision = _decision(contender, left, verdict)
            decisions.append(decision)
            left -= contender.cost * decision.is_funded
        return decisions


def _decision(contender: Contender, left: int, verdict: Verdict) -> Decision:
    return Decision(contender.id, contender.score, contender.votes, contender.cost, left, verdict)
