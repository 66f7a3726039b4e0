"""Whatever staff and residents do in whatever order, the desk stays true at every step."""

from collections import Counter
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from worlds import ANALYST, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.db import current_session
from backend.core.errors import DomainError
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, InspectionOutcome, LinkRepeat, RecordInspection
from backend.reports.file_report import file_report
from backend.reports.link_repeat import link_repeat
from backend.reports.models import Incident, IncidentChange, ServiceRequest
from backend.reports.record_inspection import record_inspection
from backend.reports.workflow import MOVES, State
from backend.triage.models import QueueEntry

CLOSED = {"resolved", "confirmed", "refused", "duplicate", "handed_over", "outside"}
DISAPPOINTING = {
    "waiting_reporter",
    "waiting_contractor",
    "refused",
    "handed_over",
    "outside",
    "reopened",
}
TABLE = {(move.before.value, move.after.value) for move in MOVES}
REASONS = st.sampled_from([None, "", "  ", "too long " * 200, "the owner was told"])
NUMBERS = count(1)


@dataclass(frozen=True)
class Expected:
    """What one incident must be."""

    state: str = "received"
    version: int = 1
    requests: int = 1
    service: str = "POTHOLE"


class Desk(RuleBasedStateMachine):
    """A model of the desk beside the desk itself; `incident` names any request under one."""

    reports = Bundle("reports")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.incidents: dict[str, Expected] = {}
        self.lies_under: dict[str, str] = {}

    def of(self, request: str) -> tuple[str, Expected]:
        number = self.lies_under[request]
        return number, self.incidents[number]

    @rule(target=reports, service=st.sampled_from(["POTHOLE", "POTHOLE", "WIRES"]))
    def file(self, service: str) -> str:
        with unit_of_work(ANONYMOUS) as work:
            number = file_report(work, a_report(next(NUMBERS), service_code=service)).number
        self.lies_under[number] = number
        self.incidents[number] = Expected(service=service)
        return number

    @rule(target=reports, other=reports)
    def file_a_repeat(self, other: str) -> str:
        number, before = self.of(other)
        command = a_report(next(NUMBERS), service_code=before.service, repeat_of=other)
        with unit_of_work(ANONYMOUS) as work:
            request = file_report(work, command).number
        if before.state in CLOSED:
            number, self.incidents[request] = request, Expected(service=before.service)
        else:
            self.incidents[number] = replace(before, requests=before.requests + 1)
        self.lies_under[request] = number
        return request

    @rule(
        request=reports,
        after=st.sampled_from(State),
        reason=REASONS,
        age=st.sampled_from([0, 0, 0, 1]),
        role=st.sampled_from([Role.WARD_STAFF, Role.ADMIN, Role.ANALYST, Role.RESIDENT]),
    )
    def change(self, request: str, after: State, reason: str | None, age: int, role: Role) -> None:
        number, before = self.of(request)
        refusal = None
        if age:
            refusal = "incident-moved-on"
        elif (before.state, after.value) not in TABLE:
            refusal = "move-not-possible"
        elif role not in {Role.WARD_STAFF, Role.ADMIN}:
            refusal = "role-not-allowed"
        elif len((reason or "").strip()) > 1000:
            refusal = "text-too-long"
        elif after.value in DISAPPOINTING and not (reason or "").strip():
            refusal = "reason-missing"
        elif after is State.HANDED_OVER:
            refusal = "body-missing"
        command = ChangeStatus(request, after, before.version - age, reason)
        assert self.outcome(Actor("staff:tests", role), change_status, command) == refusal
        if refusal is None:
            assert before.state not in CLOSED or after in {State.REOPENED, State.CONFIRMED}
            self.incidents[number] = replace(before, state=after.value, version=before.version + 1)

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
        elif len((reason or "").strip()) > 1000:
            refusal = "text-too-long"
        elif not (reason or "").strip():
            refusal = "reason-missing"
        command = LinkRepeat(request, other, reason or "")
        assert self.outcome(STAFF, link_repeat, command) == refusal
        if refusal is None:
            gathered = other_before.requests + before.requests
            self.incidents[number] = Expected("duplicate", before.version + 1, 0, before.service)
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

    @rule(hours=st.integers(1, 48))
    def wait(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)

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
            one.number: Expected(one.state, one.version, one.request_count, one.service_code)
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


def test_the_desk_stays_true(city: World) -> None:
    run_state_machine_as_test(
        lambda: Desk(city),
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
