"""Feeds: any reader can read them, whatever people write, and nothing comes twice."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, fromstring

import pytest
import sqlalchemy as sa
from acting import do
from worlds import IN_SE, IN_SW, SIDE, SOUTH, STAFF, WEST, World, a_report

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.describe_city import describe_city
from backend.reports.ask_reporter import ask_reporter
from backend.reports.change_status import change_status
from backend.reports.commands import (
    AskReporter,
    ChangeStatus,
    InspectionOutcome,
    RecordInspection,
)
from backend.reports.file_report import file_report
from backend.reports.models import ModeratedText, Service, ServiceRequest
from backend.reports.newest_events import newest_events
from backend.reports.public_requests import RequestFilter
from backend.reports.record_inspection import record_inspection
from backend.reports.workflow import State

ATOM = "{http://www.w3.org/2005/Atom}"
GEORSS = "{http://www.georss.org/georss}"
HOSTILE = """<script>alert(1)</script> & "quotes" 'too' ]]> &amp; \u00fc\u4e2d\U0001f6a7"""


def file(number: int, **changes: Any) -> str:
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(number, **changes)).number


def move(number: str, after: State, version: int = 1, reason: str | None = None) -> None:
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(number, after, version, reason))


def read(world: World, name: str, **filters: object) -> Element:
    answer = world.client().get(f"/feeds/requests.{name}", query_string=filters)
    assert answer.status_code == 200, answer.text
    return fromstring(answer.data)


def titles(world: World, **filters: object) -> list[str | None]:
    feed = read(world, "atom", **filters)
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_requests_and_changes_come_newest_first(city: World) -> None:
    first = file(1)
    city.clock.advance(hours=1)
    second = file(2, place=IN_SE, service_code="BENCH")
    city.clock.advance(hours=1)
    move(first, State.REFUSED, reason="Not ours")
    assert titles(city) == [
        f"Pothole · {first}: Refused",
        f"New bench · {second}",
        f"Pothole · {first}",
    ]
    entry = read(city, "atom").find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}summary") == "Not ours"
    assert entry.findtext(f"{GEORSS}point") == f"{IN_SW[1]} {IN_SW[0]}"
    assert entry.find(f"{ATOM}link").get("href") == f"http://localhost/reports/{first}"


def test_titles_say_what_happened_in_words(sqlite_city: World) -> None:
    number = file(1)
    move(number, State.TRIAGED)
    move(number, State.WAITING_REPORTER, 2, "Which lamp?")
    do(STAFF, ask_reporter, AskReporter(UUID(int=1), number, "Which side?", 3))
    do(STAFF, record_inspection, RecordInspection(number, InspectionOutcome.NOT_FOUND))
    assert sorted(titles(sqlite_city)) == sorted(
        [
            f"Pothole · {number}",
            f"Pothole · {number}: Looked at",
            f"Pothole · {number}: Waiting for the reporter",
            f"Pothole · {number}: Question",
            f"Pothole · {number}: Looked: could not find it",
        ]
    )


def test_a_feed_is_of_its_area_or_service(city: World) -> None:
    west, east = file(1), file(2, place=IN_SE, service_code="BENCH")
    for number in (west, east):
        move(number, State.TRIAGED)
    in_east = [f"New bench · {east}: Looked at", f"New bench · {east}"]
    assert sorted(titles(city, district="SE")) == sorted(in_east)
    assert sorted(titles(city, service="BENCH")) == sorted(in_east)
    box = ",".join(str(edge) for edge in (IN_SE[0] - 0.001, 50.0, IN_SE[0] + 0.001, 50.01))
    assert sorted(titles(city, bbox=box)) == sorted(in_east)
    assert titles(city, district="NE") == []
    with unit_of_work(STAFF) as work:
        rounded = sa.update(Service).where(Service.code == "BENCH")
        work.session.execute(rounded.values(public_grid_metres=100))
    assert titles(city, bbox=box) == []
    # Nor does it take room: its change is the newest, and the only one that would be looked at.
    everywhere = RequestFilter(box=(WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE))
    newest = newest_events(current_session(), everywhere, limit=1)
    assert [(event.request.number, event.what) for event in newest] == [(west, "triaged")]
    assert city.client().get("/feeds/requests.atom?districts=SE").status_code == 422


@pytest.mark.parametrize("name", ["atom", "rss"])
def test_any_words_make_a_feed_that_can_be_read(city: World, name: str) -> None:
    number = file(1, description=HOSTILE)
    with unit_of_work(STAFF) as work:
        describe_city(work, name=HOSTILE)
        work.session.execute(sa.update(Service).values(name=HOSTILE[:40]))
        # As an import may have brought it: control characters and half of a pair.
        words = ServiceRequest.description + "\x0b\x1b\ufffe\uffff"
        work.session.execute(sa.update(ServiceRequest).values(description=words))
    move(number, State.REFUSED, reason=HOSTILE)
    feed = read(city, name)
    if name == "atom":
        told = [one.text or "" for one in feed.iter(f"{ATOM}summary")]
        assert told[1] == HOSTILE + "\ufffd" * 4
    else:
        told = [one.findtext("description") or "" for one in feed.iter("item")]
        assert "<script>" not in told[1]
        assert "&lt;script&gt;" in told[1]
    assert len(told) == 2


def test_what_the_formats_ask_for_is_there(city: World) -> None:
    number = file(1)
    move(number, State.TRIAGED)
    feed, channel = read(city, "atom", district="SW"), read(city, "rss", district="SW")[0]
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Testwick"
    own = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("rel") == "self"]
    assert (
        own == [feed.findtext(f"{ATOM}id")] == ["http://localhost/feeds/requests.atom?district=SW"]
    )
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed.iter(f"{ATOM}entry")]
    assert len({UUID(one.removeprefix("urn:uuid:")) for one in ids}) == 2
    assert [item.findtext("guid") for item in channel.iter("item")] == ids
    for entry, item in zip(feed.iter(f"{ATOM}entry"), channel.iter("item"), strict=True):
        moment = datetime.fromisoformat(entry.findtext(f"{ATOM}updated") or "")
        assert parsedate_to_datetime(item.findtext("pubDate") or "") == moment
        assert item.find("guid").get("isPermaLink") == "false"
    for name in ("title", "link", "description"):
        assert channel.findtext(name)


def test_an_empty_feed_is_a_feed(sqlite_city: World) -> None:
    assert read(sqlite_city, "atom").findtext(f"{ATOM}updated")
    assert read(sqlite_city, "rss")[0].findtext("title")


def test_only_the_newest_fifty_come(sqlite_city: World) -> None:
    numbers = [file(n, place=(IN_SW[0] + n / 1e5, IN_SW[1])) for n in range(1, 56)]
    sqlite_city.clock.advance(hours=1)
    move(numbers[0], State.TRIAGED)
    found = titles(sqlite_city)
    assert len(found) == 50
    assert found[0] == f"Pothole · {numbers[0]}: Looked at"


@pytest.mark.parametrize("name", ["atom", "rss"])
def test_what_did_not_change_is_not_sent_again(city: World, name: str) -> None:
    number, client = file(1), city.client()
    first = client.get(f"/feeds/requests.{name}")
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_time = {"If-Modified-Since": first.headers["Last-Modified"]}
    for asked in (by_tag, by_time):
        again = client.get(f"/feeds/requests.{name}", headers=asked)
        assert (again.status_code, again.data) == (304, b"")
    with unit_of_work(STAFF) as work:
        (id_,) = work.session.scalars(sa.select(ServiceRequest.id))
        words = {"description": "Moderated", "reason": "a name", "actor": STAFF.key}
        work.session.add(ModeratedText(service_request_id=id_, at=work.now, **words))
    assert client.get(f"/feeds/requests.{name}", headers=by_tag).status_code == 200
    city.clock.advance(minutes=1)
    move(number, State.TRIAGED)
    for asked in (by_tag, by_time):
        assert client.get(f"/feeds/requests.{name}", headers=asked).status_code == 200
