"""Residents are told what becomes of what they asked for: once, and in their words."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from acting import do
from described import check_described
from push_service import proven_claims
from receivers import Receiver
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from telling import SITE, Phone, answer, ask, move, pass_time, rows, session_of, settle, states
from worlds import STAFF, World

from backend.core.actors import SYSTEM
from backend.core.db import current_session
from backend.core.jobs import PreparedJob
from backend.core.uow import unit_of_work
from backend.delivery.notices.models import Notice, NoticeRegistration, NoticeResident
from backend.delivery.notices.send_notices import send_notices_job
from backend.delivery.notices.wake import JOB
from backend.delivery.notices.words import Words
from backend.delivery.retry_times import MAX_TRIES
from backend.reports.answer_back import reopen
from backend.reports.commands import (
    HideComment,
    MergeIncidents,
    Reopen,
    UnmergeIncident,
)
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.notice_words import report_words
from backend.reports.privacy.moderate_text import hide_comment
from backend.reports.workflow import State
from backend.wiring import JOBS


def test_whoever_reported_is_told_encrypted_signed_and_in_their_language(
    city: World, service: Receiver
) -> None:
    phone, other = Phone(city), Phone(city)
    offered = city.client().get("/v1/notices")
    check_described("/v1/notices", offered)
    assert {"webpush", "email"} == set(offered.json["carriers"])
    browser, stranger = phone.subscribe(service, "1", "pl"), other.subscribe(service, "2")
    number = phone.report()
    move(number, State.RESOLVED, "Filled with asphalt")
    settle(city)
    [shown] = browser.shown()
    assert shown["title"] == f"Pothole, zgłoszenie {number}"
    asked, quote = shown["body"].split("\n")
    assert asked.startswith("Miasto mówi, że zrobione.")
    assert quote == "“Filled with asphalt”"
    assert (shown["url"], shown["lang"], shown["dir"]) == (f"/reports/{number}", "pl", "ltr")
    assert shown["subject"] == f"report:{number}"
    [headers] = browser.headers()
    assert (headers["ttl"], headers["urgency"]) == ("259200", "normal")
    assert headers["topic"] == shown["tag"]
    assert len(headers["topic"]) == 32
    assert headers["content-encoding"] == "aes128gcm"
    claims = proven_claims(headers["authorization"], offered.json["vapid_public_key"])
    assert claims["aud"] == f"http://localhost:{service.port}"
    assert claims["sub"] == SITE
    assert 0 < claims["exp"] - city.clock.now().timestamp() <= 24 * 3600
    assert stranger.shown() == []
    assert states() == [("delivered", None)]
    assert rows()[0].last_status == "201"


def test_what_follows_at_once_is_one_notice_of_the_last(city: World, service: Receiver) -> None:
    phone = Phone(city)
    browser, number = phone.subscribe(service), phone.report()
    phone.wish(topics={"report.state": ["push"]})
    for state in (State.ASSIGNED, State.IN_PROGRESS):
        move(number, state)
    assert [row.revision for row in rows()] == [2]
    settle(city)
    assert [one["body"] for one in browser.shown()] == ["The work has begun."]


def test_what_happens_while_it_is_sent_is_told_next(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    answer(number, "We look at it on Monday")
    sqlite_city.clock.advance(seconds=60)
    send = JOBS[JOB]
    assert isinstance(send, PreparedJob)
    payload = {"carrier": "webpush"}
    run = send.prepare(current_session(), sqlite_city.clock.now(), payload)
    move(number, State.RESOLVED)
    with unit_of_work(SYSTEM) as work:
        send.finish(work, run)
    settle(sqlite_city)
    assert [one["body"].split("\n")[0] for one in browser.shown()] == [
        "The city has answered.",
        "The city says that it is done. Is it? You can say yes or no.",
    ]
    assert states() == [("delivered", None)]


def test_nobody_is_told_of_their_own_act_and_all_phones_of_one_account_are(
    city: World, service: Receiver
) -> None:
    first, second = Phone(city), Phone(city)
    browsers = [first.subscribe(service, "1"), second.subscribe(service, "2")]
    number = first.report()
    for phone in (first, second):
        phone.headers = phone.bearing(session_of(phone, "somebody@lanterns.example"))
        phone.ask("GET", "/me/notices/wishes")
    # Whoever comes with the account's token brings the two rows together.
    second.subscribe(service, "2")
    move(number, State.RESOLVED)
    settle(city)
    assert [len(browser.shown()) for browser in browsers] == [1, 1]
    assert current_session().scalars(sa.select(NoticeResident)).all()[1:] == []
    reopening = {"id": str(UUID(int=77)), "reason": "It is not"}
    second.wish(topics={"report.state": ["push"]})
    assert second.ask("POST", f"/reports/{number}/reopening", reopening).status_code == 200
    settle(city)
    assert [len(browser.shown()) for browser in browsers] == [1, 1]


def test_followers_are_told_under_the_number_they_know(city: World, service: Receiver) -> None:
    reporter, follower = Phone(city), Phone(city)
    browser = follower.subscribe(service)
    first, second = reporter.report(1), reporter.report(2)
    follower.ask("PUT", f"/reports/{first}/following")
    do(STAFF, merge_incidents, MergeIncidents(first, second, "the same hole"))
    settle(city)
    answer(second, "Next week")
    settle(city)
    told = browser.shown()
    assert [one["subject"] for one in told] == [f"report:{first}"] * 2
    assert told[0]["body"] == "It is dealt with together with another report now."


def test_a_hidden_answer_does_not_go_out(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, number = phone.subscribe(service), phone.report()
    answer(number, "Ask Dorothea Quill")
    do(STAFF, hide_comment, HideComment(UUID(int=1), "a name"))
    settle(sqlite_city)
    assert browser.shown() == []
    assert states() == [("dropped", "gone")]
    assert "Quill" not in repr([row.facts for row in rows()])


def test_what_is_over_before_it_is_told_is_not_told(sqlite_city: World, service: Receiver) -> None:
    phone = Phone(sqlite_city)
    browser, first, second = phone.subscribe(service), phone.report(1), phone.report(2)
    ask(first, "Which side?")
    phone.ask("POST", f"/reports/{first}/comments", {"id": str(UUID(int=6)), "text": "The left"})
    settle(sqlite_city)
    do(STAFF, merge_incidents, MergeIncidents(first, second, "the same hole"))
    do(STAFF, unmerge_incident, UnmergeIncident(first, "another hole"))
    settle(sqlite_city)
    assert browser.shown() == []
    assert states() == [("dropped", "gone")] * 2
    move(first, State.RESOLVED)
    do(STAFF, reopen, Reopen(UUID(int=8), first, "A slip of the hand"))
    settle(sqlite_city)
    assert [one["body"] for one in browser.shown()] == ["It is open again."]


def test_a_row_that_cannot_be_read_costs_itself_alone(city: World, service: Receiver) -> None:
    phones = [Phone(city) for _ in range(4)]
    browsers = [phone.subscribe(service, str(n)) for n, phone in enumerate(phones, start=1)]
    number = phones[-1].report()
    for phone in phones:
        phone.ask("PUT", f"/reports/{number}/following")
        phone.wish(quiet=None, topics={"report.closing": ["push"]})
    move(number, State.RESOLVED, "Ask Dorothea Quill")
    with unit_of_work(SYSTEM) as work:
        lost, unread, unwished = (
            work.session.get_one(NoticeRegistration, UUID(int=n)) for n in (1, 2, 3)
        )
        lost.sealed = b"k9\0of a key that is lost"
        its = sa.update(Notice).where(Notice.registration_id == unread.id)
        work.session.execute(its.values(facts={}))
        owner = work.session.get_one(NoticeResident, unwished.resident_id)
        owner.quiet_from, owner.quiet_until = "late", "early"
    with capture_logs() as logs:
        settle(city)
    assert [len(browser.shown()) for browser in browsers] == [0, 0, 0, 1]
    told = [one for one in logs if one["event"] == "notice not built"]
    assert len(told) == 3
    assert "Quill" not in repr(logs)
    assert "localhost" not in repr(logs)
    assert sorted((row.state, row.attempts) for row in rows())[1:] == [("waiting", 1)] * 3
    for _ in range(MAX_TRIES):
        pass_time(city, hours=9)
    assert sorted(row.state for row in rows()) == ["dead"] * 3 + ["delivered"]


def test_a_statement_that_fails_takes_none_along(postgis_city: World, service: Receiver) -> None:
    phone = Phone(postgis_city)
    browser, numbers = phone.subscribe(service), [phone.report(1), phone.report(2)]
    for number in numbers:
        move(number, State.RESOLVED)
    postgis_city.clock.advance(seconds=60)
    first = rows()[0].subject

    def describe(session: Session, number: str, *rest: Any) -> Words | None:
        if first == f"report:{number}":
            session.execute(sa.text("SELECT 1 / 0"))
        return report_words(session, number, *rest)

    send = send_notices_job({"report": describe})
    run = send.prepare(current_session(), postgis_city.clock.now(), {"carrier": "webpush"})
    with unit_of_work(SYSTEM) as work:
        send.finish(work, run)
    assert len(browser.shown()) == 1
    assert sorted((row.state, row.last_status) for row in rows()) == [
        ("delivered", "201"),
        ("waiting", "DataError"),
    ]
