"""What becomes of last year's winners: built, late, failed, given up, and looked at again."""

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import partial

import numpy as np

from backend.ballots.cycle.models import CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.delivery.change_project_state import change_project_state
from backend.ballots.delivery.commands import (
    AddMilestone,
    ChangeProjectState,
    MoveMilestone,
    NameDeliverer,
    RecordResult,
    RecordSpending,
    SetReassessment,
    SettleMilestone,
)
from backend.ballots.delivery.models import ProjectDelivery
from backend.ballots.delivery.name_deliverer import name_deliverer
from backend.ballots.delivery.plan_milestones import (
    add_milestone,
    move_milestone,
    settle_milestone,
)
from backend.ballots.delivery.queries import winners_of
from backend.ballots.delivery.reassess import record_result, set_reassessment
from backend.ballots.delivery.record_spending import record_spending
from backend.ballots.delivery.workflow import MilestoneState, ProjectState, Result
from backend.core.ids import Ids
from backend.core.uow import UnitOfWork
from backend.demo.budget_dates import BudgetDates
from backend.demo.delivery_words import BUILDINGS, Building
from backend.demo.diary import Act, Diary
from backend.demo.people import People

# For each milestone a purpose the city begins with, words, and how much of the cost in percent.
_SPENT = (
    ("planning", "Plans and permits", 9),
    ("works", "Works on the ground", 58),
    ("equipment", "Equipment, delivered and put up", 31),
)
_DUE = (0.2, 0.45, 0.75)
_DELAY_DAYS = 45


class Course(Enum):
    """How one project goes."""

    ACHIEVED = auto()
    LATE = auto()
    FAILED = auto()
    UNFINISHED = auto()
    PARTLY = auto()
    ABANDONED = auto()


@dataclass(slots=True)
class Delivering:
    """The winners of one budget, from the plan to the second look."""

    diary: Diary
    dates: BudgetDates
    slug: str
    people: People
    ids: Ids
    rng: np.random.Generator

    def enter(self, work: UnitOfWork) -> None:
        """All of it, once the vote is counted; each course once, then the better ones in turn."""
        winners = winners_of(work.session, find_cycle(work.session, self.slug))
        courses = [*Course, *[Course.ACHIEVED, Course.PARTLY, Course.LATE] * len(winners)]
        for place, winner in enumerate(winners):
            course = courses[place]
            self._enter_project(winner, course, BUILDINGS[winner.category or ""])

    def _enter_project(self, project: CycleProject, course: Course, words: Building) -> None:
        self._at(self._day(0, 0.08), partial(self._plan, project, words))
        for number, share in enumerate(_DUE, start=1):
            done = self._day(share - 0.06, share + 0.01)
            if course is Course.LATE and number > 1:
                done += _DELAY_DAYS
            if course is Course.ABANDONED and number == 2:
                self._at(done, partial(self._give_up, project, words))
                return
            if course is Course.UNFINISHED and number == 3:
                self._at(self._day(0.66, 0.7), partial(self._put_off, project, words))
                return
            if course is Course.LATE and number == 2:
                self._at(done - _DELAY_DAYS, partial(self._delay, project, words, 2))
            self._at(done, partial(self._do_step, project, number))
        self._at(self._day(0.99, 1), partial(self._go_to, project, ProjectState.BUILT))
        looked = self.dates.within(Phase.REASSESSMENT, float(self.rng.uniform(0.5, 0.9)))
        found = {
            Course.FAILED: (Result.FAILED, words.failed),
            Course.PARTLY: (Result.PARTLY, words.partly),
        }.get(course, (Result.ACHIEVED, words.achieved))
        self._at(looked, partial(self._look_again, project, *found))

    def _day(self, low: float, high: float) -> float:
        return self.dates.within(Phase.DELIVERY, float(self.rng.uniform(low, high)))

    def _at(self, day: float, act: Act) -> None:
        self.diary.enter(self.dates.moment(day), self.people.ward, act)

    def _date(self, phase: Phase, share: float) -> date:
        return self.dates.moment(self.dates.within(phase, share)).date()

    def _plan(self, project: CycleProject, words: Building, work: UnitOfWork) -> None:
        named = (words.deliverer, words.contact)
        name_deliverer(work, NameDeliverer(*self._now(work, project), *named))
        for step, share in zip(words.steps, _DUE, strict=True):
            due_on = self._date(Phase.DELIVERY, share)
            add_milestone(work, AddMilestone(*self._now(work, project), step, due_on))
        on = self._date(Phase.REASSESSMENT, 0.4)
        set_reassessment(work, SetReassessment(*self._now(work, project), on))
        self._go_to(project, ProjectState.UNDER_WAY, work)

    def _do_step(self, project: CycleProject, number: int, work: UnitOfWork) -> None:
        """A milestone is reached, and paid."""
        today = self._today(work)
        done = SettleMilestone(
            *self._now(work, project), number, MilestoneState.DONE, done_on=today
        )
        settle_milestone(work, done)
        purpose, words, percent = _SPENT[number - 1]
        amount = int(project.cost * percent * self.rng.uniform(0.93, 1.04) / 100)
        bill = RecordSpending(
            self.slug,
            project.code,
            self.ids.uuid(),
            today,
            amount,
            purpose,
            words,
        )
        record_spending(work, bill)

    def _delay(self, project: CycleProject, words: Building, number: int, work: UnitOfWork) -> None:
        """Everything from one milestone on comes later, and is said so with the reason."""
        for later in range(number, len(_DUE) + 1):
            first = self.dates.within(Phase.DELIVERY, _DUE[later - 1])
            due_on = self.dates.moment(first + _DELAY_DAYS).date()
            moved = MoveMilestone(*self._now(work, project), later, due_on, words.delay)
            move_milestone(work, moved)

    def _put_off(self, project: CycleProject, words: Building, work: UnitOfWork) -> None:
        """The last step comes later, and the second look with it; to this day it is not done."""
        self._delay(project, words, 3, work)
        on = self.dates.moment(self.dates.end(Phase.REASSESSMENT) + 90).date()
        set_reassessment(work, SetReassessment(*self._now(work, project), on, words.delay))

    def _give_up(self, project: CycleProject, words: Building, work: UnitOfWork) -> None:
        self._go_to(project, ProjectState.ABANDONED, work, words.abandoned)
        self._look_again(project, Result.ABANDONED, words.abandoned, work)

    def _look_again(
        self, project: CycleProject, result: Result, words: str, work: UnitOfWork
    ) -> None:
        record_result(work, RecordResult(*self._now(work, project), result, words))

    def _go_to(
        self, project: CycleProject, state: ProjectState, work: UnitOfWork, reason: str = ""
    ) -> None:
        command = ChangeProjectState(*self._now(work, project), state, reason)
        change_project_state(work, command)

    def _now(self, work: UnitOfWork, project: CycleProject) -> tuple[str, str, int]:
        """Which project, and the newest step of its history."""
        delivery = work.session.get(ProjectDelivery, project.id)
        return self.slug, project.code, delivery.version if delivery else 0

    def _today(self, work: UnitOfWork) -> date:
        return work.now.astimezone(self.dates.today.tzinfo).date()
