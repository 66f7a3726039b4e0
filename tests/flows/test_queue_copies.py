"""What the queue's filters find is what the incidents themselves say, whatever happened to them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from every_table import take_photo
from imported_rows import a_row, import_rows
from worlds import IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report
from worlds import square_districts as squares

from backend.accounts.models import StaffAccount
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session, db
from backend.core.schema import downgrade, upgrade
from backend.core.uow import unit_of_work
from backend.photos.commands import ModeratePhoto, Verdict
from backend.photos.models import Photo
from backend.photos.moderate_photo import moderate_photo
from backend.photos.take_step import take_step
from backend.photos.workflow import PhotoState
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.reports.change_service import change_service
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import (
    ChangeService,
    ChangeSeverity,
    ChangeStatus,
    MergeIncidents,
    UnmergeIncident,
)
from backend.reports.desk_acts.act_in_bulk import act_in_bulk
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, Chosen, UndoAct
from backend.reports.desk_acts.undo_act import undo_act
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.models import Incident, Service, ServiceRequest, Team
from backend.reports.reread_districts import reread_districts
from backend.reports.workflow import OPEN_STATES, State
from backend.triage.keep_queue import miscopied
from backend.triage.models import QueueEntry
from backend.triage.queries import queue_length, queued_numbers
from backend.triage.queue_filter import QueueFilter

pytestmark = pytest.mark.both

Meant = Callable[[Incident], bool]
ACT, GIVEN, WAITING = (UUID(int=number) for number in (71, 72, 73))


def incident(number: str) -> Incident:
    return current_session().scalars(sa.select(Incident).where(Incident.number == number)).one()


def step(number: str, after: State, team: str | None = None) -> None:
    version = incident(number).version
    day = NOON.date() if after is State.SCHEDULED else None
    step = ChangeStatus(number, after, version, "as it is", team_code=team, scheduled_for=day)
    do(STAFF, change_status, step)


def filters(now: datetime) -> Iterator[tuple[QueueFilter, Meant]]:
    """What can be asked for, and the same of an incident as it is."""
    codes = dict(current_session().execute(sa.select(District.id, District.code)).all())
    for code in ("SW", "SE", "NW"):
        yield (
            QueueFilter(district_codes=(code,)),
            lambda one, code=code: codes.get(one.district_id) == code,  # type: ignore[misc]
        )
    for service in ("POTHOLE", "BENCH", "SIGNAL"):
        yield (
            QueueFilter(service_codes=(service,)),
            lambda one, service=service: one.service_code == service,  # type: ignore[misc]
        )
    for state in OPEN_STATES:
        yield (
            QueueFilter(states=(state.value,)),
            lambda one, state=state: one.state == state.value,  # type: ignore[misc]
        )
    ways = {
        (row.incident_id, row.channel)
        for row in current_session().execute(
            sa.select(ServiceRequest.incident_id, ServiceRequest.channel)
        )
    }
    for channels in (("app",), ("phone", "paper"), ("sweep",)):
        yield (
            QueueFilter(channels=channels),
            lambda one, channels=channels: any((one.id, way) in ways for way in channels),  # type: ignore[misc]
        )
    pictured = set(
        current_session().scalars(
            sa.select(ServiceRequest.incident_id)
            .join(Photo, Photo.subject_id == ServiceRequest.id)
            .where(Photo.is_claimed, Photo.state.in_(("held", "public")))
        )
    )
    yield QueueFilter(has_photo=True), lambda one: one.id in pictured
    yield QueueFilter(team_codes=("ROADS",)), lambda one: one.team_code == "ROADS"
    yield QueueFilter(assignee=STAFF.key), lambda one: one.assignee == STAFF.key
    yield QueueFilter(assignee=""), lambda one: one.assignee is None
    yield QueueFilter(waiting_days=3), lambda one: one.opened_at <= now - timedelta(days=3)
    yield (
        QueueFilter(is_overdue=True, service_codes=("POTHOLE", "BENCH")),
        lambda one: (
            one.service_code != "SIGNAL"
            and one.due_at is not None
            and one.due_at < (one.paused_at or now)
        ),
    )


def check(city: World) -> None:
    """Every filter finds just what it should, in the city and outside, and counts as much."""
    session, now = current_session(), city.clock.now()
    session.rollback()
    assert miscopied(session) == set()
    open_ones = session.scalars(sa.select(Incident).where(Incident.closed_at.is_(None))).all()
    assert len(open_ones) == session.scalar(sa.select(sa.func.count()).select_from(QueueEntry))
    for wanted, is_meant in filters(now):
        meant = {one.number for one in open_ones if is_meant(one) and not one.is_outside}
        assert set(queued_numbers(session, wanted, now)) == meant, wanted
        assert queue_length(session, wanted, now) == len(meant)
    session.rollback()


def test_filters_find_what_the_incidents_say_whatever_happens(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(Team(code="ROADS", name="Roads"))
    first, second, third = (
        do(ANONYMOUS, file_report, a_report(number, place)).number
        for number, place in enumerate((IN_SW, IN_SW, IN_NW), start=1)
    )
    check(city)
    city.clock.advance(days=2)
    step(first, State.TRIAGED)
    step(first, State.WAITING_CONTRACTOR)
    city.clock.advance(days=4)
    # It stands still since before its date, the others passed theirs.
    check(city)
    step(first, State.IN_PROGRESS)
    step(second, State.TRIAGED)
    step(second, State.ASSIGNED, team="ROADS")
    check(city)
    do(ANONYMOUS, file_report, a_report(9, IN_SW, repeat_of=second, channel=Channel.PHONE))
    check(city)
    do(STAFF, merge_incidents, MergeIncidents(first, second, "one hole"))
    check(city)
    do(STAFF, unmerge_incident, UnmergeIncident(first, "two holes"))
    do(STAFF, change_service, ChangeService(third, "SIGNAL", incident(third).version, "a light"))
    do(STAFF, change_severity, ChangeSeverity(first, 0, incident(first).version, "deep"))
    check(city)
    step(third, State.RESOLVED)
    check(city)
    step(third, State.REOPENED)
    bench = {"requested_at": NOON - timedelta(days=9), "service_code": "BENCH"}
    closed = {**bench, "closed_at": NOON}
    import_rows(a_row("2", **bench), a_row("3", **closed))
    check(city)
    import_rows(a_row("2", **closed), a_row("4", **bench, parent_id="5"), a_row("6", **bench))
    import_rows(a_row("5", **bench))
    check(city)
    import_rows(a_row("7", **bench, parent_id="6", channel=Channel.PAPER))
    check(city)


def test_filters_find_what_the_incidents_say_after_acts_on_many(city: World) -> None:
    numbers = [
        do(ANONYMOUS, file_report, a_report(number, place)).number
        for number, place in enumerate((IN_SW, IN_SE, IN_NW), start=1)
    ]
    city.clock.advance(days=4)
    me = current_session().scalars(sa.select(StaffAccount)).first()
    assert me is not None
    triaged, given = BulkAct(State.TRIAGED, "Seen by us"), BulkAct(None, assignee=me.key)
    for id_, act in ((ACT, triaged), (GIVEN, given)):
        chosen = [Chosen(number, incident(number).version) for number in numbers]
        do(STAFF, act_in_bulk, ActInBulk(id_, act, chosen))
        check(city)
    found = queued_numbers(current_session(), QueueFilter(assignee=me.key), city.clock.now())
    assert set(found) == set(numbers)
    assert do(STAFF, undo_act, UndoAct(GIVEN)) == len(numbers)
    check(city)
    again = [Chosen(number, incident(number).version) for number in numbers]
    waiting = BulkAct(State.WAITING_CONTRACTOR, "Ordered from them")
    do(STAFF, act_in_bulk, ActInBulk(WAITING, waiting, again))
    check(city)
    assert do(STAFF, undo_act, UndoAct(WAITING)) == len(numbers)
    check(city)
    with unit_of_work(OPERATOR) as work:
        hurried = Service(code="POTHOLE", name="Pothole", severity_band=3, target_hours=24)
        import_services(work, [hurried])
    check(city)
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, squares(side=0.004))
    with unit_of_work(OPERATOR) as work:
        assert reread_districts(work)
    check(city)


def test_filters_find_what_has_a_photo_that_can_be_looked_at(city: World) -> None:
    first, second = (
        do(ANONYMOUS, file_report, a_report(number, IN_SW)).number for number in (1, 2)
    )
    with unit_of_work(ANONYMOUS) as work:
        take_photo(work, first)
    rendering = current_session().scalars(sa.select(Photo.rendering_id)).one()
    assert rendering is not None
    found = QueueFilter(has_photo=True)

    def steps(*states: PhotoState) -> list[str]:
        with unit_of_work(OPERATOR) as work:
            photo = work.session.scalars(sa.select(Photo)).one()
            photo.is_claimed = True
            for state in states:
                take_step(work, photo, state)
        check(city)
        return queued_numbers(current_session(), found, city.clock.now())

    assert steps() == []
    assert steps(PhotoState.PROCESSING) == []
    assert steps(PhotoState.HELD) == [first]
    do(STAFF, moderate_photo, ModeratePhoto(rendering, Verdict.REFUSE, "a face"))
    assert steps() == []
    do(STAFF, moderate_photo, ModeratePhoto(rendering, Verdict.APPROVE))
    assert steps() == [first]
    do(STAFF, merge_incidents, MergeIncidents(first, second, "one hole"))
    assert steps() == [second]
    do(STAFF, unmerge_incident, UnmergeIncident(first, "two holes"))
    assert steps() == [first]
    step(first, State.RESOLVED)
    assert steps() == []
    step(first, State.REOPENED)
    assert steps() == [first]
    assert steps(PhotoState.REMOVED) == []


def test_the_check_tells_what_is_not_as_it_should_be(city: World) -> None:
    number = do(ANONYMOUS, file_report, a_report(1, IN_SW)).number
    id_ = incident(number).id
    session = current_session()
    for values in (
        {"state": "triaged"},
        {"team_code": "X"},
        {"late_at": None},
        {"channels": 4},
        {"has_photo": True},
    ):
        session.execute(sa.update(QueueEntry).values(**values))
        assert miscopied(session) == {id_}
        session.rollback()
    session.execute(sa.delete(QueueEntry))
    assert miscopied(session) == {id_}
    session.rollback()
    assert miscopied(session) == set()


@pytest.mark.slow
def test_what_stood_in_the_queue_before_gets_its_copies(city: World) -> None:
    numbers = [do(ANONYMOUS, file_report, a_report(number, IN_SW)).number for number in range(1, 4)]
    step(numbers[0], State.TRIAGED)
    step(numbers[0], State.WAITING_CONTRACTOR)
    current_session().rollback()
    downgrade(db.engine, "0040")
    upgrade(db.engine)
    city.clock.advance(days=9)
    check(city)
