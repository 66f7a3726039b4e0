"""Staff work through the API: the life of one report, a photo, and what is refused."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from described import check_described
from werkzeug.test import TestResponse
from worlds import IN_SW, NOON, PASSWORD, World, a_report

from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.models import Photo
from backend.photos.stored_names import picture_name
from backend.photos.workflow import PhotoState
from backend.reports.file_report import file_report
from backend.reports.models import Body, Inspection, Team

DESK = "/v1/desk"
REPORT = DESK + "/reports/{number}"
PICTURE = UUID(int=(7 << 76) | (2 << 62) | 5000)
UNKNOWN, ID, FIELDS = "00000000", "01890000-0000-7000-8000-000000000001", "fields-not-valid"
ON_DAY: dict[str, Any] = {"after": "scheduled", "version": 2}
# By somebody of the desk, of a report that was triaged.
REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("POST", "steps", {"after": "refused", "version": 2}, 422, "reason-missing"),
    ("POST", "steps", {"after": "confirmed", "version": 2}, 409, "move-not-possible"),
    ("POST", "steps", {"after": "handed_over", "version": 2, "reason": "x"}, 422, "body-missing"),
    ("POST", "steps", {"after": "assigned", "version": 2, "team_code": "X"}, 422, "team-unknown"),
    ("POST", "steps", {"after": "assigned", "version": 2, "team_code": "\0"}, 422, FIELDS),
    ("POST", "steps", {"after": "assigned", "version": 2, "team_code": "\ud800"}, 422, FIELDS),
    ("POST", "steps", {"after": "gone", "version": 2}, 422, FIELDS),
    ("POST", "steps", {"after": "scheduled", "version": 2}, 422, "planned-day-missing"),
    ("POST", "steps", ON_DAY | {"scheduled_for": "1900-01-01"}, 422, "planned-day-not-likely"),
    ("POST", "steps", ON_DAY | {"scheduled_for": "9999-12-31"}, 422, "planned-day-not-likely"),
    ("PUT", "severity", {"severity_band": 4, "version": 2}, 422, "reason-missing"),
    ("PUT", "severity", {"severity_band": 9, "version": 2}, 422, FIELDS),
    ("PUT", "assignee", {"assignee": "staff:nobody", "version": 2}, 422, "assignee-unknown"),
    ("PUT", "service", {"service_code": "X", "version": 2, "reason": "x"}, 404, "service-unknown"),
    ("POST", "questions", {"id": ID, "question": " ", "version": 2}, 422, "reason-missing"),
    ("POST", "notes", {"id": ID, "text": ""}, 422, "text-missing"),
    ("POST", "merge", {"target": UNKNOWN, "reason": "x"}, 404, "report-not-found"),
    ("POST", "unmerge", {"reason": "x"}, 409, "not-merged"),
    ("PUT", "public-description", {"description": "", "reason": ""}, 422, "reason-missing"),
]


class Caller:
    """Whoever has a token, or none; every answer is one the description names."""

    def __init__(self, city: World, token: str | None) -> None:
        self.client = city.client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(
        self, method: str, rule: str, body: Any = None, query: str = "", **path: str
    ) -> TestResponse:
        """The answer, whatever it is; `path` fills the rule's braces."""
        answer: TestResponse = self.client.open(
            rule.format(**path) + query, method=method, json=body, headers=self.headers
        )
        if answer.status_code != 204 and answer.mimetype != "image/jpeg":
            check_described(rule, answer)
        if rule.startswith(DESK):
            assert answer.headers["Cache-Control"] == "no-store"
        return answer

    def does(self, method: str, rule: str, body: Any = None, **path: str) -> Any:
        """The document of what must succeed."""
        answer = self.ask(method, rule, body, **path)
        assert answer.status_code in {200, 201, 202, 204}, answer.text
        return answer.get_json() if answer.data else None

    def acts(self, number: str, what: str, method: str = "POST", **said: Any) -> Any:
        """The report after an act."""
        return self.does(method, f"{REPORT}/{what}", said, number=number)


def staff(city: World, role: Role = Role.WARD_STAFF) -> Caller:
    typed = {"username": role.value, "password": PASSWORD}
    token = Caller(city, None).does("POST", f"{DESK}/sessions", typed)["token"]
    return Caller(city, token)


def phone(city: World) -> Caller:
    return Caller(city, city.client().post("/v1/devices").get_json()["token"])


def an_id(number: int) -> str:
    return f"01890000-0000-7000-8000-{number:012d}"


def slug(answer: TestResponse) -> str:
    kind: str = answer.get_json(force=True)["type"]
    return kind.rpartition("/")[2]


def file(by: Caller, number: int = 1, **more: Any) -> str:
    words = {"id": an_id(number), "service_code": "POTHOLE", "description": "A deep hole"}
    place = {"lon": IN_SW[0], "lat": IN_SW[1]}
    filed: str = by.does("POST", "/v1/reports", {**words, **place, **more})["number"]
    return filed


def test_a_report_lives_its_life_through_the_api(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add_all([Team(code="ROADS", name="Roads"), Body(code="COUNTY", name="County")])
    desk, resident = staff(city), phone(city)
    me = desk.does("GET", f"{DESK}/sessions/current")
    assert (me["name"], me["role"]) == ("Ward_Staff", "ward_staff")
    number = file(resident, contact={"phone": "030 5550100"})
    other = file(phone(city), 2)

    queue = desk.does("GET", f"{DESK}/queue")
    assert [one["number"] for one in queue["entries"]] == [number, other]
    assert queue["entries"][0]["explanation"].startswith("Severity 2 of 4.")
    part = desk.does("GET", f"{DESK}/queue", query="?page_size=1&district=SW&district=SE&words=hol")
    assert (part["total"], part["left"], part["entries"][0]["number"]) == (2, 1, number)
    rest = desk.does("GET", f"{DESK}/queue", query=f"?district=SW&words=hol&after={part['next']}")
    assert [one["number"] for one in rest["entries"]] == [other]
    assert (rest["entries"][0]["position"], rest["left"], rest["next"]) == (2, 0, None)
    assert desk.does("GET", f"{DESK}/queue", query="?severity_band=0&grade=A")["total"] == 0
    report = desk.does("GET", REPORT, number=number)
    assert (report["state"], report["version"], report["position"]) == ("received", 1, 1)
    assert report["requests"][0]["contact"] == {"phone": "030 5550100"}
    analysed = staff(city, Role.ANALYST).does("GET", REPORT, number=number)
    assert analysed["requests"][0]["contact"] == {}
    assert {one["after"]: one["needs"] for one in report["moves"]}["handed_over"] == [
        "reason",
        "body_code",
    ]
    [likely] = report["candidates"]
    assert likely["number"] == other

    takers = desk.does("GET", f"{DESK}/takers")
    assert takers["teams"] == [{"code": "ROADS", "name": "Roads"}]
    assert me["key"] in [one["key"] for one in takers["colleagues"]]
    assert "Analyst" not in [one["name"] for one in takers["colleagues"]]
    report = desk.acts(number, "severity", "PUT", severity_band=1, version=1)
    report = desk.acts(number, "assignee", "PUT", assignee=me["key"], version=report["version"])
    assert (report["severity_band"], report["assignee"]["name"]) == (1, "Ward_Staff")
    report = desk.acts(number, "steps", after="assigned", team_code="ROADS", version=3)
    assert (report["state"], report["team_code"]) == ("assigned", "ROADS")
    needs = {one["after"]: one["needs"] for one in report["moves"]}
    assert needs["scheduled"] == ["scheduled_for"]
    unplanned = desk.ask(
        "POST", f"{REPORT}/steps", {"after": "scheduled", "version": 4}, number=number
    )
    assert unplanned.get_json(force=True)["errors"][0]["pointer"] == "/scheduled_for"

    joined = desk.acts(other, "merge", target=number, reason="The same hole")
    assert (joined["number"], joined["joined"], len(joined["requests"])) == (number, [other], 2)
    parted = desk.acts(other, "unmerge", reason="Two holes")
    assert (parted["number"], parted["state"]) == (other, "received")

    version = desk.does("GET", REPORT, number=number)["version"]
    question = {"id": an_id(10), "question": "Which side?", "version": version}
    assert desk.acts(number, "questions", **question)["state"] == "waiting_reporter"
    city.clock.advance(hours=5)
    resident.does(
        "POST", "/v1/reports/{number}/comments", {"id": an_id(11), "text": "East"}, number=number
    )
    desk.acts(number, "notes", id=an_id(12), text="Ask the crew")
    report = desk.acts(number, "comments", id=an_id(13), text="Next week", is_answer=True)
    assert report["state"] == "assigned"
    assert [(one["kind"], one["text"]) for one in report["comments"]] == [
        ("comment", "East"),
        ("answer", "Next week"),
    ]
    assert [(one["text"], one["by"]["name"]) for one in report["notes"]] == [
        ("Ask the crew", "Ward_Staff")
    ]
    [pause] = report["pauses"]
    assert (pause["state"], pause["since"], pause["until"], pause["reason"]) == (
        "waiting_reporter",
        "2026-03-02T12:00:00+00:00",
        "2026-03-02T17:00:00+00:00",
        "Which side?",
    )

    report = desk.acts(
        number, "public-description", "PUT", description="A hole", reason="It named a neighbour"
    )
    assert report["requests"][0]["public_description"] == "A hole"
    hiding = {"reason": "Rude"}
    desk.does("POST", DESK + "/comments/{id}/hiding", hiding, id=an_id(11))
    shown = resident.ask("GET", "/v1/reports/{number}", number=number)
    assert [one["text"] for one in shown.get_json()["comments"]] == ["Next week"]
    assert shown.get_json()["description"] == "A hole"
    assert "Ask the crew" not in shown.text
    assert "5550100" not in shown.text

    report = desk.does("GET", REPORT, number=number)
    assert [one["is_hidden"] for one in report["comments"]] == [True, False]
    report = desk.acts(
        number, "service", "PUT", service_code="SIGNAL", version=report["version"], reason="A lamp"
    )
    desk.acts(number, "inspections", outcome="found")
    handed = desk.acts(
        number,
        "steps",
        after="handed_over",
        version=report["version"] + 1,
        body_code="COUNTY",
        reason="A county road",
    )
    assert (handed["state"], handed["body_code"], handed["position"]) == (
        "handed_over",
        "COUNTY",
        None,
    )
    assert {one["by"]["name"] for one in handed["history"]} == {"Ward_Staff", None}
    appealed = desk.acts(number, "appeal", id=an_id(14), reason="They say it is the city's")
    assert (appealed["state"], appealed["appealed_against"]["key"]) == ("reopened", me["key"])
    # Whoever is appealed against is not offered what they cannot do.
    assert {one["after"] for one in appealed["moves"]}.isdisjoint({"resolved", "refused"})
    again = staff(city, Role.ADMIN).does("GET", REPORT, number=number)
    assert {"resolved", "refused"} < {one["after"] for one in again["moves"]}

    desk.does("DELETE", f"{DESK}/sessions/current")
    assert slug(desk.ask("GET", f"{DESK}/queue")) == "sign-in-needed"


def test_an_inspection_sent_twice_counts_once(city: World) -> None:
    number, desk = file(phone(city)), staff(city)
    said = {"outcome": "found", "id": an_id(15)}
    first, second = (desk.acts(number, "inspections", **said) for _ in range(2))
    assert first == second
    assert inspections() == ["found"]
    taken = desk.ask("POST", f"{REPORT}/inspections", said | {"outcome": "gone"}, number=number)
    assert (taken.status_code, slug(taken)) == (409, "act-id-taken")
    not_an_id = desk.ask("POST", f"{REPORT}/inspections", said | {"id": "x"}, number=number)
    assert (not_an_id.status_code, slug(not_an_id)) == (422, FIELDS)
    # Without an id, each one is an inspection of its own.
    for _ in range(2):
        desk.acts(number, "inspections", outcome="gone")
    assert inspections() == ["found", "gone", "gone"]


def inspections() -> list[str]:
    current_session().rollback()
    order = sa.select(Inspection.outcome).order_by(Inspection.id)
    return list(current_session().scalars(order))


def test_staff_decide_what_is_shown_of_a_photo(city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        filed = file_report(work, a_report(1))
        picture = Photo(
            id=UUID(int=PICTURE.int + 1),
            subject_kind="report",
            subject_id=filed.id,
            subject_number=filed.number,
            is_claimed=True,
            state=PhotoState.HELD.value,
            size_bytes=4,
            rendering_id=PICTURE,
            width=320,
            height=240,
            opened_at=NOON,
            changed_at=NOON,
        )
        work.session.add(picture)
    current_runtime().media.put(picture_name(PICTURE), b"JPEG")
    desk, one = staff(city), DESK + "/photos/{id}"
    [waiting] = desk.does("GET", f"{DESK}/photos")
    assert (waiting["id"], waiting["report"]) == (str(PICTURE), filed.number)
    assert desk.ask("GET", one, id=waiting["id"]).data == b"JPEG"
    public = "/v1/photos/{id}"
    assert phone(city).ask("GET", public, id=waiting["id"]).status_code == 404
    assert staff(city, Role.ANALYST).ask("GET", one, id=waiting["id"]).status_code == 403

    desk.does("POST", f"{one}/approval", id=waiting["id"])
    assert phone(city).ask("GET", public, id=waiting["id"]).data == b"JPEG"
    assert desk.does("GET", f"{DESK}/photos") == []
    desk.does("POST", f"{one}/refusal", {"reason": "A face"}, id=waiting["id"])
    [kept] = desk.does("GET", REPORT, number=filed.number)["photos"]
    assert kept["state"] == "refused"
    for covers, problem in (
        ([[0.5, 0, 0.2, 1]], "photo-cover-outside"),
        ([[0, 0, 1]], "fields-not-valid"),
        ([], "photo-covers-not-counted"),
    ):
        said = {"covers": covers, "reason": "A face"}
        assert slug(desk.ask("POST", f"{one}/covers", said, id=waiting["id"])) == problem
    said = {"covers": [[0, 0, 0.5, 1]], "reason": "A face"}
    covered = desk.does("POST", f"{one}/covers", said, id=waiting["id"])
    assert covered["id"] != waiting["id"]
    # Nobody sees it until it is covered.
    assert desk.ask("GET", one, id=covered["id"]).status_code == 404


def test_nobody_else_is_let_in(sqlite_city: World, subtests: pytest.Subtests) -> None:
    resident = phone(sqlite_city)
    number = file(resident)
    step = {"after": "resolved", "version": 1}
    analyst = staff(sqlite_city, Role.ANALYST)
    for who, expected in (
        (Caller(sqlite_city, None), (401, "sign-in-needed")),
        (resident, (401, "sign-in-needed")),
        (analyst, (403, "role-not-allowed")),
    ):
        with subtests.test(expected=expected):
            answer = who.ask("POST", f"{REPORT}/steps", step, number=number)
            assert (answer.status_code, slug(answer)) == expected
    assert analyst.does("GET", REPORT, number=number)["moves"] == []
    # Nor do staff's tokens speak for a resident.
    answer = staff(sqlite_city).ask("GET", "/v1/me/data")
    assert (answer.status_code, slug(answer)) == (401, "token-not-valid")


def test_signing_in_says_no_as_the_page_does(sqlite_city: World) -> None:
    nobody = Caller(sqlite_city, None)
    for username, password, problem in (
        ("ward_staff", "not this one", "sign-in-failed"),
        ("nobody", PASSWORD, "sign-in-failed"),
        ("\ud800", PASSWORD, "sign-in-failed"),
        ("ward_staff", "\ud800", "fields-not-valid"),
    ):
        typed = {"username": username, "password": password}
        assert slug(nobody.ask("POST", f"{DESK}/sessions", typed)) == problem


def test_what_cannot_be_done_is_refused(sqlite_city: World, subtests: pytest.Subtests) -> None:
    desk, number = staff(sqlite_city), file(phone(sqlite_city))
    version = desk.acts(number, "steps", after="triaged", version=1)["version"]
    for method, what, said, status, problem in REFUSED:
        with subtests.test(what=what, said=str(said)):
            answer = desk.ask(method, f"{REPORT}/{what}", said, number=number)
            assert (answer.status_code, slug(answer)) == (status, problem)
    for what, said in (
        ("steps", {"after": "resolved"}),
        ("questions", {"id": an_id(1), "question": "Where?"}),
    ):
        stale = desk.ask("POST", f"{REPORT}/{what}", {**said, "version": 1}, number=number)
        assert (stale.status_code, slug(stale)) == (409, "incident-moved-on")
        assert "(state triaged)" in stale.get_json(force=True)["detail"]
    assert desk.does("GET", REPORT, number=number)["version"] == version == 2
    assert desk.ask("GET", REPORT, number=UNKNOWN).status_code == 404
    hidden = desk.ask("POST", DESK + "/comments/{id}/hiding", {"reason": "x"}, id=an_id(9))
    assert slug(hidden) == "comment-not-found"
    assert slug(desk.ask("GET", f"{DESK}/queue", query="?district=%00")) == "fields-not-valid"
