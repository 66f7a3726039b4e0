"""Lists a phone shows: what is around it, and what is its own."""

from typing import Any

import sqlalchemy as sa
from acting import do
from described import check_described
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import FAR_AWAY, IN_NW, IN_SW, STAFF, World, a_report

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.reports.ask_reporter import ask_reporter
from backend.reports.change_status import change_status
from backend.reports.commands import AskReporter, ChangeStatus, MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import file_report
from backend.reports.models import Service, ServiceRequest
from backend.reports.suggestion_counts import suggestion_counts
from backend.reports.workflow import State

HERE = f"{IN_SW[1]},{IN_SW[0]}"


def filed(number: int, place: tuple[float, float] = IN_SW, **changes: Any) -> str:
    return str(do(ANONYMOUS, file_report, a_report(number, place, **changes)).number)


def around(city: World, **query: Any) -> list[dict[str, Any]]:
    answer = city.client().get("/v1/reports", query_string={"near": HERE, **query})
    check_described("/v1/reports", answer)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.get_json()["reports"]
    return found


def close(number: str, after: State = State.RESOLVED, version: int = 1) -> None:
    do(STAFF, change_status, ChangeStatus(number, after, version, "Filled"))


def test_what_is_around_comes_nearest_first(city: World) -> None:
    step = (IN_SW[0], IN_SW[1] + 0.001)
    further, here, old = filed(1, step), filed(2), filed(3)
    filed(4, FAR_AWAY)
    close(old)
    city.clock.advance(days=29)
    lately = filed(5, description="Another")
    close(lately)
    same, joined = filed(6), filed(7)
    do(STAFF, merge_incidents, MergeIncidents(joined, same, "the same"))
    found = around(city)
    assert sorted((one["number"], one["metres"], one["status"]) for one in found) == sorted(
        [
            (here, 0, "open"), (old, 0, "closed"), (lately, 0, "closed"), (same, 0, "open"),
            (further, 111, "open"),
        ]
    )  # fmt: skip
    assert found[-1]["number"] == further
    assert found[-1]["service_name"] == "Pothole"
    assert (found[-1]["photo"], found[-1]["photos"]) == (None, 0)
    assert len(around(city, radius_m=100)) == 4
    assert len(around(city, limit=2)) == 2
    city.clock.advance(days=2)
    assert old not in {one["number"] for one in around(city)}


def test_what_is_rounded_is_near_by_its_rounded_place_alone(city: World) -> None:
    session = current_session()
    session.get_one(Service, "BENCH").public_grid_metres = 400
    session.commit()
    number = filed(1, service_code="BENCH")
    [one] = around(city, radius_m=2000)
    assert (one["lat"], one["lon"]) != (IN_SW[1], IN_SW[0])
    assert one["metres"] > 0
    # From its true place it is as far as its cell's middle; from there it is near.
    assert around(city, radius_m=max(1, one["metres"] - 2)) == []
    middle = {"near": f"{one['lat']},{one['lon']}", "radius_m": 1}
    assert [near["number"] for near in around(city, **middle)] == [number]


def test_a_place_that_is_none_is_refused(sqlite_city: World) -> None:
    for near in ("", "50", "50,10,3", "x,y", "91,10", "nan,10", f"{IN_SW[0]},{IN_SW[1]}"):
        answer = sqlite_city.client().get("/v1/reports", query_string={"near": near})
        check_described("/v1/reports", answer)
        assert answer.status_code == 422, near
    assert sqlite_city.client().get(f"/v1/reports?near={HERE}&radius_m=2001").status_code == 422


def phone(city: World) -> FlaskClient:
    client = city.client()
    token = client.post("/v1/devices").get_json()["token"]
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def own(client: FlaskClient, **query: Any) -> dict[str, Any]:
    answer: TestResponse = client.get("/v1/me/reports", query_string=query)
    check_described("/v1/me/reports", answer)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def send(client: FlaskClient, number: int, **changes: Any) -> str:
    command = a_report(number)
    said = {"service_code": "POTHOLE", "description": f"Hole {number}", "lon": command.lon}
    answer = client.post(
        "/v1/reports", json={"id": str(command.id), "lat": command.lat, **said, **changes}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["number"])


def test_mine_and_those_i_follow_newest_change_first(city: World) -> None:
    client = phone(city)
    assert own(client) == {"reports": [], "cursor": None}
    asked, done = send(client, 1), send(client, 2)
    followed, nobodys = filed(3, IN_NW), filed(4)
    # A second report of mine about the same thing is in the same line.
    again = send(client, 5, description="", repeat_of=nobodys)
    assert client.put(f"/v1/reports/{followed}/following").status_code == 204
    assert client.put(f"/v1/reports/{nobodys}/following").status_code == 204
    do(STAFF, change_status, ChangeStatus(asked, State.TRIAGED, 1))
    do(STAFF, ask_reporter, AskReporter(a_report(9).id, asked, "Which side?", 2))
    close(done)
    found = own(client)
    assert [(one["number"], one["part"], one["has_question"]) for one in found["reports"]] == [
        (done, "reported", False),
        (asked, "reported", True),
        (again, "reported", False),
        (followed, "follows", False),
    ]
    first, *_, last = found["reports"]
    assert (first["answer_until_datetime"], first["rating"]) == ("2026-03-16T12:00:00+00:00", None)
    assert (last["numbers"], last["answer_until_datetime"]) == ([], None)
    assert found["cursor"] is None
    paged, cursor = [], None
    for _ in range(4):
        page = own(client, limit=1, **({"before": cursor} if cursor else {}))
        paged += page["reports"]
        cursor = page["cursor"]
    assert (paged, cursor) == (found["reports"], None)
    client.delete(f"/v1/reports/{followed}/following")
    assert len(own(client)["reports"]) == 3
    assert own(phone(city))["reports"] == []


def test_a_list_of_ones_own_needs_somebody_to_own_it(sqlite_city: World) -> None:
    answer = sqlite_city.client().get("/v1/me/reports")
    check_described("/v1/me/reports", answer)
    assert (answer.status_code, answer.get_json()["type"].rpartition("/")[2]) == (
        401,
        "token-needed",
    )
    assert phone(sqlite_city).get("/v1/me/reports?before=x").status_code == 422


def test_suggestions_are_measured_by_language(city: World) -> None:
    client = phone(city)
    for number, language, suggested in (
        (1, "es", "POTHOLE"), (2, "es", "BENCH"), (3, "es", None), (4, "pl", "NO-SUCH"),
        (5, None, None),
    ):  # fmt: skip
        send(client, number, language=language, suggested_service_code=suggested)
    counted = suggestion_counts(current_session())
    assert [(one.language, one.reports, one.suggested, one.taken) for one in counted] == [
        ("es", 3, 2, 1), ("pl", 1, 0, 0),
    ]  # fmt: skip
    own = client.get("/v1/me/data").get_json()["reports"]
    suggested = [one["suggested_service_code"] for one in own]
    assert suggested == ["POTHOLE", "BENCH", None, None, None]
    assert client.delete("/v1/me/data").status_code == 200
    current_session().rollback()
    assert set(current_session().scalars(sa.select(ServiceRequest.suggested_service_code))) == {
        None
    }


def test_a_helper_reports_for_several_people_and_is_counted_as_such(city: World) -> None:
    client = phone(city)
    first = send(client, 1, on_behalf=True, contact={"name": "Somebody"})
    for number in (2, 3):
        send(client, number, on_behalf=True, description="", repeat_of=first)
    [one] = own(client)["reports"]
    assert (one["reports"], len(one["numbers"])) == (3, 3)
    mine = client.get("/v1/me/data").get_json()["reports"]
    assert [report["channel"] for report in mine] == ["helper"] * 3
    assert mine[0]["contact"] == {"name": "Somebody"}
