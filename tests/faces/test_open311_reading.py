"""What other programs read through Open311, in both forms and on both databases."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from imported_rows import a_row, import_rows
from open311 import (
    DEFINITION,
    DISCOVERY,
    EXTENDED_REQUESTS,
    REQUESTS,
    SERVICES,
    Program,
    a_form,
    program,
    same_in_both,
)
from werkzeug.test import TestResponse
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.add_comment import add_comment
from backend.reports.change_status import change_status
from backend.reports.commands import AddComment, ChangeStatus, MeToo, ModerateText
from backend.reports.desk_acts.act_in_bulk import take_undoable_step
from backend.reports.desk_acts.commands import UndoAct
from backend.reports.desk_acts.undo_act import undo_act
from backend.reports.duplicates.me_too import me_too
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import ExpectedTime, ModeratedText, Service, ServiceAttribute
from backend.reports.privacy.moderate_text import moderate_text
from backend.reports.queries import find_request
from backend.reports.workflow import State


def numbers(found: list[dict[str, Any]]) -> list[str]:
    return [one["service_request_id"] for one in found]


def next_page(answer: TestResponse) -> str:
    """The address of the next page, "" where there is none."""
    link = answer.headers.get("Link", "")
    return link.partition("<http://localhost")[2].partition(">")[0]


def ask_about_potholes() -> None:
    """Give potholes a choice, a free question and a sentence; and a grid to new benches."""
    choices = [{"key": "hand", "name": "A hand"}, {"key": "arm", "name": "An arm & more"}]
    with unit_of_work(OPERATOR) as work:
        asked = {"service_code": "POTHOLE", "description": "How deep?"}
        work.session.add_all(
            [
                ServiceAttribute(
                    code="DEPTH", position=1, datatype="multivaluelist", choices=choices, **asked
                ),
                ServiceAttribute(code="WHOSE", position=2, datatype="string", **asked),
                ServiceAttribute(
                    code="TERMS", position=3, datatype="text", is_question=False, **asked
                ),
            ]
        )
        grid = {"public_grid_metres": 200, "notice": "Benches take a year."}
        work.session.execute(sa.update(Service).where(Service.code == "BENCH").values(grid))
        mark_catalogue(work)


def test_discovery_leads_to_both_endpoints(sqlite_city: World) -> None:
    answers = {
        form: sqlite_city.client().get(f"/open311/discovery.{form}") for form in ("json", "xml")
    }
    found = same_in_both(answers, 200, DISCOVERY)
    assert [(one["type"], one["url"]) for one in found["endpoints"]] == [
        ("production", "http://localhost/open311/v2"),
        ("test", "http://localhost/open311/test/v2"),
    ]
    # Some clients look for it below the endpoint they know.
    assert program(sqlite_city).get("discovery", DISCOVERY) == found
    # Some call every request JSON, also those without a body.
    headers = {"Content-Type": "application/json"}
    assert sqlite_city.client().get("/open311/v2/services.json", headers=headers).status_code == 200


def test_services_are_listed_and_defined(sqlite_city: World) -> None:
    client = program(sqlite_city)
    ask_about_potholes()
    services = {one["service_code"]: one for one in client.get("services", SERVICES)}
    assert {code: one["metadata"] for code, one in services.items()} == {
        "WIRES": False,
        "SIGNAL": False,
        "POTHOLE": True,
        "BENCH": False,
    }
    asked = client.get("services/POTHOLE", DEFINITION)["attributes"]
    assert [(one["code"], one["variable"], one["order"]) for one in asked] == [
        ("DEPTH", True, 1),
        ("WHOSE", True, 2),
        ("TERMS", False, 3),
    ]
    assert asked[0]["values"][1] == {"key": "arm", "name": "An arm & more"}
    assert client.get("services/WIRES", DEFINITION)["attributes"] == []
    here, elsewhere = ({"lat": lat, "long": lon} for lon, lat in (IN_SE, FAR_AWAY))
    assert len(client.get("services", SERVICES, **here)) == 4
    assert client.get("services", SERVICES, **elsewhere) == []


def test_a_list_holds_what_was_asked_for_and_the_newest_first(
    city: World, subtests: pytest.Subtests
) -> None:
    client = program(city)
    first = client.report(description="Wires over the Swing", service_code="WIRES")
    city.clock.advance(hours=1)
    second = client.report(lon=IN_SE[0], long=IN_SE[0], address_string="3 Harbour Street")
    city.clock.advance(hours=1)
    third = client.report(lat=IN_NW[1], description="100% underscored_words, Öl")
    city.clock.advance(minutes=1)
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(second, State.RESOLVED, 1, reason="Filled"))
    everything = [third, second, first]
    near = {"lat": IN_SW[1], "long": IN_SW[0]}
    west, south = IN_SW[0] - 0.001, IN_SW[1] - 0.001
    for asked, found in (
        ({}, everything),
        ({"service_code": "WIRES"}, [first]),
        ({"service_code": "WIRES, POTHOLE ,NONE"}, everything),
        ({"service_code": ""}, everything),
        ({"status": "closed"}, [second]),
        ({"status": "OPEN"}, [third, first]),
        ({"status": "open,closed"}, everything),
        ({"q": "swing"}, [first]),
        ({"q": "100% under"}, [third]),
        ({"q": "%"}, [third]),
        ({"q": "harbour HAND"}, [second]),
        ({"q": "pothole"}, [third, second]),
        ({"q": "öl UNDERSCORED\u00a0%"}, [third]),
        ({"q": "ÖL \\"}, []),
        ({"q": "swing hole"}, []),
        ({"sort": "requested_datetime"}, [first, second, third]),
        ({"sort": "-updated"}, [second, third, first]),
        ({"sort": "updated_datetime", "limit": 2}, [first, third]),
        ({"limit": 1, "offset": 1}, [second]),
        ({"offset": 2}, [first]),
        ({"count": 2}, [third, second]),
        ({"start_date": "2026-03-02T13:00:00Z"}, [third, second]),
        ({"start_date": "2026-03-02T14:30:00+01:00"}, [third]),
        ({"start_date": "2026-03-02T14:30:00 01:00"}, [third]),
        ({"start_date": "2026-03-02T13:00:00.5Z"}, [third]),
        ({"end_date": "2026-03-02T13:00:00Z"}, [second, first]),
        ({"start_date": "2026-03-02", "end_date": "2026-03-02"}, everything),
        ({"end_date": "2026-03-01"}, []),
        ({"updated_after": "2026-03-02T14:00:00Z"}, [third, second]),
        ({"updated_before": "2026-03-02T13:59:59Z"}, [first]),
        ({"page_size": 2}, [third, second]),
        ({"page_size": 2, "page": 2}, [first]),
        ({"page": 3, "page_size": 2}, []),
        ({"page": 900_000}, []),
        ({**near, "radius": 100}, [first]),
        ({**near, "radius": 0}, [first]),
        (near, [first]),
        ({**near, "radius": 2000}, everything),
        ({"bbox": f"{west},{south},{IN_SE[0]},{IN_SE[1]}"}, [second, first]),
        ({"service_request_id": f"{first},,{third}"}, [third, first]),
        ({"service_request_id": first, "status": "closed", "page": 7}, [first]),
        ({"service_request_id": "nothing"}, []),
        ({"jurisdiction_id": "city.example"}, everything),
        ({"jurisdiction_id": ""}, everything),
    ):
        with subtests.test(asked=str(asked)):
            assert numbers(client.get("requests", REQUESTS, **asked)) == found


def test_only_the_last_ninety_days_are_listed_unless_others_are_named(city: World) -> None:
    client = program(city)
    old = client.report()
    city.clock.advance(days=91)
    new = client.report()
    assert numbers(client.get("requests", REQUESTS)) == [new]
    assert numbers(client.get("requests", REQUESTS, service_request_id=old)) == [old]
    day = NOON.date().isoformat()
    assert numbers(client.get("requests", REQUESTS, start_date=day)) == [old]
    # Whoever asks what has changed does not mean what came in lately.
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(old, State.TRIAGED, 1))
    changed = client.get("requests", REQUESTS, updated_after="2026-06-01T00:00:00Z")
    assert numbers(changed) == [new, old]
    whole = {"start_date": day, "end_date": "2026-06-02"}
    assert city.client().get("/open311/v2/requests.json", query_string=whole).status_code == 400
    assert numbers(client.get("requests", REQUESTS, **whole, page=1)) == [new, old]


def test_pages_never_overlap_while_others_report(city: World) -> None:
    client = program(city)
    before = [client.report() for _ in range(5)]
    for paging in ("page=1&page_size=2", "limit=2"):
        address, seen = f"/open311/v2/requests.json?{paging}&status=open", []
        while address:
            answer = city.client().get(address)
            seen += numbers(answer.json)
            city.clock.advance(microseconds=1)
            before.append(client.report())
            address = next_page(answer)
        assert sorted(seen) == sorted(before[: len(seen)])
        assert len(seen) >= 5


def test_no_list_is_longer_than_a_thousand(sqlite_city: World) -> None:
    import_rows(*(a_row(str(number)) for number in range(1005)))
    client = sqlite_city.client()
    whole = client.get("/open311/v2/requests.json")
    assert len(whole.json) == 1000
    asked = {"page_size": 5000, "page": 2}
    rest = client.get("/open311/v2/requests.json", query_string=asked)
    assert len({*numbers(whole.json), *numbers(rest.json)}) == 1005
    assert client.get(next_page(whole)).json == rest.json
    named = ",".join(f"{number:08}" for number in range(1001))
    refused = client.get("/open311/v2/requests.json", query_string={"service_request_id": named})
    assert refused.status_code == 400
    assert "1000, which are the most" in refused.json[0]["description"]


def test_a_request_is_told_with_its_history_and_without_its_reporter(city: World) -> None:
    client = program(city)
    ask_about_potholes()
    secrets = {
        "first_name": "Dorothea",
        "last_name": "Quill",
        "email": "dorothea@quill.example",
        "phone": "030 5550177",
        "device_id": "quill-phone-1",
        "account_id": "quill-77",
    }
    answers = {"attribute[DEPTH]": ["hand", "arm"], "attribute[WHOSE]": "Ask Dorothea Quill"}
    number = client.report(description="Call 030 5550177", **secrets, **answers)
    request = find_request(current_session(), number)
    with unit_of_work(STAFF) as work:
        hidden = {"description": "A deep hole", "reason": "a number", "actor": STAFF.key}
        work.session.add(ModeratedText(service_request_id=request.id, at=work.now, **hidden))
        work.session.add(
            ExpectedTime(
                service_code="POTHOLE",
                median_hours=48,
                low_hours=40,
                high_hours=60,
                closings=30,
                computed_at=work.now,
            )
        )
    city.clock.advance(hours=1, microseconds=700)
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.IN_PROGRESS, 1, reason="Crew is there"))
    city.clock.advance(hours=1)
    with unit_of_work(STAFF) as work:
        said = AddComment(work.runtime.ids.uuid(), number, "Bring a lamp", is_answer=True)
        add_comment(work, said)
    (found,) = client.get(f"requests/{number.lower()}", EXTENDED_REQUESTS, extensions="true")
    assert found["description"] == "A deep hole"
    assert found["status_notes"] == "Being worked on: Crew is there\nBring a lamp"
    assert found["expected_datetime"] == "2026-03-04T12:00:00Z"
    assert found["attributes"] == [
        {
            "code": "DEPTH",
            "label": "How deep?",
            "values": [
                {"key": "hand", "name": "A hand"},
                {"key": "arm", "name": "An arm & more"},
            ],
        }
    ]
    assert [(note["datetime"], note["type"], note["description"]) for note in found["notes"]] == [
        ("2026-03-02T12:00:00Z", "submitted", None),
        ("2026-03-02T13:00:00Z", "activity", "Crew is there"),
        ("2026-03-02T14:00:00Z", "activity", "Bring a lamp"),
    ]
    assert found["extended_attributes"]["detailed_status"] == "IN_PROCESS"
    paths = ("requests.json?extensions=true", "requests.xml?extensions=true", "bulk.csv")
    public = " ".join(
        city.client().get(f"/open311/v2/{path}", buffered=True).text for path in paths
    )
    public += city.client().get("/open311/v2/servicerequestupdates.json").text
    assert [one for one in [*secrets.values(), "5550177"] if one in public] == []


def test_what_was_taken_back_is_told_as_that(city: World) -> None:
    client, act = program(city), uuid4()
    number = client.report()
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.TRIAGED, 1, "It is deep"))
    city.clock.advance(hours=1)
    with unit_of_work(STAFF) as work:
        take_undoable_step(work, ChangeStatus(number, State.RESOLVED, 2, "Filled"), act)
    city.clock.advance(minutes=1)
    with unit_of_work(STAFF) as work:
        undo_act(work, UndoAct(act))
    (found,) = client.get(f"requests/{number}", EXTENDED_REQUESTS, extensions="true")
    assert [(note["type"], note["summary"]) for note in found["notes"][1:]] == [
        ("activity", "Looked at"),
        ("closed", "Done"),
        ("activity", "Taken back: Looked at again"),
    ]


def test_a_place_that_could_name_a_person_is_rounded_and_found_by_no_box(city: World) -> None:
    client = program(city)
    ask_about_potholes()
    number = client.report(service_code="BENCH", address_string="3 Harbour Street")
    (found,) = client.get("requests", REQUESTS)
    assert found["service_notice"] == "Benches take a year."
    assert (found["lat"], found["long"], found["address"]) != (IN_SW[1], IN_SW[0], None)
    assert found["address"] is None
    assert found["lat"] == pytest.approx(IN_SW[1], abs=0.002)
    assert found["lat"] != IN_SW[1]
    assert client.get("requests", REQUESTS, bbox="9,49,11,51") == []
    assert client.get("requests", REQUESTS, lat=IN_SW[1], long=IN_SW[0], radius=9999) == []
    assert numbers(client.get("requests", REQUESTS, service_code="BENCH")) == [number]


def test_whatever_changes_can_be_asked_for_by_its_date(city: World) -> None:
    client = program(city)
    number, other = client.report(), client.report()

    def changed() -> list[tuple[str | None, ...]]:
        """What has changed in the last hour, after letting it pass."""
        since = city.clock.now().isoformat()
        city.clock.advance(hours=1)
        found = client.get("requests", REQUESTS, updated_after=since, sort="updated")
        assert all(one["updated_datetime"] >= one["requested_datetime"] for one in found)
        moment = city.clock.now() - timedelta(hours=1)
        assert {one["updated_datetime"] for one in found} <= {f"{moment:%Y-%m-%dT%H:%M:%SZ}"}
        told = ("service_request_id", "status", "description")
        return sorted(tuple(one[name] for name in told) for one in found)

    hole = a_form()["description"]
    assert changed() == sorted((one, "open", hole) for one in (number, other))
    with unit_of_work(ANONYMOUS) as work:
        tapped = me_too(work, MeToo(work.runtime.ids.uuid(), number, Channel.APP)).number
    assert changed() == sorted([(number, "open", hole), (tapped, "open", None)])
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(other, State.REFUSED, 1, reason="Not <ours>"))
    assert changed() == [(other, "closed", hole)]
    # A text that had to go goes from copies too, also once the request is closed.
    with unit_of_work(STAFF) as work:
        moderate_text(work, ModerateText(other, "A hole", "A name"))
    assert changed() == [(other, "closed", "A hole")]
    (found,) = client.get(f"requests/{other}", REQUESTS)
    assert found["status_notes"] == "Refused: Not <ours>"
    assert changed() == []


def test_a_date_moves_where_somebody_is_erased_and_where_history_joins(sqlite_city: World) -> None:
    phone, client = sqlite_city.client(), program(sqlite_city)
    token = phone.post("/v1/devices").json["token"]
    mine = {"headers": {"Authorization": f"Bearer {token}"}}
    place = {"service_code": "POTHOLE", "lon": IN_SW[0], "lat": IN_SW[1]}
    sent = phone.post(
        "/v1/reports", json=place | {"id": str(a_report(1).id), "description": "Hm"}, **mine
    )
    number = sent.json["number"]
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, State.RESOLVED, 1))
    sqlite_city.clock.advance(hours=1)
    assert phone.delete("/v1/me/data", **mine).status_code == 200
    (found,) = client.get("requests", REQUESTS, updated_after="2026-03-02T13:00:00Z")
    assert (found["service_request_id"], found["description"]) == (number, None)
    repeat = a_row("2", requested_at=NOON + timedelta(minutes=9), parent_id="1")
    import_rows(a_row("1"), repeat)
    asked = {"updated_after": "2026-03-02T12:09:00Z", "updated_before": "2026-03-02T12:09:00Z"}
    assert len(client.get("requests", REQUESTS, **asked)) == 2


def test_the_bulk_file_has_every_request(city: World) -> None:
    client: Program = program(city, channel=Channel.PHONE)
    number = client.report(description='A "hole", as\ndeep as a hand', address_string="3 Quay")
    answer = city.client().get("/open311/v2/bulk.csv", buffered=True)
    assert answer.content_type == "text/csv; charset=utf-8"
    header, line, end = answer.data.decode().split("\r\n")
    assert header.split(",")[:4] == [
        "service_request_id",
        "requested_datetime",
        "updated_datetime",
        "closed_date",
    ]
    moment = "2026-03-02T12:00:00Z"
    assert line == (
        f'{number},{moment},{moment},,received,Received,resident,Pothole,,"A ""hole"", as\n'
        f'deep as a hand",,3 Quay,{IN_SW[1]},{IN_SW[0]}'
    )
    assert end == ""
    second = client.report()
    rows = {
        form: city.client().get(f"/open311/v2/bulk.{form}", buffered=True)
        for form in ("json", "xml")
    }
    found = same_in_both(rows, 200, None)
    assert numbers(found) == [number, second]
    assert list(found[0]) == header.split(",")
    assert (found[0]["closed_date"], found[0]["source"]) == (None, "resident")
    assert city.client().get("/open311/v2/bulk.ods").status_code == 404
