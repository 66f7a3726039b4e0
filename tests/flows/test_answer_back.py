"""Residents answer back: who may, for how long, against whom, and however often it is sent."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from worlds import ANALYST, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, SYSTEM, Actor, Role
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.uow import unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal, confirm_fix, reopen
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import (
    AddComment,
    Appeal,
    ChangeSeverity,
    ChangeStatus,
    ConfirmFix,
    FileReport,
    Follow,
    MergeIncidents,
    Reopen,
    Unfollow,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.follow import follow, unfollow
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Body, HazardWord, Incident, ReportPolicy, Team
from backend.reports.overdue import overdue_incidents
from backend.reports.queries import find_incident, history_of
from backend.reports.workflow import State

REPORTER = Actor("resident", Role.RESIDENT, reporter="a" * 64)
FOLLOWER = Actor("resident", Role.RESIDENT, reporter="b" * 64)
STRANGER = Actor("resident", Role.RESIDENT, reporter="c" * 64)
MOVED_IN = Actor("resident", Role.RESIDENT, reporter="d" * 64, linked=frozenset({"a" * 64}))
COLLEAGUE = Actor("staff:colleague", Role.WARD_STAFF)


def act(number: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | (number << 8))


def file(command: FileReport | None = None) -> str:
    number: str = do(REPORTER, file_report, command or a_report(1)).number
    return number


def move(number: str, after: State, reason: str | None = "As agreed", actor: Actor = STAFF) -> None:
    do(actor, change_status, ChangeStatus(number, after, incident(number).version, reason))


def incident(number: str) -> Incident:
    session = current_session()
    session.rollback()
    return find_incident(session, number)


def overdue(now: datetime) -> list[str]:
    page = overdue_incidents(current_session(), now, limit=10)
    return [one.number for one in page.incidents]


def test_the_fix_is_confirmed_by_whose_report_it_is(city: World) -> None:
    number = file()
    confirm = ConfirmFix(act(1), number)
    assert refused(REPORTER, confirm_fix, confirm) == "move-not-possible"
    move(number, State.RESOLVED, None)
    for other in (STRANGER, ANONYMOUS, ANALYST):
        assert refused(other, confirm_fix, confirm) == "report-not-yours"
    closed_at = incident(number).closed_at
    city.clock.advance(days=3)
    do(MOVED_IN, confirm_fix, confirm)
    assert incident(number).state == "confirmed"
    # The work was done when it was done, not when somebody said thank you.
    assert incident(number).closed_at == closed_at
    assert refused(STRANGER, confirm_fix, confirm) == "report-not-yours"


def test_a_follower_answers_like_the_reporter_while_they_follow(city: World) -> None:
    number = file()
    assert refused(ANONYMOUS, follow, Follow(number)) == "follower-unknown"
    for _ in range(2):
        do(FOLLOWER, follow, Follow(number))
    move(number, State.RESOLVED)
    do(FOLLOWER, reopen, Reopen(act(1), number, "It is still there"))
    assert incident(number).state == "reopened"
    do(FOLLOWER, unfollow, Unfollow(number))
    move(number, State.RESOLVED)
    again = Reopen(act(2), number, "It is still there")
    assert refused(FOLLOWER, reopen, again) == "report-not-yours"


def test_whoever_reported_anything_under_it_may_answer(city: World) -> None:
    first = file()
    second: str = do(FOLLOWER, file_report, a_report(2)).number
    do(STAFF, merge_incidents, MergeIncidents(second, first, "the same hole"))
    move(first, State.RESOLVED)
    do(FOLLOWER, reopen, Reopen(act(1), first, "Not for me"))
    assert incident(second).state == "reopened"


def test_the_time_to_answer_ends_and_the_desk_can_still_act_for_people(city: World) -> None:
    number = file()
    with unit_of_work(STAFF) as work:
        work.session.add(ReportPolicy(id=1, confirm_days=5))
        mark_catalogue(work)
    move(number, State.RESOLVED)
    command = Reopen(act(1), number, "Still there")
    city.clock.advance(days=5, seconds=1)
    assert refused(REPORTER, reopen, command) == "answer-too-late"
    assert refused(REPORTER, confirm_fix, ConfirmFix(act(2), number)) == "answer-too-late"
    do(STAFF, reopen, command)
    assert incident(number).state == "reopened"


def test_one_who_confirms_takes_nothing_from_another(city: World) -> None:
    number = file()
    do(FOLLOWER, follow, Follow(number))
    move(number, State.RESOLVED)
    do(FOLLOWER, confirm_fix, ConfirmFix(act(1), number))
    do(REPORTER, reopen, Reopen(act(2), number, "It is not"))
    assert incident(number).state == "reopened"


def test_sending_again_is_the_same_act_whatever_came_between(city: World) -> None:
    number = file()
    move(number, State.RESOLVED)
    command = Reopen(act(1), number, "Still there")
    for _ in range(2):
        do(REPORTER, reopen, command)
    move(number, State.RESOLVED)
    do(REPORTER, reopen, command)
    assert incident(number).state == "resolved"
    steps = [step.to_state for step in history_of(current_session(), incident(number).id)]
    assert steps == ["resolved", "reopened", "resolved"]
    other = Reopen(act(1), number, "Something else")
    assert refused(REPORTER, reopen, other) == "act-id-taken"
    do(FOLLOWER, follow, Follow(number))
    assert refused(FOLLOWER, reopen, command) == "act-id-taken"


def test_a_reopening_needs_words_and_something_that_is_called_done(city: World) -> None:
    number = file()
    move(number, State.REFUSED)
    assert refused(REPORTER, reopen, Reopen(act(1), number, " ")) == "reason-missing"
    assert refused(REPORTER, reopen, Reopen(act(1), number, "But why")) == "move-not-possible"


@pytest.mark.parametrize("refusal", [State.REFUSED, State.OUTSIDE, State.HANDED_OVER])
def test_an_appeal_puts_it_before_another_person(city: World, refusal: State) -> None:
    number = file()
    with unit_of_work(STAFF) as work:
        work.session.add(Body(code="COUNTY", name="County"))
        work.session.flush()
        find_incident(work.session, number, lock=True).body_code = "COUNTY"
    move(number, refusal, "Not ours")
    command = Appeal(act(1), number, "It is a city street")
    assert refused(STRANGER, appeal, command) == "report-not-yours"
    do(REPORTER, appeal, command)
    do(REPORTER, appeal, command)
    found = incident(number)
    assert (found.state, found.appealed_against) == ("reopened", STAFF.key)
    stale = ChangeStatus(number, State.REFUSED, found.version, "Still not ours")
    assert refused(STAFF, change_status, stale) == "appeal-needs-another-person"
    again = Appeal(act(2), number, "Not that one either")
    assert refused(REPORTER, appeal, again) == "nothing-to-appeal"
    move(number, State.TRIAGED)
    move(number, State.REFUSED, "My colleague was right", COLLEAGUE)
    assert incident(number).appealed_against is None


def test_whoever_was_appealed_against_stays_out_whatever_is_appealed_next(city: World) -> None:
    number = file()
    do(COLLEAGUE, change_severity, ChangeSeverity(number, 4, 1, "Nobody walks there"))
    move(number, State.REFUSED, "Not ours")
    do(REPORTER, appeal, Appeal(act(1), number, "It is a city street"))
    assert refused(STAFF, appeal, Appeal(act(2), number, "They say so")) == "nothing-to-appeal"
    assert incident(number).appealed_against == STAFF.key


def test_an_act_is_about_one_report_and_danger_in_it_is_heard(city: World) -> None:
    with unit_of_work(STAFF) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    first, second = file(), file(a_report(2))
    for number in (first, second):
        move(number, State.RESOLVED)
    do(REPORTER, reopen, Reopen(act(1), first, "Now it smells of gas"))
    assert incident(first).own_severity_band == 0
    same = Reopen(act(1), second, "Now it smells of gas")
    assert refused(REPORTER, reopen, same) == "act-id-taken"
    assert incident(second).state == "resolved"


def test_a_downgrade_needs_a_reason_and_can_be_appealed_against(city: World) -> None:
    number = file()
    unsaid = ChangeSeverity(number, 4, 1)
    assert refused(STAFF, change_severity, unsaid) == "reason-missing"
    nothing = Appeal(act(1), number, "Why")
    assert refused(REPORTER, appeal, nothing) == "nothing-to-appeal"
    do(STAFF, change_severity, ChangeSeverity(number, 1, 1))
    assert refused(REPORTER, appeal, nothing) == "nothing-to-appeal"
    do(STAFF, change_severity, ChangeSeverity(number, 4, 2, "Nobody walks there"))
    do(REPORTER, appeal, Appeal(act(1), number, "Children do"))
    found = incident(number)
    assert (found.state, found.appealed_against) == ("received", STAFF.key)
    further = ChangeSeverity(number, 3, found.version)
    do(STAFF, change_severity, further)
    lower = ChangeSeverity(number, 4, incident(number).version, "I said so")
    assert refused(STAFF, change_severity, lower) == "appeal-needs-another-person"
    assert refused(REPORTER, appeal, Appeal(act(2), number, "Once more")) == "nothing-to-appeal"
    do(COLLEAGUE, change_severity, ChangeSeverity(number, 4, lower.version, "Looked at it"))


def test_a_merge_can_be_appealed_against(city: World) -> None:
    first, second = file(), file(a_report(2))
    do(STAFF, merge_incidents, MergeIncidents(second, first, "the same hole"))
    do(REPORTER, appeal, Appeal(act(1), second, "There are two holes"))
    assert incident(first).appealed_against == STAFF.key
    kinds = [step.kind for step in history_of(current_session(), incident(first).id)]
    assert kinds == ["link", "appeal"]


def test_no_program_closes_what_is_about_danger(city: World) -> None:
    number = file(a_report(1, service_code="WIRES"))
    step = ChangeStatus(number, State.RESOLVED, 1)
    program = Actor("api:evk_12345678", Role.WARD_STAFF, is_machine=True)
    for machine in (SYSTEM, program):
        assert refused(machine, change_status, step) == "hazard-needs-person"
    do(STAFF, change_severity, ChangeSeverity(number, 3, 1, "It is a washing line"))
    do(SYSTEM, change_status, ChangeStatus(number, State.RESOLVED, 2))


def test_time_spent_closed_or_waiting_is_not_the_city_s(city: World) -> None:
    number = file()
    due = incident(number).due_at
    assert due == city.clock.now() + timedelta(hours=72)
    city.clock.advance(hours=10)
    move(number, State.TRIAGED)
    move(number, State.WAITING_CONTRACTOR, "The parts")
    city.clock.advance(hours=100)
    move(number, State.WAITING_REPORTER, "Which side?")
    city.clock.advance(hours=50)
    assert overdue(city.clock.now()) == []
    move(number, State.RESOLVED)
    city.clock.advance(hours=30)
    do(REPORTER, reopen, Reopen(act(1), number, "Still there"))
    assert due is not None
    assert incident(number).due_at == due + timedelta(hours=180)
    assert incident(number).paused_seconds == 180 * 3600


def test_what_was_overdue_stays_overdue_through_a_false_closing(city: World) -> None:
    number = file()
    city.clock.advance(hours=80)
    assert overdue(city.clock.now()) == [number]
    move(number, State.RESOLVED)
    assert overdue(city.clock.now()) == []
    city.clock.advance(hours=10)
    do(REPORTER, reopen, Reopen(act(1), number, "Nobody came"))
    assert overdue(city.clock.now()) == [number]


def test_only_a_reasoned_public_answer_ends_what_is_owed(city: World) -> None:
    number = file()
    move(number, State.TRIAGED, None)
    move(number, State.WAITING_REPORTER, "Which side?")
    do(STAFF, add_comment, AddComment(act(1), number, "Hm"))
    move(number, State.ASSIGNED, None)
    city.clock.advance(hours=73)
    assert overdue(city.clock.now()) == [number]
    do(STAFF, add_comment, AddComment(act(2), number, "We rebuild it in May", is_answer=True))
    assert overdue(city.clock.now()) == []
    assert incident(number).answered_at == city.clock.now()


def test_the_list_is_paged_longest_overdue_first(city: World) -> None:
    numbers = []
    for n in range(3):
        numbers.append(file(a_report(n)))
        city.clock.advance(hours=1)
    city.clock.advance(hours=72)
    now = city.clock.now()
    page = overdue_incidents(current_session(), now, limit=2)
    rest = overdue_incidents(current_session(), now, limit=2, offset=2)
    assert (page.total, rest.total) == (3, 3)
    assert [one.number for one in (*page.incidents, *rest.incidents)] == numbers
    assert (page.incidents[0].service_name, page.incidents[0].district_name) == (
        "Pothole",
        "SW side",
    )


def test_a_thread_is_handed_over_whole_and_comes_back(city: World) -> None:
    number = file()
    do(FOLLOWER, follow, Follow(number))
    do(REPORTER, add_comment, AddComment(act(1), number, "It grows"))
    with unit_of_work(STAFF) as work:
        work.session.add_all([Body(code="COUNTY", name="County"), Team(code="ROADS", name="Roads")])
    step = ChangeStatus(number, State.HANDED_OVER, 1, "A county road", body_code="COUNTY")
    do(STAFF, change_status, step)
    found = incident(number)
    assert (found.state, found.body_code) == ("handed_over", "COUNTY")
    do(FOLLOWER, appeal, Appeal(act(2), number, "The county says it is yours"))
    step = ChangeStatus(number, State.ASSIGNED, 3, team_code="ROADS")
    do(COLLEAGUE, change_status, step)
    assert (incident(number).team_code, incident(number).body_code) == ("ROADS", None)


def test_the_log_tells_every_visible_change_and_nothing_of_anybody(city: World) -> None:
    number = file()
    do(FOLLOWER, follow, Follow(number))
    do(REPORTER, add_comment, AddComment(act(1), number, "Call me: 555 0100"))
    move(number, State.RESOLVED, "Filled on " + date(2026, 3, 2).isoformat())
    do(REPORTER, reopen, Reopen(act(2), number, "I, Somebody, still fall into it"))
    rows = current_session().scalars(
        sa.select(Decision).where(Decision.subject == f"report:{number}").order_by("sequence")
    )
    said = list(rows)
    assert [one.action for one in said] == [
        "report.filed",
        "comment.added",
        "status.changed",
        "status.changed",
    ]
    assert incident(number).changed_sequence == said[-1].sequence
    told = " ".join(one.facts for one in said)
    assert not any(word in told for word in ("555", "Somebody", "Filled", "a" * 64, "b" * 64))
