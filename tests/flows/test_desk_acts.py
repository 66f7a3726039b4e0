"""Many reports are changed together or not at all, and what was done is taken back as if never."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from receivers import Receiver
from telling import Phone, answer, pass_time, rows
from worlds import IN_NW, IN_SE, NOON, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.uow import unit_of_work
from backend.reports.change_severity import change_severity
from backend.reports.commands import ChangeSeverity, ChangeStatus
from backend.reports.desk_acts.act_in_bulk import act_in_bulk, take_undoable_step
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, Chosen, UndoAct
from backend.reports.desk_acts.preview_act import Preview, preview_act
from backend.reports.desk_acts.queries import items_of
from backend.reports.desk_acts.rules import UNDO_WITHIN, Obstacle, snapshot
from backend.reports.desk_acts.undo_act import undo_act
from backend.reports.file_report import file_report
from backend.reports.models import Incident, IncidentChange
from backend.reports.queries import find_incident, history_of
from backend.reports.workflow import State
from backend.triage.keep_queue import refresh_queue
from backend.triage.override_position import OverridePosition, Raised, override_position
from backend.triage.queries import queue_page
from backend.triage.queue_filter import QueueFilter
from backend.triage.queue_line import position_words

ACT, OTHER = UUID(int=71), UUID(int=72)
COLLEAGUE = Actor("staff:another", Role.WARD_STAFF, "Another")
DONE = BulkAct(State.RESOLVED, "All of the street was resurfaced.")


def filed(count: int, first: int = 1, **changes: Any) -> list[str]:
    with unit_of_work(ANONYMOUS) as work:
        return [
            file_report(
                work, a_report(n, requested_at=NOON - timedelta(hours=200 - n), **changes)
            ).number
            for n in range(first, first + count)
        ]


def standing(number: str) -> dict[str, Any]:
    found = find_incident(current_session(), number)
    kept = snapshot(found)
    current_session().rollback()
    return kept


def look(act: BulkAct, numbers: list[str], actor: Actor = STAFF) -> Preview:
    preview = preview_act(current_session(), act, numbers, actor)
    current_session().rollback()
    return preview


def order() -> list[str]:
    page = queue_page(current_session(), QueueFilter(), NOON, limit=20)
    current_session().rollback()
    return [one.number for one in page.entries]


def logged(action: str) -> list[Decision]:
    found = sa.select(Decision).where(Decision.action == action).order_by(Decision.sequence)
    return list(current_session().scalars(found))


def test_many_are_changed_as_one_and_put_back_as_they_stood(city: World) -> None:
    numbers = [*filed(3, place=IN_SE), *filed(2, first=4, place=IN_NW)]
    (danger,) = filed(1, first=6, service_code="WIRES")
    before = {number: standing(number) for number in numbers}
    listed = order()
    preview = look(DONE, [*numbers, danger, "NOWHERE"])
    assert {one.number for one in preview.able} == set(numbers)
    assert preview.unable == {danger: Obstacle.HAZARD}
    assert preview.unknown == ("NOWHERE",)
    assert preview.by_district == Counter({"SE side": 3, "NW side": 2})
    do(STAFF, act_in_bulk, ActInBulk(ACT, DONE, preview.able))
    do(STAFF, act_in_bulk, ActInBulk(ACT, DONE, preview.able))
    assert {standing(number)["state"] for number in numbers} == {"resolved"}
    assert order() == [danger]
    city.clock.advance(minutes=3)
    # Somebody had it opened again meanwhile: that stays.
    moved = numbers[0]
    version = find_incident(current_session(), moved).version
    do(COLLEAGUE, change_status_of, ChangeStatus(moved, State.REOPENED, version, "It is not done"))
    assert refused(COLLEAGUE, undo_act, UndoAct(ACT)) == "act-of-somebody-else"
    assert do(STAFF, undo_act, UndoAct(ACT)) == 4
    assert {number: standing(number) for number in numbers[1:]} == {
        number: before[number] for number in numbers[1:]
    }
    assert standing(moved)["state"] == "reopened"
    assert set(order()) == set(listed)
    assert {one.number: one.is_undone for one in items_of(current_session(), ACT)} == {
        number: number != moved for number in numbers
    }
    assert refused(STAFF, undo_act, UndoAct(ACT)) == "act-undone"
    steps = history_of(current_session(), find_incident(current_session(), numbers[1]).id)
    assert [(one.kind, one.to_state, one.reason) for one in steps] == [
        ("state", "resolved", DONE.note),
        ("undo", "received", None),
    ]
    [done], [undone] = logged("bulk.done"), logged("bulk.undone")
    assert done.facts == '{"after":"resolved","reports":5}'
    assert undone.facts == '{"left":1,"reports":4}'


def change_status_of(work: Any, command: ChangeStatus) -> Incident:
    return take_undoable_step(work, command, OTHER)


def test_one_that_cannot_leaves_all_as_they_were(city: World) -> None:
    numbers = filed(3)
    able = look(DONE, numbers).able
    version = find_incident(current_session(), numbers[2]).version
    current_session().rollback()
    do(COLLEAGUE, change_severity, ChangeSeverity(numbers[2], 0, version))
    assert refused(STAFF, act_in_bulk, ActInBulk(ACT, DONE, able)) == "bulk-one-cannot"
    stale = [*able[:2], Chosen(able[2].number, 1)]
    given = BulkAct(State.TRIAGED)
    assert refused(STAFF, act_in_bulk, ActInBulk(ACT, given, stale)) == "incident-moved-on"
    assert {standing(number)["state"] for number in numbers} == {"received"}
    assert logged("bulk.done") == []
    machine = Actor("client:1", Role.WARD_STAFF, "A program", is_machine=True)
    assert refused(machine, act_in_bulk, ActInBulk(ACT, DONE, able)) == "role-not-allowed"
    assert refused(STAFF, act_in_bulk, ActInBulk(ACT, DONE, ())) == "bulk-not-so-many"
    question = BulkAct(State.WAITING_REPORTER, "Where?")
    assert refused(STAFF, act_in_bulk, ActInBulk(ACT, question, able)) == "bulk-step-not-offered"


def test_nobody_is_told_before_it_is_too_late_to_take_it_back(
    city: World, service: Receiver
) -> None:
    phone = Phone(city)
    browser = phone.subscribe(service)
    number = phone.report()
    assert look(DONE, [number]).told == 1
    step = ChangeStatus(number, State.RESOLVED, 1, "Filled", told_at=NOON + UNDO_WITHIN)
    do(STAFF, take_undoable_step_as(OTHER), step)
    pass_time(city, minutes=9)
    assert browser.shown() == []
    assert do(STAFF, undo_act, UndoAct(OTHER)) == 1
    pass_time(city, minutes=30)
    assert (browser.shown(), rows()) == ([], [])
    # What waited is not lost with it, and says how things stand.
    answer(number, "Somebody comes on Monday.")
    do(STAFF, act_in_bulk, ActInBulk(ACT, DONE, look(DONE, [number]).able))
    do(STAFF, undo_act, UndoAct(ACT))
    pass_time(city, minutes=2)
    [shown] = browser.shown()
    assert shown["body"] == "The city has it on its list."
    # What is not taken back is told when it cannot be any more.
    able = look(DONE, [number]).able
    do(STAFF, act_in_bulk, ActInBulk(UUID(int=73), DONE, able))
    pass_time(city, minutes=9)
    assert len(browser.shown()) == 1
    pass_time(city, minutes=2)
    assert "resurfaced" in browser.shown()[1]["body"]
    assert refused(STAFF, undo_act, UndoAct(UUID(int=73))) == "undo-too-late"


def test_what_stands_is_told_with_its_own_reason(city: World, service: Receiver) -> None:
    phone = Phone(city)
    browser, number = phone.subscribe(service), phone.report()
    do(STAFF, take_undoable_step_as(OTHER), ChangeStatus(number, State.REFUSED, 1, "Not ours"))
    city.clock.advance(seconds=5)
    slip = ChangeStatus(number, State.REOPENED, 2, "A slip")
    do(STAFF, take_undoable_step_as(ACT), slip)
    do(STAFF, undo_act, UndoAct(ACT))
    pass_time(city, minutes=30)
    [shown] = browser.shown()
    assert "Not ours" in shown["body"]
    assert "A slip" not in shown["body"]


def take_undoable_step_as(act_id: UUID) -> Any:
    return lambda work, command: take_undoable_step(work, command, act_id)


def test_a_place_by_hand_stays_in_its_band_and_says_why(city: World) -> None:
    holes = filed(3, place=IN_SE)
    (signal,) = filed(1, first=4, service_code="SIGNAL")
    (danger,) = filed(1, first=5, service_code="WIRES")
    assert order() == [danger, signal, *holes]
    last = OverridePosition(holes[2], Raised.FIRST, "The school opens on Monday")
    do(STAFF, override_position, last)
    do(STAFF, override_position, OverridePosition(holes[0], Raised.LAST, "Under scaffolding"))
    moved = [danger, signal, holes[2], holes[1], holes[0]]
    assert order() == moved
    page = queue_page(current_session(), QueueFilter(), NOON, limit=3)
    assert "by hand: The school opens on Monday" in position_words(page.entries[2])
    rest = queue_page(current_session(), QueueFilter(), NOON, limit=3, after=page.after)
    assert [one.number for one in rest.entries] == moved[3:]
    with unit_of_work(STAFF) as work:
        refresh_queue(work.session)
    assert order() == moved
    for number, slug in ((danger, "override-of-danger"), (signal, "override-not-there")):
        raised = Raised.FIRST if number == danger else None
        assert refused(STAFF, override_position, OverridePosition(number, raised, "x")) == slug
    # What becomes a danger stands among dangers by its waiting alone.
    do(STAFF, change_severity, ChangeSeverity(holes[0], 0, 1))
    assert order()[:2] == [holes[0], danger]
    do(STAFF, override_position, OverridePosition(holes[2], None))
    assert order() == [holes[0], danger, signal, holes[1], holes[2]]
    assert all("Monday" not in one.facts for one in logged("queue.overridden"))
    # A report that is opened again stands where it would by itself.
    do(STAFF, override_position, OverridePosition(holes[2], Raised.FIRST, "Once more"))
    for key, after in enumerate((State.RESOLVED, State.REOPENED), start=80):
        version = find_incident(current_session(), holes[2]).version
        step = ChangeStatus(holes[2], after, version, "Once more")
        do(STAFF, take_undoable_step_as(UUID(int=key)), step)
    assert order()[-2:] == [holes[1], holes[2]]


@pytest.mark.slow
def test_five_hundred_are_changed_and_put_back(city: World) -> None:
    numbers = filed(500)
    preview = look(DONE, numbers)
    do(STAFF, act_in_bulk, ActInBulk(ACT, DONE, preview.able))
    assert order() == []
    assert do(STAFF, undo_act, UndoAct(ACT)) == 500
    assert current_session().scalar(sa.select(sa.func.count(IncidentChange.id))) == 1000
