"""Staff correct what a report is about, how urgent it is and who works on it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from worlds import ANALYST, IN_NW, STAFF, World, a_report

from backend.accounts.models import StaffAccount
from backend.core.actors import ANONYMOUS, Role
from backend.core.db import current_session
from backend.core.errors import Conflict
from backend.core.uow import unit_of_work
from backend.reports.assign_person import assign_person
from backend.reports.change_service import change_service
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import AssignPerson, ChangeService, ChangeSeverity, ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import (
    HazardWord,
    Incident,
    RoutingRule,
    Service,
    ServiceRequest,
    Team,
)
from backend.reports.public_report import public_report
from backend.reports.public_requests import RequestFilter, public_requests
from backend.reports.queries import find_incident, history_of
from backend.reports.workflow import State
from backend.triage.queries import queue_page
from backend.triage.queue_filter import QueueFilter


def file(number: int = 1, **changes: object) -> str:
    filed: str = do(ANONYMOUS, file_report, a_report(number, **changes)).number  # type: ignore[arg-type]
    return filed


def incident(number: str) -> Incident:
    session = current_session()
    session.rollback()
    return find_incident(session, number)


def queue(city: World) -> list[tuple[str, int]]:
    page = queue_page(current_session(), QueueFilter(), city.clock.now(), limit=9)
    return [(entry.number, entry.priority.severity_band) for entry in page.entries]


def test_a_person_s_judgement_moves_it_in_the_queue(city: World) -> None:
    first = file(1)
    city.clock.advance(hours=1)
    second = file(2)
    assert queue(city) == [(first, 2), (second, 2)]
    do(STAFF, change_severity, ChangeSeverity(second, 1, 1, "Beside a school"))
    assert queue(city) == [(second, 1), (first, 2)]
    do(STAFF, change_severity, ChangeSeverity(second, 2, 2, "It is a holiday"))
    # What the service says anyway is not kept as a judgement of its own.
    assert incident(second).own_severity_band is None
    steps = history_of(current_session(), incident(second).id)
    assert [(one.from_value, one.to_value, one.reason) for one in steps] == [
        ("2", "1", "Beside a school"),
        ("1", "2", "It is a holiday"),
    ]
    do(STAFF, change_severity, ChangeSeverity(second, 2, 3, "No news"))
    assert incident(second).version == 3


def test_severity_is_changed_by_the_desk_on_what_it_has_seen(city: World) -> None:
    number = file()
    for actor in (ANONYMOUS, ANALYST):
        command = ChangeSeverity(number, 1, 1)
        assert refused(actor, change_severity, command) == "role-not-allowed"
    assert refused(STAFF, change_severity, ChangeSeverity(number, 5, 1)) == "band-unknown"
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    with pytest.raises(Conflict) as refusal:
        do(STAFF, change_severity, ChangeSeverity(number, 1, 1))
    assert refusal.value.slug == "incident-moved-on"
    assert refusal.value.facts["since"] == ["state triaged"]


def test_another_service_brings_its_band_its_target_and_its_team(city: World) -> None:
    with unit_of_work(STAFF) as work:
        work.session.add_all([Team(code="ROADS", name="Roads"), Team(code="POWER", name="Power")])
        work.session.flush()
        work.session.add_all(
            [
                RoutingRule(team_code="ROADS"),
                RoutingRule(service_code="SIGNAL", district_code="NW", team_code="POWER"),
            ]
        )
        mark_catalogue(work)
    number = file(1, place=IN_NW)
    opened_at = city.clock.now()
    assert incident(number).team_code == "ROADS"
    city.clock.advance(hours=5)
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_CONTRACTOR, 2, "Parts"))
    city.clock.advance(hours=20)
    do(STAFF, change_status, ChangeStatus(number, State.IN_PROGRESS, 3))
    command = ChangeService(number, "SIGNAL", 4, "The hole is a missing signal")
    do(STAFF, change_service, command)
    found = incident(number)
    assert (found.service_code, found.team_code) == ("SIGNAL", "POWER")
    assert found.due_at == opened_at + timedelta(hours=24 + 20)
    assert queue(city) == [(number, 1)]
    assert current_session().scalars(sa.select(ServiceRequest.service_code)).all() == ["POTHOLE"]
    shown = public_report(current_session(), number)
    assert (shown.service_code, shown.agency) == ("SIGNAL", "Power")
    step = shown.history[-1]
    assert (step.from_value, step.to_value, step.reason) == ("POTHOLE", "SIGNAL", command.reason)
    listed = public_requests(current_session(), RequestFilter(service_codes=("SIGNAL",)), limit=5)
    assert [one.number for one in listed] == [number]


def test_a_target_in_working_days_is_counted_anew_over_every_pause(city: World) -> None:
    with unit_of_work(STAFF) as work:
        signal = work.session.get_one(Service, "SIGNAL")
        signal.counts_working_days = True
        mark_catalogue(work)
    number = file()
    city.clock.advance(hours=6)
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_CONTRACTOR, 2, "Parts"))
    city.clock.advance(days=4)
    do(STAFF, change_status, ChangeStatus(number, State.IN_PROGRESS, 3))
    do(STAFF, change_service, ChangeService(number, "SIGNAL", 4, "A signal"))
    # Six hours ran on Monday; of the 18 left, five run on Friday and 13 on the next Monday.
    assert incident(number).due_at == datetime(2026, 3, 9, 12, tzinfo=UTC)


def test_danger_is_due_as_danger_from_when_it_is_known(city: World) -> None:
    with unit_of_work(STAFF) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    start = city.clock.now()
    said = file(1, description="Smells of gas")
    seen = file(2)
    # Exposed wires have four hours, potholes three days.
    assert incident(said).due_at == start + timedelta(hours=4)
    city.clock.advance(hours=5)
    do(STAFF, change_severity, ChangeSeverity(seen, 0, 1))
    assert incident(seen).due_at == start + timedelta(hours=5 + 4)
    do(STAFF, change_status, ChangeStatus(seen, State.TRIAGED, 2))
    do(STAFF, change_status, ChangeStatus(seen, State.WAITING_CONTRACTOR, 3, "Parts"))
    city.clock.advance(hours=2)
    do(STAFF, change_status, ChangeStatus(seen, State.IN_PROGRESS, 4))
    do(STAFF, change_service, ChangeService(seen, "BENCH", 5, "It is a bench"))
    assert incident(seen).due_at == start + timedelta(hours=5 + 4 + 2)
    for number, version, days in ((said, 1, 3), (seen, 6, 30)):
        do(STAFF, change_severity, ChangeSeverity(number, 3, version, "Nothing to smell"))
        pause = timedelta(hours=2 * (number == seen))
        assert incident(number).due_at == start + timedelta(days=days) + pause


def test_no_pause_from_before_a_danger_was_known_puts_it_off(city: World) -> None:
    start, hours = city.clock.now(), timedelta(hours=1)
    number = file()
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_CONTRACTOR, 2, "Parts"))
    city.clock.advance(hours=10)
    do(STAFF, change_status, ChangeStatus(number, State.IN_PROGRESS, 3))
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_CONTRACTOR, 4, "More parts"))
    city.clock.advance(hours=20)
    # Known in the midst of a pause that goes on for two hours more.
    do(STAFF, change_severity, ChangeSeverity(number, 0, 5))
    assert incident(number).due_at == start + (30 + 4) * hours
    city.clock.advance(hours=2)
    do(STAFF, change_status, ChangeStatus(number, State.IN_PROGRESS, 6))
    assert incident(number).due_at == start + (30 + 4 + 2) * hours
    do(STAFF, change_service, ChangeService(number, "BENCH", 7, "It is a bench"))
    assert incident(number).due_at == start + (30 + 4 + 2) * hours
    do(STAFF, change_severity, ChangeSeverity(number, 4, 8, "Made safe"))
    assert incident(number).due_at == start + (720 + 10 + 22) * hours


def test_a_judgement_outlives_the_service_and_words_are_read_under_the_new_one(
    city: World,
) -> None:
    with unit_of_work(STAFF) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    judged = file(1)
    do(STAFF, change_severity, ChangeSeverity(judged, 1, 1))
    do(STAFF, change_service, ChangeService(judged, "BENCH", 2, "A bench"))
    assert incident(judged).own_severity_band == 1
    do(STAFF, change_service, ChangeService(judged, "SIGNAL", 3, "A signal"))
    assert incident(judged).own_severity_band is None
    wires = file(2, service_code="WIRES", description="I smell gas")
    assert incident(wires).own_severity_band is None
    do(STAFF, change_service, ChangeService(wires, "BENCH", 1, "No wires"))
    assert incident(wires).own_severity_band == 0


def test_a_service_is_changed_for_a_reason_to_one_there_is(city: World) -> None:
    number = file()
    for code, version, reason, slug in (
        ("DRAGONS", 1, "x", "service-unknown"),
        ("SIGNAL", 2, "x", "incident-moved-on"),
        ("SIGNAL", 1, " ", "reason-missing"),
    ):
        command = ChangeService(number, code, version, reason)
        assert refused(STAFF, change_service, command) == slug
    command = ChangeService(number, "SIGNAL", 1, "x")
    assert refused(ANONYMOUS, change_service, command) == "role-not-allowed"
    do(STAFF, change_service, ChangeService(number, "POTHOLE", 1, "The same"))
    assert incident(number).version == 1


def test_it_is_given_to_a_colleague_who_works_the_queue(city: World) -> None:
    number = file()
    accounts = current_session().execute(sa.select(StaffAccount.role, StaffAccount.id)).all()
    keys = {role: f"staff:{id_}" for role, id_ in accounts}
    unknown = f"staff:{UUID(int=5)}"
    for key in (keys["analyst"], unknown, "staff:me", keys["admin"].removeprefix("staff:")):
        assert refused(STAFF, assign_person, AssignPerson(number, key, 1)) == "assignee-unknown"
    worker = keys[Role.WARD_STAFF.value]
    do(STAFF, assign_person, AssignPerson(number, worker, 1))
    assert refused(STAFF, assign_person, AssignPerson(number, None, 1)) == "incident-moved-on"
    assert incident(number).assignee == worker
    # Who works on what is nobody else's business.
    assert public_report(current_session(), number).history == ()
    do(STAFF, assign_person, AssignPerson(number, None, 2))
    steps = history_of(current_session(), incident(number).id)
    assert [(one.from_value, one.to_value) for one in steps] == [(None, worker), (worker, None)]
