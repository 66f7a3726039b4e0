"""Whatever staff and residents do in whatever order, the desk stays true at every step."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from worlds import ANALYST, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.db import current_session
from backend.core.errors import DomainError
from backend.core.uow import unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal, confirm_fix, reopen
from backend.reports.change_status import change_status
from backend.reports.commands import (
    AddComment,
    Appeal,
    ChangeStatus,
    ConfirmFix,
    InspectionOutcome,
    MergeIncidents,
    RecordInspection,
    Reopen,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.models import Incident, IncidentChange, ServiceRequest
from backend.reports.record_inspection import record_inspection
from backend.reports.workflow import MOVES, State
from backend.triage.models import QueueEntry

REPORTER = Actor("resident", Role.RESIDENT, reporter="a" * 64)
STRANGER = Actor("resident", Role.RESIDENT, reporter="b" * 64)
CLOSED = {"resolved", "confirmed", "refused", "duplicate", "handed_over", "outside"}
DISAPPOINTING = {
    "waiting_reporter",
    "waiting_contractor",
    "refused",
    "handed_over",
    "outside",
    "reopened",
}
PAUSED = {"waiting_reporter", "waiting_contractor"}
FIXED = {"resolved", "confirmed"}
REFUSALS = {"refused", "handed_over", "outside"}
TARGETS = {"POTHOLE": timedelta(hours=72), "WIRES": timedelta(hours=4)}
TABLE = {(move.before.value, move.after.value) for move in MOVES}
HAND_OVERS = {(before, after) for before, after in TABLE if after == "handed_over"}
REASONS = st.sampled_from([None, "", "  ", "too long " * 200, "the owner was told"])
HOURS = st.sampled_from([1, 5, 20, 48, 400])
STAFF_KEYS = [STAFF.key, "staff:colleague"]
NUMBERS = count(1)


@dataclass(frozen=True)
class Expected:
    """What one incident must be."""

    state: str = "received"
    version: int = 1
    requests: int = 1
    service: str = "POTHOLE"
    appealed_against: str | None = None

    def after(self, state: str, appealed_against: str | None = None) -> "Expected":
        """The same one step later; a closing by another person settles what was appealed."""
        against = appealed_against or (None if state in CLOSED else self.appealed_against)
        return replace(self, state=state, version=self.version + 1, appealed_against=against)


@dataclass(frozen=True)
class Answer:
    """One way for residents to answer back: from which states, and where it leads."""

    command: Any
    use_case: Any
    possible: frozenset[str]
    after: str
    words: tuple[str, ...]


ANSWERS = [
    Answer(ConfirmFix, confirm_fix, frozenset({"resolved"}), "confirmed", ()),
    Answer(Reopen, reopen, frozenset(FIXED), "reopened", ("It is still there",)),
    Answer(Appeal, appeal, frozenset(REFUSALS), "reopened", ("It is yours",)),
]


@dataclass
class Clock:
    """The target of one incident, told hour by hour: none counts in which it stands still."""

    now: datetime
    left: timedelta
    is_running: bool = True
    stood_still: timedelta = timedelta()

    def tick(self, duration: timedelta) -> None:
        self.now += duration
        if self.is_running or self.left <= timedelta():
            self.left -= duration
        if not self.is_running:
            self.stood_still += duration


class Desk(RuleBasedStateMachine):
    """A model of the desk beside the desk itself; `incident` names any request under one."""

    reports = Bundle("reports")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.incidents: dict[str, Expected] = {}
        self.lies_under: dict[str, str] = {}
        self.clocks: dict[str, Clock] = {}
        self.waits_from: dict[str, str] = {}
        self.refused_by: dict[str, str] = {}
        self.closed_at: dict[str, datetime] = {}

    def opened(self, number: str, expected: Expected) -> None:
        self.incidents[number] = expected
        self.clocks[number] = Clock(self.world.clock.now(), TARGETS[expected.service])

    def stepped(self, number: str, expected: Expected) -> None:
        """The incident has taken a step; its clock stands where it should."""
        before, now = self.incidents[number], self.world.clock.now()
        self.incidents[number] = expected
        if number in self.clocks:
            self.clocks[number].is_running = expected.state not in PAUSED | CLOSED
        if expected.state in PAUSED and before.state not in PAUSED:
            self.waits_from[number] = before.state
        if expected.state in CLOSED and before.state not in CLOSED:
            self.closed_at[number] = now

    def of(self, request: str) -> tuple[str, Expected]:
        number = self.lies_under[request]
        return number, self.incidents[number]

    @precondition(lambda self: len(self.incidents) < 3)
    @rule(target=reports, service=st.sampled_from(["POTHOLE", "POTHOLE", "WIRES"]))
    def file(self, service: str) -> str:
        with unit_of_work(REPORTER) as work:
            number = file_report(work, a_report(next(NUMBERS), service_code=service)).number
        self.lies_under[number] = number
        self.opened(number, Expected(service=service))
        return number

    @rule(target=reports, other=reports)
    def file_a_repeat(self, other: str) -> str:
        number, before = self.of(other)
        made = next(NUMBERS)
        command = a_report(made, service_code=before.service, repeat_of=other)
        # What is open is repeated by a neighbour; nobody counts twice.
        neighbour = replace(REPORTER, reporter=f"{made:064}")
        with unit_of_work(REPORTER if before.state in CLOSED else neighbour) as work:
            request = file_report(work, command).number
        if before.state in CLOSED:
            number = request
            self.opened(request, Expected(service=before.service))
        else:
            self.incidents[number] = replace(before, requests=before.requests + 1)
        self.lies_under[request] = number
        return request

    @rule(request=reports, data=st.data())
    def go_on(self, request: str, data: st.DataObject) -> None:
        """One step the table has, or what its reporter says to a closing."""
        state = self.of(request)[1].state
        possible = sorted(after for before, after in TABLE - HAND_OVERS if before == state)
        if state in CLOSED and data.draw(st.booleans()):
            self.answer_back(request, data)
        elif possible:
            after = State(data.draw(st.sampled_from(possible)))
            key = data.draw(st.sampled_from(STAFF_KEYS))
            self.ask_for(request, after, "the owner was told", 0, Role.WARD_STAFF, key)

    @rule(
        request=reports,
        after=st.sampled_from(State),
        reason=REASONS,
        age=st.sampled_from([0, 0, 0, 1]),
        role=st.sampled_from([Role.WARD_STAFF, Role.ADMIN, Role.ANALYST, Role.RESIDENT]),
        key=st.sampled_from(STAFF_KEYS),
    )
    def change(
        self, request: str, after: State, reason: str | None, age: int, role: Role, key: str
    ) -> None:
        self.ask_for(request, after, reason, age, role, key)

    def ask_for(
        self, request: str, after: State, reason: str | None, age: int, role: Role, key: str
    ) -> None:
        number, before = self.of(request)
        refusal = None
        if age:
            refusal = "incident-moved-on"
        elif (before.state, after.value) not in TABLE:
            refusal = "move-not-possible"
        elif role not in {Role.WARD_STAFF, Role.ADMIN}:
            refusal = "role-not-allowed"
        elif after.value in CLOSED and before.appealed_against == key:
            refusal = "appeal-needs-another-person"
        elif len((reason or "").strip()) > 1000:
            refusal = "text-too-long"
        elif after.value in DISAPPOINTING and not (reason or "").strip():
            refusal = "reason-missing"
        elif after is State.HANDED_OVER:
            refusal = "body-missing"
        soon = (self.world.clock.now() + timedelta(days=1)).date()
        day = soon if after is State.SCHEDULED else None
        version = before.version - age
        command = ChangeStatus(request, after, version, reason, scheduled_for=day)
        assert self.outcome(Actor(key, role), change_status, command) == refusal
        if refusal is None:
            assert before.state not in CLOSED or after in {State.REOPENED, State.CONFIRMED}
            self.stepped(number, before.after(after.value))
            if after.value in REFUSALS:
                self.refused_by[number] = key

    def answer(self, number: str, actor: Actor, possible: frozenset[str]) -> str | None:
        """What stands against a resident's answer where the incident must be in `possible`."""
        days = timedelta(days=14)
        if actor is STRANGER:
            return "report-not-yours"
        if self.incidents[number].state not in possible:
            return "move-not-possible"
        if self.closed_at[number] + days < self.world.clock.now():
            return "answer-too-late"
        return None

    def answer_back(self, request: str, data: st.DataObject) -> None:
        number, before = self.of(request)
        actor = data.draw(st.sampled_from([REPORTER, REPORTER, REPORTER, STRANGER]))
        fitting = [one for one in ANSWERS if before.state in one.possible]
        one = data.draw(st.sampled_from(fitting * 3 + ANSWERS))
        refusal = self.answer(number, actor, one.possible)
        if one.command is Appeal and before.state not in REFUSALS and actor is REPORTER:
            # Merges can be appealed against too, which is told elsewhere.
            return
        command = one.command(an_id(), request, *one.words)
        assert self.outcome(actor, one.use_case, command) == refusal
        if refusal is None:
            # Sent again, it is the same act.
            assert self.outcome(actor, one.use_case, command) is None
            against = self.refused_by[number] if one.command is Appeal else None
            self.stepped(number, before.after(one.after, against))

    @rule(request=reports, actor=st.sampled_from([REPORTER, STRANGER, STAFF]))
    def say_something(self, request: str, actor: Actor) -> None:
        number, before = self.of(request)
        command = AddComment(an_id(), request, "On the left")
        for _ in range(2):
            assert self.outcome(actor, add_comment, command) is None
        if before.state == "waiting_reporter" and actor is REPORTER:
            self.stepped(number, before.after(self.waits_from[number]))

    @precondition(lambda self: len(self.incidents) > 1)
    @rule(request=reports, other=reports, reason=REASONS)
    def link(self, request: str, other: str, reason: str | None) -> None:
        (number, before), (onto, other_before) = self.of(request), self.of(other)
        refusal = None
        if number == onto:
            refusal = "already-linked"
        elif before.service != other_before.service:
            refusal = "repeat-of-another-service"
        elif {before.state, other_before.state} & CLOSED:
            refusal = "incident-closed"
        elif before.appealed_against == STAFF.key:
            refusal = "appeal-needs-another-person"
        elif len((reason or "").strip()) > 1000:
            refusal = "text-too-long"
        elif not (reason or "").strip():
            refusal = "reason-missing"
        command = MergeIncidents(request, other, reason or "")
        assert self.outcome(STAFF, merge_incidents, command) == refusal
        if refusal is None:
            gathered = other_before.requests + before.requests
            self.incidents[number] = replace(before.after("duplicate"), requests=0)
            # What a merge does to the clocks is told elsewhere.
            self.clocks.pop(number, None)
            self.clocks.pop(onto, None)
            self.incidents[onto] = replace(
                other_before, requests=gathered, version=other_before.version + 1
            )
            for one, under in self.lies_under.items():
                if under == number:
                    self.lies_under[one] = onto

    @rule(request=reports, outcome=st.sampled_from(InspectionOutcome))
    def inspect(self, request: str, outcome: InspectionOutcome) -> None:
        number, before = self.of(request)
        command = RecordInspection(request, outcome)
        for actor in (ANONYMOUS, ANALYST):
            assert self.outcome(actor, record_inspection, command) == "role-not-allowed"
        assert self.outcome(STAFF, record_inspection, command) is None
        self.incidents[number] = replace(before, version=before.version + 1)

    @rule(hours=HOURS)
    def wait(self, hours: int) -> None:
        self.let_pass(hours)

    def let_pass(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)
        for clock in self.clocks.values():
            clock.tick(timedelta(hours=hours))

    def outcome(self, actor: Actor, use_case: Any, command: Any) -> str | None:
        """The slug of the refusal, None where it was done."""
        try:
            with unit_of_work(actor) as work:
                use_case(work, command)
        except DomainError as error:
            return error.slug
        return None

    @invariant()
    def the_rows_are_what_the_model_says(self) -> None:
        session = current_session()
        session.rollback()
        rows = session.scalars(sa.select(Incident).where(Incident.number.in_(self.incidents))).all()
        found = {
            one.number: Expected(
                one.state, one.version, one.request_count, one.service_code, one.appealed_against
            )
            for one in rows
        }
        assert found == self.incidents
        assert all((one.closed_at is not None) == (one.state in CLOSED) for one in rows)
        is_open = {one.id for one in rows if one.state not in CLOSED}
        queued = set(session.scalars(sa.select(QueueEntry.incident_id)))
        assert queued & {one.id for one in rows} == is_open
        number_of = {one.id: one.number for one in rows}
        under = session.execute(
            sa.select(ServiceRequest.number, ServiceRequest.incident_id).where(
                ServiceRequest.number.in_(self.lies_under)
            )
        )
        assert {number: number_of[id_] for number, id_ in under} == self.lies_under
        assert Counter(self.lies_under.values()) == Counter(
            {number: one.requests for number, one in self.incidents.items() if one.requests}
        )

    @invariant()
    def no_time_counts_in_which_the_clock_stood_still(self) -> None:
        session = current_session()
        rows = session.scalars(sa.select(Incident).where(Incident.number.in_(self.clocks)))
        for one in rows:
            clock = self.clocks[one.number]
            assert (one.paused_at is not None) == (one.state in PAUSED)
            stopped_at = one.paused_at or one.closed_at or clock.now
            assert clock.stood_still == clock.now - stopped_at + timedelta(
                seconds=one.paused_seconds
            )
            assert one.due_at is not None
            is_overdue = one.due_at <= stopped_at
            assert clock.left == one.due_at - (clock.now if is_overdue else stopped_at)

    def teardown(self) -> None:
        """Every state an incident has been in follows from the one before by the table."""
        session = current_session()
        steps = session.execute(
            sa.select(Incident.number, IncidentChange.from_state, IncidentChange.to_state)
            .join(Incident, Incident.id == IncidentChange.incident_id)
            .where(Incident.number.in_(self.incidents), IncidentChange.from_state.is_not(None))
            .order_by(IncidentChange.id)
        ).all()
        state = dict.fromkeys(self.incidents, "received")
        for number, before, after in steps:
            assert before == state[number]
            assert (before, after) in TABLE or after == "duplicate"
            state[number] = after
        assert state == {number: one.state for number, one in self.incidents.items()}
        session.rollback()


def an_id() -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | next(NUMBERS))


@pytest.mark.slow
def test_the_desk_stays_true(city: World) -> None:
    run_state_machine_as_test(
        lambda: Desk(city),
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
def test_no_life_leads_where_the_table_does_not(city: World) -> None:
    """Fewer kinds of acts than above and longer lives, so that closings are answered and left."""

    # Without shrinking, which takes minutes and says little more of so few steps.
    @settings(max_examples=6, derandomize=True, phases=[Phase.generate])
    @given(st.data())
    def live(data: st.DataObject) -> None:
        desk = Desk(city)
        request = desk.file("POTHOLE")
        for _ in range(12):
            desk.go_on(request, data)
            desk.let_pass(data.draw(HOURS))
            desk.no_time_counts_in_which_the_clock_stood_still()
            if data.draw(st.booleans()):
                desk.say_something(request, data.draw(st.sampled_from([REPORTER, STAFF])))
        desk.the_rows_are_what_the_model_says()
        desk.teardown()

    live()
