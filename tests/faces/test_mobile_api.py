"""The JSON face for phones, as a phone meets it; every answer is one the description names."""

from typing import Any

import pytest
from described import check_described
from werkzeug.test import TestResponse
from worlds import FAR_AWAY, IN_SE, IN_SW, STAFF, World, csrf

from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.models import Incident, ServiceRequest
from backend.reports.workflow import State


def body(number: int = 1, place: tuple[float, float] = IN_SW, **changes: Any) -> dict[str, Any]:
    """A report as a phone sends it; `number` makes its id."""
    return {
        "id": f"01890000-0000-7000-8000-{number:012d}",
        "service_code": "POTHOLE",
        "description": f"Deep hole number {number}",
        "lon": place[0],
        "lat": place[1],
        **changes,
    }


def send(city: World, report: dict[str, Any], **headers: str) -> TestResponse:
    answer: TestResponse = city.client().post("/v1/reports", json=report, headers=headers)
    check_described("/v1/reports", answer)
    return answer


def test_a_phone_files_a_report_and_follows_it(city: World) -> None:
    filed = send(city, body(place=IN_SE, address="Mill Lane 3"))
    assert filed.status_code == 201
    report = filed.get_json()
    assert (report["district"], report["state"], report["status"]) == (
        "SE side",
        "received",
        "open",
    )
    assert (report["address"], report["reports"]) == ("Mill Lane 3", 1)
    assert report["target_datetime"] == "2026-03-05T12:00:00+00:00"
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(report["number"], State.REFUSED, 1, "A private road"))
    followed = city.client().get(f"/v1/reports/{report['number']}")
    check_described("/v1/reports/{number}", followed)
    assert followed.get_json()["status"] == "closed"
    assert [step["reason"] for step in followed.get_json()["history"]] == ["A private road"]


def test_sending_again_after_a_lost_answer_adds_nothing(city: World) -> None:
    first, second = send(city, body()), send(city, body())
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.get_json() == second.get_json()
    taken = send(city, body(description="Something else"))
    assert (taken.status_code, slug(taken)) == (409, "report-id-taken")
    assert taken.get_json()["errors"][0]["pointer"] == "/id"
    assert current_session().query(ServiceRequest).count() == 1


def test_a_number_is_understood_however_it_is_typed(sqlite_city: World) -> None:
    numbers = [send(sqlite_city, body(n)).get_json()["number"] for n in range(20)]
    number = next(one for one in numbers if "0" in one and one[0] != one[1])
    dashed = f"{number[:4]}-{number[4:]}"
    for spelling in (number, number.lower(), dashed, number.replace("0", "O"), f" {dashed} "):
        answer = sqlite_city.client().get(f"/v1/reports/{spelling}")
        check_described("/v1/reports/{number}", answer)
        assert answer.get_json()["number"] == number
    answer = sqlite_city.client().get(f"/v1/reports/{number[1]}{number[0]}{number[2:]}")
    assert (answer.status_code, slug(answer)) == (404, "report-not-found")


def test_me_too_lies_under_the_same_problem(city: World) -> None:
    first = send(city, body(1)).get_json()
    repeat = send(city, body(2, description="", repeat_of=first["number"].lower())).get_json()
    assert repeat["number"] != first["number"]
    assert repeat["reports"] == 2
    assert current_session().query(Incident).count() == 1
    refusals = {
        "repeat-of-another-service": body(3, service_code="BENCH", repeat_of=first["number"]),
        "repeat-too-far": body(4, place=IN_SE, repeat_of=first["number"]),
    }
    for why, sent in refusals.items():
        other = send(city, sent)
        assert (other.status_code, slug(other)) == (409, why)
    token = city.client().post("/v1/devices").get_json()["token"]
    counted, once_more = (
        send(city, body(n, repeat_of=first["number"]), Authorization=f"Bearer {token}")
        for n in (5, 6)
    )
    assert counted.get_json()["reports"] == 3
    assert (once_more.status_code, slug(once_more)) == (409, "reported-already")


def test_danger_names_the_emergency_number(sqlite_city: World) -> None:
    report = send(sqlite_city, body(service_code="WIRES")).get_json()
    assert report["emergency_number"] == "112"
    assert send(sqlite_city, body(2)).get_json()["emergency_number"] is None


def test_a_place_outside_is_taken_and_marked(city: World) -> None:
    report = send(city, body(place=FAR_AWAY)).get_json()
    assert (report["is_outside_jurisdiction"], report["district"]) == (True, None)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2026-03-01T08:30:00+01:00", "2026-03-01T07:30:00+00:00"),
        ("2999-01-01T00:00:00Z", "2026-03-02T12:00:00+00:00"),
        ("9999-12-31T23:59:59-12:00", "2026-03-02T12:00:00+00:00"),
        ("1970-01-01T00:00:00Z", "2026-03-02T12:00:00+00:00"),
        ("0001-01-01T00:00:00+14:00", "2026-03-02T12:00:00+00:00"),
    ],
)
def test_a_phone_s_wrong_clock_moves_nothing(sqlite_city: World, said: str, kept: str) -> None:
    report = send(sqlite_city, body(requested_datetime=said)).get_json()
    assert report["requested_datetime"] == kept


def test_a_point_has_its_district(city: World) -> None:
    client = city.client()
    for place, district in ((IN_SW, {"id": "SW", "name": "SW side"}), (FAR_AWAY, None)):
        answer = client.get(f"/v1/places/at?lon={place[0]}&lat={place[1]}")
        check_described("/v1/places/at", answer)
        assert answer.get_json()["district"] == district
        assert answer.get_json()["is_outside_jurisdiction"] is (district is None)


def test_services_are_listed_most_severe_first(city: World) -> None:
    answer = city.client().get("/v1/services")
    check_described("/v1/services", answer)
    codes = [service["service_code"] for service in answer.get_json()]
    assert codes == ["WIRES", "SIGNAL", "POTHOLE", "BENCH"]


def test_reports_of_one_phone_can_be_told_from_those_of_others(city: World) -> None:
    tokens = []
    for _ in range(2):
        answer = city.client().post("/v1/devices")
        check_described("/v1/devices", answer)
        tokens.append(answer.get_json()["token"])
    one, other = (f"Bearer {token}" for token in tokens)
    for number, token in enumerate((one, one, other)):
        send(city, body(number), Authorization=token)
    send(city, body(3))
    hashes = current_session().query(ServiceRequest.reporter_hash).order_by(ServiceRequest.id)
    mine, again, theirs, nobody = (row.reporter_hash for row in hashes)
    assert mine == again != theirs
    assert nobody is None
    assert not any(token[4:] in (mine, theirs) for token in tokens)


def test_a_staff_cookie_opens_nothing_here(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.ADMIN)
    answer = client.post("/v1/reports", json=body(), headers={"X-CSRFToken": csrf(client)})
    assert answer.status_code == 201
    assert current_session().query(ServiceRequest).one().reporter_hash is None


def slug(answer: TestResponse) -> str:
    kind: str = answer.get_json(force=True)["type"]
    return kind.rpartition("/")[2]
