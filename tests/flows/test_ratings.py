"""Was it dealt with well? Said once for a closing by those concerned, and told to staff alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from acting import do, refused
from described import check_described
from worlds import PASSWORD, STAFF, World, a_report

from backend.accounts.identify import register_device, resident_of_token
from backend.core.actors import ANONYMOUS, OPERATOR, Actor, Role
from backend.core.db import current_session
from backend.core.keys import KeyRing, new_field_key
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.answer_back import confirm_fix, reopen
from backend.reports.change_status import change_status
from backend.reports.commands import (
    ChangeStatus,
    ConfirmFix,
    Follow,
    RateOutcome,
    RatingAnswer,
    Reopen,
)
from backend.reports.file_report import file_report
from backend.reports.follow import follow
from backend.reports.models import OutcomeRating
from backend.reports.outcome_ratings import ALL, EVERY, rating_figures, ratings_of
from backend.reports.privacy.apply_retention import RETENTION_JOB
from backend.reports.privacy.erase_person import erase_person
from backend.reports.privacy.own_data import own_data
from backend.reports.queries import find_incident
from backend.reports.rate_outcome import rate_outcome
from backend.reports.rotate_keys import reseal_ratings
from backend.reports.workflow import State

YES, PARTLY, NO = RatingAnswer
WORDS = "The lantern man was rude"


def somebody() -> Actor:
    with unit_of_work(ANONYMOUS) as work:
        token = register_device(work)
    runtime = current_runtime()
    return resident_of_token(current_session(), runtime, token, runtime.clock.now())


def filed(actor: Actor, number: int = 1, **changes: Any) -> str:
    return str(do(actor, file_report, a_report(number, **changes)).number)


def close(number: str, version: int = 1) -> None:
    do(STAFF, change_status, ChangeStatus(number, State.RESOLVED, version))


def rate(actor: Actor, number: str, answer: RatingAnswer, words: str = "") -> str | None:
    return refused(actor, rate_outcome, RateOutcome(number, answer, words))


def counted(number: str) -> dict[str, int]:
    session = current_session()
    incident = find_incident(session, number)
    return ratings_of(session, current_runtime().keyring, incident.id).counts


def test_those_concerned_say_it_once_and_may_think_again(city: World) -> None:
    reporter, follower, stranger = somebody(), somebody(), somebody()
    number = filed(reporter)
    do(follower, follow, Follow(number))
    assert rate(reporter, number, YES) == "outcome-not-there"
    close(number)
    for actor in (stranger, ANONYMOUS, STAFF):
        assert rate(actor, number, NO) == "report-not-yours"
    assert rate(reporter, number, NO, WORDS) is None
    assert rate(reporter, number, PARTLY) is None
    assert rate(follower, number, YES) is None
    assert counted(number) == {"yes": 1, "partly": 1, "no": 0}
    # Confirming is no second closing.
    do(reporter, confirm_fix, ConfirmFix(a_report(7).id, number))
    assert counted(number) == {"yes": 1, "partly": 1, "no": 0}
    city.clock.advance(days=14)
    assert rate(follower, number, NO) is None
    city.clock.advance(seconds=1)
    assert rate(follower, number, YES) == "answer-too-late"


def test_a_closing_that_did_not_hold_is_rated_anew(sqlite_city: World) -> None:
    reporter = somebody()
    number = filed(reporter)
    close(number)
    rate(reporter, number, NO, WORDS)
    do(reporter, reopen, Reopen(a_report(8).id, number, "Still there"))
    assert counted(number) == {"yes": 0, "partly": 0, "no": 0}
    sqlite_city.clock.advance(hours=1)
    close(number, 3)
    assert rate(reporter, number, YES) is None
    assert counted(number) == {"yes": 1, "partly": 0, "no": 0}


def test_staff_read_the_words_and_nobody_else_does(city: World) -> None:
    client = city.client()
    token = client.post("/v1/devices").get_json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    command = a_report(1)
    report = {"service_code": "POTHOLE", "description": "Deep", "lon": command.lon}
    number = client.post(
        "/v1/reports", json={"id": str(command.id), "lat": command.lat, **report}, headers=bearer
    ).get_json()["number"]
    close(number)
    path = f"/v1/reports/{number}/rating"
    answer = client.put(path, json={"answer": "no", "words": WORDS}, headers=bearer)
    check_described("/v1/reports/{number}/rating", answer)
    assert answer.get_json()["answer"] == "no"
    assert client.put(path, json={"answer": "maybe"}, headers=bearer).status_code == 422
    assert client.put(path, json={"answer": "yes"}).status_code == 403
    [mine] = client.get("/v1/me/data", headers=bearer).get_json()["ratings"]
    assert (mine["number"], mine["answer"], mine["text"]) == (number, "no", WORDS)
    [line] = client.get("/v1/me/reports", headers=bearer).get_json()["reports"]
    assert line["rating"] == "no"
    signed_in = {"username": "ward_staff", "password": PASSWORD}
    staff = client.post("/v1/desk/sessions", json=signed_in).get_json()["token"]
    desk = client.get(
        f"/v1/desk/reports/{number}", headers={"Authorization": f"Bearer {staff}"}
    ).get_json()
    assert desk["ratings"]["counts"] == {"yes": 0, "partly": 0, "no": 1}
    assert [one["text"] for one in desk["ratings"]["words"]] == [WORDS]
    page = city.signed_in(Role.WARD_STAFF).get(f"/desk/incidents/{number}").text
    assert WORDS in page
    public = [f"/v1/reports/{number}", "/v1/changes", f"/reports/{number}", "/decisions.jsonl"]
    public += [f"/open311/v2/requests/{number}.json", "/data/requests.csv"]
    for page in public:
        text = client.get(page, buffered=True).text
        assert number in text
        assert "lantern" not in text
        assert "rating" not in text
    [kept] = current_session().scalars(sa.select(OutcomeRating.sealed))
    assert kept is not None
    assert b"lantern" not in kept


def test_they_leave_with_the_person_and_lose_the_person_with_time(city: World) -> None:
    reporter, follower = somebody(), somebody()
    number = filed(reporter)
    do(follower, follow, Follow(number))
    close(number)
    rate(reporter, number, NO, WORDS)
    rate(follower, number, YES, "Quick")
    session = current_session()
    keyring = current_runtime().keyring
    assert [one.text for one in own_data(session, keyring, follower).ratings] == ["Quick"]
    with unit_of_work(ANONYMOUS) as work:
        erase_person(work, follower)
    assert counted(number) == {"yes": 0, "partly": 0, "no": 1}
    incident = find_incident(session, number)
    incident.service.retention_days = 30
    session.commit()
    city.clock.advance(days=31)
    with unit_of_work(OPERATOR) as work:
        found = RETENTION_JOB.prepare(work.session, work.now, {})
        RETENTION_JOB.finish(work, found)
    session.rollback()
    [left] = session.scalars(sa.select(OutcomeRating))
    assert (left.answer, left.rater_hash, left.sealed) == ("no", None, None)


def test_the_words_move_to_a_new_key(sqlite_city: World) -> None:
    reporter = somebody()
    number = filed(reporter)
    close(number)
    rate(reporter, number, NO, WORDS)
    runtime = current_runtime()
    runtime.keyring = KeyRing((new_field_key("k2"), *runtime.settings.field_keys))
    for resealed in (1, 0):
        with unit_of_work(OPERATOR) as work:
            assert reseal_ratings(work).count == resealed


def rated(service: str, answers: dict[RatingAnswer, int], at: Any) -> None:
    """One closed report with as many ratings, each another person's."""
    with unit_of_work(ANONYMOUS) as work:
        command = a_report(0, service_code=service, id=work.runtime.ids.uuid())
        incident = find_incident(work.session, file_report(work, command).number)
        incident.closed_at = at
        about = {"incident_id": incident.id, "closed_at": at, "rated_at": at}
        for answer, count in answers.items():
            for _ in range(count):
                id_ = work.runtime.ids.uuid()
                work.session.add(
                    OutcomeRating(id=id_, rater_hash=str(id_), answer=answer.value, **about)
                )


def test_open_figures_single_nobody_out(sqlite_city: World) -> None:
    now = sqlite_city.clock.now()
    last_quarter = now - timedelta(days=70)
    rated("POTHOLE", {YES: 30, PARTLY: 15, NO: 3}, last_quarter)
    rated("BENCH", {YES: 2}, last_quarter)
    # This quarter is not over.
    rated("SIGNAL", {YES: 40}, now)
    answer = sqlite_city.client().get("/v1/ratings")
    check_described("/v1/ratings", answer)
    found = answer.get_json()
    assert (found["since"], found["until"]) == (
        "2025-01-01T00:00:00+00:00",
        "2026-01-01T00:00:00+00:00",
    )
    shown = {(one["service_code"], one["answer"]): one["count"] for one in found["figures"]}
    assert shown.keys() == {
        (service, said) for service in (ALL, "POTHOLE", "BENCH") for said in (EVERY, *RatingAnswer)
    }
    assert shown[ALL, EVERY] == 50
    hidden = {key for key, count in shown.items() if count is None}
    small = {("POTHOLE", "no"), (ALL, "no"), *(("BENCH", said) for said in (EVERY, *RatingAnswer))}
    # With each that is small at least one more is hidden, or a sum would give it away.
    assert small < hidden
    # Its last closings can be rated for two weeks more: until then no day shows one answer alone.
    turn = datetime(2026, 4, 1, tzinfo=UTC)
    for days, until in ((14, "2026-01-01"), (15, "2026-04-01")):
        figures = rating_figures(current_session(), turn + timedelta(days=days, seconds=-1))
        assert figures.until.date().isoformat() == until


def test_there_may_be_nothing_to_tell(sqlite_city: World) -> None:
    assert rating_figures(current_session(), sqlite_city.clock.now()).figures == ()
