"""Looking for what is reported already and adding oneself to it, as a phone does."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from described import check_described
from werkzeug.test import TestResponse
from worlds import IN_SW, World, a_report

from backend.accounts.identify import register_device
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.duplicates.models import Exposure
from backend.reports.file_report import file_report
from backend.reports.models import HazardWord, ServiceRequest
from backend.reports.privacy.erase_person import erase_person

LON, LAT = IN_SW
DRAFT = {"service_code": "POTHOLE", "lon": LON, "lat": LAT, "description": "A deep hole"}


def filed(number: int = 1) -> str:
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(number)).number


def device(city: World) -> dict[str, str]:
    with unit_of_work(ANONYMOUS) as work:
        return {"Authorization": f"Bearer {register_device(work)}"}


def post(city: World, path: str, body: dict[str, Any], headers: Any = None) -> TestResponse:
    answer: TestResponse = city.client().post(f"/v1/reports/{path}", json=body, headers=headers)
    pattern = "{number}/me-too" if path.endswith("me-too") else path
    check_described(f"/v1/reports/{pattern}", answer)
    return answer


def test_a_phone_is_shown_what_may_be_the_same_and_joins_it_with_a_tap(city: World) -> None:
    number, phone = filed(), device(city)
    shown = post(city, "candidates", DRAFT, phone).get_json()
    (one,) = shown["candidates"]
    assert (one["number"], one["metres"], one["reports"]) == (number, 0, 1)
    assert one["summary"] == "Deep hole number 1"
    assert one["factors"][0] == {
        "name": "distance",
        "value": 1.0,
        "weight": 0.4,
        "explanation": "0 m apart, where up to 50 m may be one thing.",
    }
    exposures = current_session().scalars(sa.select(Exposure)).all()
    assert [(e.service_code, e.channel) for e in exposures] == [("POTHOLE", "app")]
    tap = {"id": str(a_report(2).id)}
    path = one["me_too_url"].rpartition("/v1/reports/")[2]
    first, again = (post(city, path, tap, phone) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["reports"] == again.get_json()["reports"] == 2
    other_tap = post(city, path, {"id": str(a_report(3).id)}, phone)
    assert (other_tap.status_code, other_tap.get_json()["number"]) == (
        200,
        first.get_json()["number"],
    )
    current_session().rollback()
    request = current_session().get_one(ServiceRequest, a_report(2).id)
    (exposure,) = current_session().scalars(sa.select(Exposure)).all()
    assert exposure.reporter_hash == request.reporter_hash is not None
    assert exposure.incident_id == request.incident_id
    with unit_of_work(ANONYMOUS) as work:
        erase_person(work, replace(ANONYMOUS, reporter=request.reporter_hash))
    assert current_session().scalars(sa.select(Exposure.reporter_hash)).all() == [None]


def test_without_anything_like_it_nothing_is_kept(city: World) -> None:
    filed()
    far = post(city, "candidates", DRAFT | {"lat": LAT + 0.01})
    assert far.get_json() == {"candidates": [], "emergency_number": None}
    assert current_session().scalar(sa.select(sa.func.count(Exposure.id))) == 0


def test_danger_is_heard_before_anything_is_sent(sqlite_city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        work.session.add(HazardWord(language="en", word="gas"))
    asked = [DRAFT, DRAFT | {"description": "It smells of gas"}, DRAFT | {"service_code": "WIRES"}]
    answers = [post(sqlite_city, "candidates", one).get_json() for one in asked]
    assert [answer["emergency_number"] for answer in answers] == [None, "112", "112"]


@pytest.mark.parametrize(
    ("changes", "slug"),
    [
        ({"service_code": "NOTHING"}, "service-unknown"),
        ({"lat": 91.0}, "coordinates-outside-world"),
        ({"description": "x" * 4001}, "text-too-long"),
        ({"words": "A hole"}, "fields-not-valid"),
    ],
)
def test_what_cannot_be_is_refused(sqlite_city: World, changes: dict[str, Any], slug: str) -> None:
    refused = post(sqlite_city, "candidates", DRAFT | changes).get_json()
    assert refused["type"].rpartition("/")[2] == slug
