"""The made-up town's two budgets: last year's from its statement to the second look at what was
built, and this year's, whose vote is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from backend.ballots.cycle.commands import CreateCycle, MoveDate, PartPlan, SetBudgets
from backend.ballots.cycle.create_cycle import create_cycle
from backend.ballots.cycle.models import CITYWIDE
from backend.ballots.cycle.move_date import move_date
from backend.ballots.cycle.phases import Phase, Span
from backend.ballots.cycle.publish_cycle import publish_cycle
from backend.ballots.cycle.set_budgets import set_budgets
from backend.ballots.voting.access_codes import make_codes
from backend.ballots.voting.commands import MakeCodes, PrepareVote
from backend.ballots.voting.envelope import new_private_key, public_key_of
from backend.ballots.voting.form_faults import form_faults
from backend.ballots.voting.prepare_vote import set_voting_key
from backend.core.ids import Ids
from backend.core.uow import UnitOfWork
from backend.demo.budget_dates import BudgetDates, last_year, this_year
from backend.demo.census import VINTAGE, CensusRow
from backend.demo.deliver import Delivering
from backend.demo.diary import Act, Diary
from backend.demo.election import MOST_APPROVALS, Ballot, Budgets
from backend.demo.last_vote import count_last_vote, hand_out_codes
from backend.demo.people import People
from backend.demo.propose import Proposing
from backend.demo.town import Town
from backend.demo.visitors import VisitorCode, VisitorCodes, keep_codes, make_trustees_key
from backend.demo.wishes import Wish, districts_with_money

REMIT = (
    "Anything the town may build or begin on ground of its own, within a year and for everybody. "
    "Part of the money is for the whole city. The three districts with the most residents have "
    "money of their own; the others follow."
)
OUT_OF_SCOPE = (
    "Salaries and running costs beyond the first year; what state or railway decide; anything "
    "for one person, firm or association alone."
)
_INDEX = "income_index"
_FORMULA = {
    "citywide_percent": 80,
    "population_weight": 60,
    "need_weight": 25,
    "equity_weight": 15,
    "floor_percent": 85,
    "need_measure": "share_65_plus",
    "need_unit": "share",
    "equity_measure": _INDEX,
}
_FORM = {"kind": "approval", "min": 1, "max": MOST_APPROVALS, "districts": "own"}
# How many codes are printed for visitors: for the whole town, and for each district with money.
_VISITORS, _VISITORS_OF_A_DISTRICT = 3, 1
_LAST_RULE = {
    "rule": "greedy",
    "variant": "skip",
    "ranking": "votes",
    "eligibility": "all",
    "ties": "cost-votes-lot",
}
# Another one than last year's, so that there is something to compare.
_THIS_RULE = {
    "rule": "equal-shares",
    "utility": "cost",
    "completion": "add1u",
    "step": 1,
    "comparison": True,
    "start": "exact",
    "eligibility": "all",
    "ties": "cost-votes-lot",
}
_LAST_BUDGET, _THIS_BUDGET = 1_000_000_00, 1_100_000_00
_LONGER = (
    "Two evenings in the districts fell out because of the storm. They are held again, and who "
    "had an idea there can still hand it in."
)


@dataclass(frozen=True, slots=True)
class BudgetStory:
    """Enters both budgets into the diary of a town that is being made up."""

    diary: Diary
    people: People
    town: Town
    census: Sequence[CensusRow]
    ids: Ids
    seed: int

    def enter(self, budgets: Budgets, now: datetime, zone: ZoneInfo) -> None:
        """From the first draft years ago to the codes that visitors vote with now."""
        last, this = last_year(now, zone), this_year(now, zone)
        self._enter_last(last, budgets.last_wishes, budgets.ballots)
        self._enter_this(this, budgets.this_wishes)

    def _enter_last(
        self, dates: BudgetDates, wishes: tuple[Wish, ...], ballots: tuple[Ballot, ...]
    ) -> None:
        slug = self._enter_statement(dates, _LAST_BUDGET, _LAST_RULE, dates.spans())
        proposing = self._proposing(dates, slug, wishes)
        proposing.enter()

        def prepare(work: UnitOfWork) -> None:
            # Nobody needs the other half: nothing is ever sealed to this.
            set_voting_key(work, PrepareVote(slug, public_key_of(new_private_key())))
            hand_out_codes(work, slug, ballots)

        def count(work: UnitOfWork) -> None:
            keyers = (self.people.ward.key, self.people.admin.key)
            count_last_vote(work, slug, ballots, proposing.numbers, keyers)
            rng = np.random.default_rng([self.seed, 9])
            Delivering(self.diary, dates, slug, self.people, self.ids, rng).enter(work)

        self._at(dates, dates.first(Phase.VOTE) - 2, prepare)
        self._at(dates, dates.end(Phase.VOTE) + 0.4, count)

    def _enter_this(self, dates: BudgetDates, wishes: tuple[Wish, ...]) -> None:
        ideas = dates.spans()[Phase.IDEAS]
        shorter = Span(ideas.starts_at, dates.midnight(dates.end(Phase.IDEAS) - 7))
        spans = dates.spans() | {Phase.IDEAS: shorter}
        slug = self._enter_statement(dates, _THIS_BUDGET, _THIS_RULE, spans)
        longer = MoveDate(slug, Phase.IDEAS, ideas, _LONGER)
        self._at(dates, dates.within(Phase.IDEAS, 0.5), lambda work: move_date(work, longer))
        self._proposing(dates, slug, wishes, unanswered=1).enter()

        def prepare(work: UnitOfWork) -> None:
            data_dir = work.runtime.settings.data_dir
            set_voting_key(work, PrepareVote(slug, make_trustees_key(data_dir)))
            keep_codes(data_dir, VisitorCodes(slug, self._visitor_codes(work, slug)))

        self._at(dates, dates.first(Phase.VOTE) - 2, prepare)

    def _enter_statement(
        self,
        dates: BudgetDates,
        budget: int,
        rule: Mapping[str, object],
        spans: Mapping[Phase, Span],
    ) -> str:
        """The draft, its publication and the districts' money; returns the budget's slug."""
        districts = [self.town.districts[i] for i in districts_with_money(self.census)]
        command = CreateCycle(
            slug=f"town-budget-{dates.year}",
            title=f"Town budget {dates.year}",
            currency="EUR",
            budget=budget,
            parts=[
                PartPlan(CITYWIDE, "The whole city"),
                *(PartPlan(district.id, district.name) for district in districts),
            ],
            dates=spans,
            remit=REMIT,
            out_of_scope=OUT_OF_SCOPE,
            participation_level="empower",
            ballot_form=_FORM,
            rule={**rule, "seed": f"Lot of the town budget {dates.year}"},
            budget_formula=_FORMULA,
        )
        slug, first = command.slug, dates.first(Phase.NEEDS)
        figures = SetBudgets(
            slug,
            {_INDEX: self._income_index()},
            source=f"median income of the town over that of the district, {VINTAGE}",
        )
        self._at(dates, first - 14, lambda work: create_cycle(work, command))
        self._at(dates, first - 7, lambda work: publish_cycle(work, slug, form_faults))
        known = dates.within(Phase.NEEDS, 0.9)
        self._at(dates, known, lambda work: set_budgets(work, figures))
        return slug

    def _income_index(self) -> dict[str, str]:
        """1 where incomes are the town's, more where they are lower."""
        residents = sum(row.population for row in self.census)
        mean = sum(row.population * row.median_income for row in self.census) / residents
        return {row.district_id: f"{mean / row.median_income:.3f}" for row in self.census}

    def _proposing(
        self,
        dates: BudgetDates,
        slug: str,
        wishes: tuple[Wish, ...],
        unanswered: int | None = None,
    ) -> Proposing:
        rng = np.random.default_rng([self.seed, 8, len(wishes)])
        return Proposing(self.diary, dates, slug, wishes, self.people, self.ids, rng, unanswered)

    def _visitor_codes(self, work: UnitOfWork, slug: str) -> tuple[VisitorCode, ...]:
        whole = MakeCodes(slug, _VISITORS, "visitors")
        codes = [VisitorCode(code, None) for code in make_codes(work, whole)]
        for i in districts_with_money(self.census):
            district = self.town.districts[i]
            batch = f"visitors-{district.id}"
            of_it = MakeCodes(slug, _VISITORS_OF_A_DISTRICT, batch, district.id)
            codes += [VisitorCode(code, district.name) for code in make_codes(work, of_it)]
        return tuple(codes)

    def _at(self, dates: BudgetDates, day: float, act: Act) -> None:
        self.diary.enter(dates.moment(day), self.people.admin, act)
