"""The map shows what the queue lists, whatever both are filtered by."""

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
import sqlalchemy as sa
from acting import do
from every_table import take_photo
from tile_reader import address, cells, numbers, tile_at
from werkzeug.datastructures import MultiDict
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report

from backend.audits.models import AreaRate, RateRun
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.uow import UnitOfWork, unit_of_work
from backend.places.models import District
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeSeverity, ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.map_cells import on_map
from backend.reports.models import Incident, Team
from backend.reports.workflow import State
from backend.triage.keep_queue import refresh_queue
from backend.triage.models import SavedView
from backend.triage.queries import queued_numbers
from backend.web.desk import map_pages
from backend.web.desk.queue_address import read_address

pytestmark = pytest.mark.both

ASKED = (
    ("list=city", 5),
    ("list=outside", 1),
    ("service=WIRES&service=BENCH", 2),
    ("district=SE&district=NW", 3),
    ("state=received", 5),
    ("band=0&band=4", 3),
    ("team=ROADS", 1),
    ("channel=phone&channel=paper", 1),
    ("person=staff:tests", 1),
    ("person=nobody", 4),
    ("age=3", 4),
    ("overdue=1", 3),
    ("photo=1", 1),
    ("grade=A", 1),
    ("grade=S", 0),
    ("q=hole 5", 1),
    ("q=!", 0),
    ("team=ROADS&age=3&band=2", 1),
)


def fill(city: World) -> None:
    """Five open incidents in the city and one outside, no two alike."""
    wires, hole, _bench, danger, _outside = (
        do(ANONYMOUS, file_report, a_report(number, place, service_code=service, channel=channel))
        for number, (place, service, channel) in enumerate(
            (
                (IN_SW, "WIRES", Channel.PHONE),
                (IN_SE, "POTHOLE", Channel.APP),
                (IN_NW, "BENCH", Channel.WEB),
                (IN_SW, "POTHOLE", Channel.APP),
                (FAR_AWAY, "POTHOLE", Channel.APP),
            ),
            start=1,
        )
    )
    do(STAFF, change_severity, ChangeSeverity(danger.number, 0, 1, "A cable lies in it"))
    with unit_of_work(OPERATOR) as work:
        work.session.add(Team(code="ROADS", name="Roads"))
        work.session.flush()
        of = sa.update(Incident).where(Incident.number == hole.number)
        work.session.execute(of.values(assignee=STAFF.key, team_code="ROADS"))
        take_photo(work, wires.number)
        work.session.execute(sa.text("UPDATE photo SET state = 'held', is_claimed = true"))
        refresh_queue(work.session)
        add_fit(work, "SE")
    city.clock.advance(hours=80)
    do(ANONYMOUS, file_report, a_report(9, IN_NW, description="Deep hole number 5"))


def add_fit(work: UnitOfWork, code: str) -> None:
    """A fit by which the reporting of one district is well known."""
    district = work.session.scalars(sa.select(District).where(District.code == code)).one()
    run = RateRun(
        id=work.runtime.ids.uuid(),
        fitted_at=NOON,
        boundary_set_id=district.boundary_set_id,
        data_from=NOON - timedelta(days=300),
        data_until=NOON,
        data_sha256="0" * 64,
        parameters={},
    )
    work.session.add(run)
    work.session.flush()
    rate = AreaRate(
        rate_run_id=run.id, district_id=district.id, service_code="", relative_rate=1.0,
        low=0.9, high=1.1, grade="A", reports=9, incidents=30, duplicates=90, exposure_days=9.0,
    )  # fmt: skip
    work.session.add(rate)


@pytest.mark.slow
def test_each_filter_of_the_queue_shows_the_same_on_the_map(city: World, tmp_path: Path) -> None:
    fill(city)
    client = city.signed_in(Role.WARD_STAFF)
    for query, count in ASKED:
        listed = queue_of(city, query)
        assert len(listed) == count, query
        query = query if "list=" in query else f"list=city&{query}"
        places = (FAR_AWAY,) if "outside" in query else (IN_SW, IN_SE, IN_NW)
        near = {f"{address(tile_at(place, 15))}{query}" for place in places}
        shown = [number for one in near for number in numbers(client, one, tmp_path)]
        assert sorted(shown) == sorted(listed), query
        far = {f"{address(tile_at(place, 11))}{query}" for place in places}
        counted = [number for one in far for number, _is_wider in cells(client, one, tmp_path)]
        assert sum(counted) == count, query


def queue_of(city: World, query: str) -> list[str]:
    """The numbers in the queue at that address."""
    asked = read_address(MultiDict(parse_qsl(query)), ())
    session = current_session()
    return queued_numbers(session, asked.wanted(session, STAFF), city.clock.now())


def test_closed_ones_are_filtered_too(city: World, tmp_path: Path) -> None:
    fill(city)
    wires, *_ = queue_of(city, "service=WIRES")
    do(STAFF, change_status, ChangeStatus(wires, State.RESOLVED, 1, None))
    client, near = city.signed_in(Role.WARD_STAFF), address(tile_at(IN_SW, 15))
    for query, is_there in (
        ("state=closed&channel=phone", True),
        ("state=resolved&state=received&band=0", True),
        ("state=all&photo=1", True),
        ("state=closed&band=2", False),
        ("state=closed&overdue=1", False),
        ("channel=phone", False),
    ):
        assert (wires in numbers(client, near + query, tmp_path)) is is_there, query
    assert client.get(f"{near}band=9").status_code == 422
    # The public's map has fewer filters, and no other changes it.
    public = address(tile_at(IN_SW, 15), "map")
    alike = {city.client().get(public + query).data for query in ("", "band=4", "channel=phone")}
    assert len(alike) == 1


def test_a_tile_that_no_counter_knows_changes_with_what_is_in_it(city: World) -> None:
    fill(city)
    client, tile = city.signed_in(Role.WARD_STAFF), address(tile_at(IN_SE, 15))
    etag = client.get(f"{tile}team=ROADS").headers["ETag"]
    again = {"If-None-Match": etag}
    assert client.get(f"{tile}team=ROADS", headers=again).status_code == 304
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(Incident).values(team_code=None))
    assert client.get(f"{tile}team=ROADS", headers=again).status_code == 200


def test_a_page_with_a_map_asks_its_tiles_for_what_it_lists(sqlite_city: World) -> None:
    fill(sqlite_city)
    with unit_of_work(OPERATOR) as work:
        view = SavedView(
            owner="staff:else", name="roads", title="Roads", query="team=ROADS&age=3",
            is_shared=True, is_first=False, saved_at=work.now,
        )  # fmt: skip
        work.session.add(view)
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    for page, query, further in (
        ("/desk/queue?view=roads", "list=city&team=ROADS&age=3", "the team, the age"),
        ("/desk/queue?list=outside", "list=outside", ""),
        ("/desk/map?view=roads", "team=ROADS&age=3", "the team, the age"),
        ("/desk/map?q=hole+5&area=9,49,11,51", "q=hole+5", "the words"),
        ("/desk/map?list=city&state=all&service=WIRES", "list=city&state=all&service=WIRES", ""),
    ):
        text = client.get(page).text
        start = text.index(">", text.index('id="map-document"')) + 1
        said = json.loads(text[start : text.index("</script>", start)])
        assert said["tiles"] == f"/desk/tiles/{{z}}/{{x}}/{{y}}.mvt?{query}", page
        assert said["further"] == further, page


@pytest.mark.parametrize("path", ["/reports/map", "/desk/map"])
def test_the_list_is_whole_page_by_page(
    city: World, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    fill(city)
    monkeypatch.setattr(map_pages, "PAGE_SIZE", 2)
    client = city.signed_in(Role.WARD_STAFF) if "desk" in path else city.client()
    seen, address, captions = [], f"{path}?service=POTHOLE&service=WIRES&area=9,49,11,51", []
    while address:
        page = client.get(address)
        assert page.status_code == 200
        seen += re.findall(r'number-tag">(\w+)<', page.text)
        captions += re.findall(r"Problems \d+ to \d+ here", page.text)
        further = re.search(r'rel="next" href="([^"]+)"', page.text)
        address = unescape(further[1]) if further else ""
    # All but the bench, each of them once.
    assert len(seen) == len({*seen}) == 5
    assert captions == ["Problems 1 to 2 here", "Problems 3 to 4 here", "Problems 5 to 5 here"]
    assert "The list ends before this page" in client.get(f"{path}?page=9").text
    assert client.get(f"{path}?unknown=1").status_code == 422


def test_a_list_says_where_it_ends(city: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(city)
    for name, number in (("MOST_READ", 4), ("_LAST_PAGE", 2), ("PAGE_SIZE", 2)):
        monkeypatch.setattr(map_pages, name, number)
    monkeypatch.setattr(on_map, "MOST_READ", 4)
    client = city.client()
    assert "A list here ends" not in client.get("/reports/map").text
    assert "A list here ends after 4 problems" in client.get("/reports/map?page=2").text
