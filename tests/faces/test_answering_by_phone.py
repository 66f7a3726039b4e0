"""Phones answer back: words, confirmations, objections, following, and the public lists of it."""

from typing import Any

import pytest
from described import check_described
from werkzeug.test import TestResponse
from worlds import IN_SW, STAFF, World

from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import ServiceAttribute
from backend.reports.queries import find_incident
from backend.reports.workflow import State


class Phone:
    """A phone with a token of its own; every answer is one the description names."""

    def __init__(self, city: World, *, has_token: bool = True) -> None:
        self.city = city
        self.headers: dict[str, str] = {}
        if has_token:
            token = city.client().post("/v1/devices").get_json()["token"]
            self.headers = {"Authorization": f"Bearer {token}"}

    def send(
        self, method: str, path: str, body: Any = None, *, rule: str | None = None
    ) -> TestResponse:
        client = self.city.client()
        answer: TestResponse = client.open(path, method=method, json=body, headers=self.headers)
        if answer.status_code != 204:
            check_described(rule or path, answer)
        return answer

    def file(self) -> str:
        place = {"lon": IN_SW[0], "lat": IN_SW[1]}
        words = {"service_code": "POTHOLE", "description": "A hole"}
        answer = self.send("POST", "/v1/reports", {"id": an_id(0), **words, **place})
        number: str = answer.get_json()["number"]
        return number

    def say(self, number: str, what: str, body: dict[str, Any]) -> TestResponse:
        path = "/v1/reports/{}/" + what
        return self.send("POST", path.format(number), body, rule=path.format("{number}"))

    def follow(self, number: str, method: str = "PUT") -> TestResponse:
        rule = "/v1/reports/{number}/following"
        return self.send(method, rule.format(number=number), rule=rule)


def an_id(number: int) -> str:
    return f"01890000-0000-7000-8000-{number:012d}"


def slug(answer: TestResponse) -> str:
    kind: str = answer.get_json(force=True)["type"]
    return kind.rpartition("/")[2]


def move(number: str, after: State, reason: str | None = None) -> None:
    with unit_of_work(STAFF) as work:
        version = find_incident(work.session, number).version
        change_status(work, ChangeStatus(number, after, version, reason))


def test_a_phone_answers_back_about_its_own_report(city: World) -> None:
    mine, other = Phone(city), Phone(city)
    number = mine.file()
    move(number, State.RESOLVED)
    objection = {"id": an_id(1), "reason": "It is still there"}
    refused = other.say(number, "reopening", objection)
    assert (refused.status_code, slug(refused)) == (403, "report-not-yours")
    for _ in range(2):
        reopened = mine.say(number, "reopening", objection)
        assert (reopened.status_code, reopened.get_json()["state"]) == (200, "reopened")
    step = reopened.get_json()["history"][-1]
    assert (step["kind"], step["by"], step["before"], step["after"], step["reason"]) == (
        "state",
        "resident",
        "resolved",
        "reopened",
        "It is still there",
    )
    move(number, State.RESOLVED)
    confirmed = mine.say(number, "confirmation", {"id": an_id(2)})
    assert confirmed.get_json()["state"] == "confirmed"
    city.clock.advance(days=15)
    late = mine.say(number, "reopening", {"id": an_id(3), "reason": "Broken again"})
    assert (late.status_code, slug(late)) == (409, "answer-too-late")


def test_an_appeal_opens_what_was_refused(sqlite_city: World) -> None:
    phone = Phone(sqlite_city)
    number = phone.file()
    empty = phone.say(number, "appeal", {"id": an_id(1), "reason": "Why"})
    assert (empty.status_code, slug(empty)) == (409, "nothing-to-appeal")
    move(number, State.REFUSED, "A private road")
    answer = phone.say(number, "appeal", {"id": an_id(1), "reason": "It is a public one"})
    assert (answer.status_code, answer.get_json()["state"]) == (200, "reopened")


def test_a_comment_is_there_for_everybody_once(sqlite_city: World) -> None:
    phone, nobody = Phone(sqlite_city), Phone(sqlite_city, has_token=False)
    number = phone.file()
    said = {"id": an_id(1), "text": "It grows"}
    answers = [nobody.say(number, "comments", said) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    [comment] = phone.send("GET", f"/v1/reports/{number}", rule="/v1/reports/{number}").get_json()[
        "comments"
    ]
    assert comment == {
        "id": an_id(1),
        "at": "2026-03-02T12:00:00+00:00",
        "kind": "comment",
        "by": "resident",
        "text": "It grows",
    }
    taken = nobody.say(number, "comments", said | {"text": "It shrinks"})
    assert (taken.status_code, slug(taken)) == (409, "comment-id-taken")


@pytest.mark.parametrize(
    ("what", "body", "status", "problem"),
    [
        ("comments", {"id": an_id(1), "text": " "}, 422, "text-missing"),
        ("comments", {"id": an_id(1), "text": "a\0b"}, 422, "text-control-character"),
        ("comments", {"id": "1", "text": "x"}, 422, "fields-not-valid"),
        ("comments", {"id": an_id(1), "text": "x", "is_answer": True}, 422, "fields-not-valid"),
        ("reopening", {"id": an_id(1)}, 422, "fields-not-valid"),
        ("reopening", {"id": an_id(1), "reason": " "}, 422, "reason-missing"),
        ("confirmation", {}, 422, "fields-not-valid"),
        ("appeal", {"id": an_id(1), "reason": "x" * 1001}, 422, "text-too-long"),
    ],
)
def test_what_cannot_be_said_is_refused(
    sqlite_city: World, what: str, body: dict[str, Any], status: int, problem: str
) -> None:
    phone = Phone(sqlite_city)
    answer = phone.say(phone.file(), what, body)
    assert (answer.status_code, slug(answer)) == (status, problem)


def test_whoever_follows_may_answer_until_they_stop(sqlite_city: World) -> None:
    mine, other = Phone(sqlite_city), Phone(sqlite_city)
    number = mine.file()
    move(number, State.RESOLVED)
    assert other.follow(number).status_code == 204
    assert other.follow(number).status_code == 204
    assert other.say(number, "confirmation", {"id": an_id(1)}).status_code == 200
    assert other.follow(number, "DELETE").status_code == 204
    refused = other.say(number, "reopening", {"id": an_id(2), "reason": "No"})
    assert refused.status_code == 403
    nobody = Phone(sqlite_city, has_token=False).follow(number)
    assert (nobody.status_code, slug(nobody)) == (403, "follower-unknown")
    assert mine.follow("00000000").status_code == 404


def test_what_has_no_answer_in_time_is_on_a_public_list(city: World) -> None:
    phone = Phone(city)
    number = phone.file()
    assert phone.send("GET", "/v1/overdue").get_json() == {"total": 0, "reports": []}
    city.clock.advance(hours=73)
    page = phone.send("GET", "/v1/overdue").get_json()
    assert page["total"] == 1
    [listed] = page["reports"]
    assert (listed["number"], listed["district"], listed["target_datetime"]) == (
        number,
        "SW side",
        "2026-03-05T12:00:00+00:00",
    )
    beyond = phone.send("GET", "/v1/overdue?page=2&page_size=1", rule="/v1/overdue")
    assert beyond.get_json() == {"total": 1, "reports": []}
    wrong = phone.send("GET", "/v1/overdue?page=0", rule="/v1/overdue")
    assert wrong.status_code == 422


def test_a_service_says_what_it_asks(city: World) -> None:
    with unit_of_work(STAFF) as work:
        work.session.add(
            ServiceAttribute(
                service_code="POTHOLE",
                code="DEPTH",
                position=1,
                datatype="singlevaluelist",
                is_required=True,
                description="How deep?",
                choices=[{"key": "d", "name": "Deep"}],
            )
        )
        mark_catalogue(work)
    phone, rule = Phone(city), "/v1/services/{code}"
    defined = phone.send("GET", "/v1/services/POTHOLE", rule=rule).get_json()
    assert (defined["service_name"], defined["notice"]) == ("Pothole", "")
    [asked] = defined["attributes"]
    assert (asked["code"], asked["is_required"], asked["choices"]) == (
        "DEPTH",
        True,
        [{"key": "d", "name": "Deep"}],
    )
    listed = phone.send("GET", "/v1/services").get_json()
    assert {one["service_code"]: one["has_attributes"] for one in listed} == {
        "WIRES": False,
        "SIGNAL": False,
        "POTHOLE": True,
        "BENCH": False,
    }
    unknown = phone.send("GET", "/v1/services/DRAGONS", rule=rule)
    assert (unknown.status_code, slug(unknown)) == (404, "service-unknown")
