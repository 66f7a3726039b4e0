"""What is said under a report: in public, between the city and the reporter, and among staff."""

from uuid import UUID

import sqlalchemy as sa
from acting import do, refused
from worlds import ANALYST, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.ask_reporter import ask_reporter
from backend.reports.change_status import change_status
from backend.reports.commands import (
    AddComment,
    AskReporter,
    ChangeStatus,
    MergeIncidents,
    WriteNote,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Comment, HazardWord, Incident, Note
from backend.reports.public_report import PublicReport, public_report
from backend.reports.queries import MOST_COMMENTS, find_incident, history_of, notes_of
from backend.reports.workflow import State
from backend.reports.write_note import write_note
from backend.triage.models import QueueEntry

REPORTER = Actor("resident", Role.RESIDENT, reporter="a" * 64)
STRANGER = Actor("resident", Role.RESIDENT, reporter="c" * 64)


def an_id(number: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | (number << 8))


def file() -> str:
    number: str = do(REPORTER, file_report, a_report(1)).number
    return number


def incident(number: str) -> Incident:
    session = current_session()
    session.rollback()
    return find_incident(session, number)


def shown(number: str) -> PublicReport:
    session = current_session()
    session.rollback()
    return public_report(session, number)


def test_a_thread_comes_along_when_its_report_is_joined_to_another(city: World) -> None:
    first, second = file(), do(REPORTER, file_report, a_report(2)).number
    do(STRANGER, add_comment, AddComment(an_id(1), second, "Before"))
    do(STAFF, merge_incidents, MergeIncidents(second, first, "The same hole"))
    city.clock.advance(minutes=1)
    do(STRANGER, add_comment, AddComment(an_id(2), second, "After"))
    found = shown(second)
    assert ([one.text for one in found.comments], found.comment_count) == (["Before", "After"], 2)
    assert [one.text for one in shown(first).comments] == ["After"]


def test_of_a_long_thread_the_newest_come_first_to_hand(sqlite_city: World) -> None:
    number = file()
    for n in range(MOST_COMMENTS + 2):
        sqlite_city.clock.advance(minutes=1)
        do(STRANGER, add_comment, AddComment(an_id(n), number, f"Word {n}"))
    found = shown(number)
    assert (found.comment_count, len(found.comments)) == (MOST_COMMENTS + 2, MOST_COMMENTS)
    assert (found.comments[0].text, found.comments[-1].text) == ("Word 2", f"Word {n}")
    path = f"/v1/reports/{number}/comments?offset={MOST_COMMENTS}"
    assert [one["text"] for one in sqlite_city.client().get(path).get_json()] == [
        "Word 0",
        "Word 1",
    ]


def test_anybody_may_say_something_and_everybody_can_read_it(city: World) -> None:
    number = file()
    assert shown(number).comments == ()
    for n, actor in enumerate((ANONYMOUS, STRANGER, STAFF)):
        city.clock.advance(minutes=1)
        assert do(actor, add_comment, AddComment(an_id(n), number, f" Word {n}\n")).is_new
    found = shown(number)
    assert [one.text for one in found.comments] == ["Word 0", "Word 1", "Word 2"]
    assert found.changed_at == city.clock.now()
    # A word is no step, so nobody's work is out of date because of it.
    assert incident(number).version == 1


def test_a_comment_is_stored_once_however_often_it_is_sent(city: World) -> None:
    number = file()
    command = AddComment(an_id(1), number, "It grows")
    before = do(REPORTER, add_comment, command)
    city.clock.advance(hours=1)
    again = do(REPORTER, add_comment, command)
    assert (before.is_new, again.is_new, again.at) == (True, False, before.at)
    assert current_session().query(Comment).count() == 1
    for actor, other in (
        (STRANGER, command),
        (REPORTER, AddComment(an_id(1), number, "It shrinks")),
    ):
        assert refused(actor, add_comment, other) == "comment-id-taken"


def test_words_nobody_could_read_are_refused(sqlite_city: World) -> None:
    number = file()
    for text, slug in (
        (" \n", "text-missing"),
        ("x" * 4001, "text-too-long"),
        ("a\0b", "text-control-character"),
        ("pay \u202eelohtop", "text-reordering"),
    ):
        assert refused(REPORTER, add_comment, AddComment(an_id(1), number, text)) == slug
        assert refused(STAFF, write_note, WriteNote(an_id(1), number, text)) == slug


def test_only_the_desk_answers_for_the_city(city: World) -> None:
    number = file()
    answer = AddComment(an_id(1), number, "Done by May", is_answer=True)
    assert refused(REPORTER, add_comment, answer) == "role-not-allowed"
    word = AddComment(an_id(2), number, "Interesting")
    assert refused(ANALYST, add_comment, word) == "role-not-allowed"
    do(STAFF, add_comment, answer)
    assert [one.kind for one in shown(number).comments] == ["answer"]


def test_what_is_hidden_is_not_public(city: World) -> None:
    number = file()
    do(STRANGER, add_comment, AddComment(an_id(1), number, "Rude"))
    with unit_of_work(STAFF) as work:
        work.session.execute(sa.update(Comment).values(is_hidden=True))
    assert shown(number).comments == ()


def test_an_answer_to_a_question_sets_the_work_going_again(city: World) -> None:
    number = file()
    do(STAFF, change_status, ChangeStatus(number, State.ASSIGNED, 1))
    ask = AskReporter(an_id(1), number, "Which side of the road?", 2)
    for _ in range(2):
        do(STAFF, ask_reporter, ask)
    due = incident(number).due_at
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_CONTRACTOR, 3, "A digger too"))
    further = AskReporter(an_id(2), number, "And how deep?", 4)
    do(STAFF, ask_reporter, further)
    more = AskReporter(an_id(3), number, "Since when?", 5)
    for _ in range(2):
        do(STAFF, ask_reporter, more)
    assert [one.text for one in shown(number).comments] == ["Since when?"]
    city.clock.advance(hours=30)
    do(STRANGER, add_comment, AddComment(an_id(4), number, "I do not know"))
    do(STAFF, add_comment, AddComment(an_id(5), number, "We wait"))
    assert incident(number).state == "waiting_reporter"
    do(REPORTER, add_comment, AddComment(an_id(6), number, "The left one"))
    found = incident(number)
    assert (found.state, found.paused_at) == ("assigned", None)
    assert due is not None
    assert found.due_at is not None
    assert (found.due_at - due).total_seconds() == 30 * 3600
    steps = [step.reason for step in history_of(current_session(), found.id)]
    asked = ["Which side of the road?", "A digger too", "And how deep?"]
    assert steps == [None, *asked, None]


def test_a_question_follows_the_rules_of_every_step(city: World) -> None:
    number = file()
    assert refused(STAFF, ask_reporter, AskReporter(an_id(1), number, " ", 1)) == "reason-missing"
    stale = AskReporter(an_id(1), number, "Where?", 9)
    assert refused(STAFF, ask_reporter, stale) == "incident-moved-on"
    now = AskReporter(an_id(1), number, "Where?", 1)
    assert refused(STAFF, ask_reporter, now) == "move-not-possible"
    assert refused(REPORTER, ask_reporter, now) == "role-not-allowed"


def test_words_of_danger_in_a_comment_count_as_in_a_report(city: World) -> None:
    with unit_of_work(STAFF) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    number = file()
    do(STAFF, add_comment, AddComment(an_id(1), number, "No gas was found"))
    assert not shown(number).is_hazard
    do(STRANGER, add_comment, AddComment(an_id(2), number, "I smell gas there"))
    found = shown(number)
    assert (found.is_hazard, found.emergency_number) == (True, "112")
    assert [(one.kind, one.from_value, one.to_value) for one in found.history] == [
        ("severity", "2", "0")
    ]
    assert current_session().scalars(sa.select(QueueEntry.severity_band)).all() == [0]


def test_notes_stay_among_staff(city: World) -> None:
    number = file()
    for actor in (REPORTER, ANALYST):
        assert refused(actor, write_note, WriteNote(an_id(1), number, "x")) == "role-not-allowed"
    command = WriteNote(an_id(1), number, "The owner is known to us")
    for _ in range(2):
        do(STAFF, write_note, command)
    assert current_session().query(Note).count() == 1
    assert [one.text for one in notes_of(current_session(), incident(number).id)] == [command.text]
    other = WriteNote(an_id(1), number, "Something else")
    assert refused(STAFF, write_note, other) == "comment-id-taken"
    found = shown(number)
    assert (found.comments, found.history) == ((), ())
    page = city.client().get(f"/v1/reports/{number}").text
    page += city.client().get(f"/reports/{number}").text
    page += city.client().get("/decisions.jsonl").text
    assert "known to us" not in page
