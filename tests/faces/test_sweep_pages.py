"""Sweeps and outreach at the desk and at the command line, from the plan to what it tells."""

import json
import re
from html import unescape
from typing import Any
from uuid import UUID

import shapely
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient
from sweeping import lay_grid
from worlds import (
    FIELD_KEY,
    IN_NW,
    IN_SE,
    IN_SW,
    NOON,
    SIDE,
    World,
    a_report,
    csrf,
    square_districts,
)

from backend.__main__ import main
from backend.audits.findings.words import spoken_fact
from backend.audits.models import AreaRate, RateRun
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.places.queries import current_districts
from backend.reports.file_report import file_report
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import ServiceAttribute, ServiceRequest
from backend.triage.outreach.queries import last_visits
from backend.triage.sweeps.plan_figures import KeptPromise, PlanFigures
from backend.triage.sweeps.queries import stops_of
from backend.web.audit import weight_pages
from backend.web.audit.told_weights import ToldWeight
from backend.web.sweeps import outreach_pages, sweep_words
from backend.web.words import below_middle_words
from equity.levers.outreach import ChannelGap, OutreachArea, Reach
from equity.rates.reporting_rate import Grade

PLAN = {
    "weeks": "1",
    "seed": "3",
    "days_per_week": "10",
    "hours_per_day": "6",
    "walking_km_per_hour": "2",
    "travel_km_per_hour": "15",
    "jobs_per_week": "100",
}
DAY = "/desk/sweeps/1/days/1"
TODAY = "/desk/today/sweeps/1/1"
HUGE = "9" * 20
RATES = {"SW": (0.5, 0.4, 0.7), "SE": (1.0, 0.9, 1.1), "NW": (1.1, 0.9, 1.2), "NE": (1.2, 1, 1.3)}


def words(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def sent(client: FlaskClient, address: str, /, **form: Any) -> tuple[int, str]:
    answer = client.post(address, data=form | {"csrf_token": csrf(client, "/desk/outreach")})
    return answer.status_code, answer.text


def fit_rates_by_hand() -> None:
    with unit_of_work(OPERATOR) as work:
        run = RateRun(
            id=work.runtime.ids.uuid(), fitted_at=NOON, boundary_set_id=1, data_from=NOON,
            data_until=NOON, data_sha256="0" * 64, parameters={"hidden": {}},
        )  # fmt: skip
        work.session.add(run)
        work.session.flush()
        counts = {"reports": 90, "incidents": 90, "duplicates": 90, "exposure_days": 99.0}
        work.session.add_all(
            AreaRate(
                rate_run_id=run.id, district_id=one.id, service_code="", grade="A",
                relative_rate=RATES[one.code][0], low=RATES[one.code][1], high=RATES[one.code][2],
                **counts,
            )
            for one in work.session.scalars(sa.select(District))
        )  # fmt: skip


def a_day_in_force(city: World) -> None:
    lay_grid(4)
    client = city.signed_in(Role.ANALYST)
    assert sent(client, "/desk/sweeps", **PLAN)[0] == 302
    assert sent(client, "/desk/sweeps/1", decision="approve", reason="Dry weather")[0] == 302


def ask_about_benches() -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add(
            ServiceAttribute(
                service_code="BENCH", code="LEGS", position=1, datatype="number", is_required=True,
                description="How many legs?",
            )
        )  # fmt: skip
        mark_catalogue(work)


def test_a_plan_goes_from_the_form_to_the_street_and_back(sqlite_city: World) -> None:
    lay_grid(4)
    fit_rates_by_hand()
    with unit_of_work(ANONYMOUS) as work:
        for number, place in enumerate((IN_SW, IN_SE, IN_NW), start=10):
            file_report(work, a_report(number, place))
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    assert "No plan yet" in words(client, "/desk/sweeps")
    status, text = sent(client, "/desk/sweeps", **PLAN | {"weeks": "soon"})
    assert status == 422
    assert "The field “Weeks” holds no number." in text
    assert 'value="soon"' in text
    assert sent(client, "/desk/sweeps", **PLAN)[0] == 302
    proposed = words(client, "/desk/sweeps/1")
    assert "every district is visited within the week." in proposed
    assert "If one sweep day in 5 falls out" in proposed
    # Nobody can have walked what is not in force.
    assert "not in force" in words(client, DAY)
    assert sent(client, "/desk/sweeps/1", decision="approve", reason="")[0] == 422
    assert sent(client, "/desk/sweeps/1", decision="hop", reason="x")[0] == 422
    assert sent(client, "/desk/sweeps/1", decision="approve", reason="Dry weather")[0] == 302
    page = client.get("/desk/sweeps/1").text
    stops = stops_of(current_session(), 1)
    days = {stop.day for stop in stops}
    assert page.count("route-sheet") == len(days) == 2
    assert page.count('class="stops"') == 2
    assert all(stop.name in page for stop in stops)

    drawn = [stop for stop in stops if stop.day == 1 and stop.kind == "random"]
    middle = shapely.centroid(shapely.from_wkb(drawn[0].shape))
    with unit_of_work(ANONYMOUS) as work:
        known = file_report(work, a_report(1, (middle.x, middle.y))).number
    sqlite_city.clock.advance(hours=6)
    place = drawn[0].place
    walk = {
        "started_at": "2026-03-02T13:00",
        "ended_at": "2026-03-02T18:30",
        "metres_walked": "900",
    }
    finds = {"stop-0": place, "number-0": known, "stop-3": place, "service-3": "BENCH"}
    assert sent(client, DAY, **walk | finds | {"stop-5": "999"})[0] == 422
    assert sent(client, DAY, **walk | {"stop-0": "x"})[0] == 422
    # What was seen without saying where is not lost: it comes back with the sentence.
    status, text = sent(
        client, DAY, **walk, lines="12", missed=place,
        **{"number-9": known, "description-10": "Gone"},
    )  # fmt: skip
    assert status == 422
    assert "Line 10 says what was found, but not at which stop." in text
    for kept in (f'name="number-9" value="{known}"', 'name="description-10" value="Gone"',
                 'value="2026-03-02T13:00"', f'value="{place}" checked'):  # fmt: skip
        assert kept in text
    for wrong in ({"stop-0": HUGE}, {"missed": HUGE}, {"metres_walked": HUGE}):
        assert sent(client, DAY, **walk | {"number-0": known} | wrong)[0] == 422
    for address in (f"/desk/sweeps/{HUGE}", f"/desk/sweeps/1/days/{HUGE}"):
        assert client.get(address).status_code == 404
        assert sent(client, address, **walk, decision="drop", reason="x")[0] == 404
    assert "This is longer than a day" in sent(
        client, DAY, **walk | {"started_at": "0001-01-01T00:00"}
    )[1]  # fmt: skip
    # A kind that asks something: the line shows what, and holds what was typed.
    ask_about_benches()
    new = {"stop-3": place, "service-3": "BENCH"}
    assert sent(client, DAY, **walk | finds)[0] == 422
    status, text = sent(client, DAY, **walk | new | {"more": "1"})
    assert status == 200
    assert "Line 12: stop" in text
    assert 'value="BENCH" selected' in text
    assert 'name="answer-3-BENCH-LEGS" value="" autocomplete="off" type="number"' in text
    finds |= {"answer-3-BENCH-LEGS": "four", "answer-3-POTHOLE-DEPTH": "deep"}
    status, text = sent(client, DAY, **walk | finds)
    assert status == 422
    assert 'name="answer-3-BENCH-LEGS" value="four"' in text
    finds["answer-3-BENCH-LEGS"] = "4"
    assert sent(client, DAY, **walk | finds, sure="1")[0] == 302
    filed = sa.select(ServiceRequest.attributes).where(ServiceRequest.channel == "sweep")
    assert current_session().scalars(filed).all() == [{"LEGS": ["4"]}]
    found = words(client, DAY)
    assert "Walked from 2 Mar 2026, 13:00 to 2 Mar 2026, 18:30 , 0.9 km" in found
    assert f"{known} {place} Pothole yes, from residents" in found
    assert "New bench no, found on the sweep" in found
    status, text = sent(client, DAY, **walk)
    assert status == 409
    assert "recorded before" in text
    level = words(client, "/desk/sweeps")
    # One of two: Wilson's interval at 90 %.
    assert "Between 12 and 88 of 100 problems had been reported, likely 50." in level
    assert "joined to fifths of the residents by “Aged 65 or more”" in level
    # On the second day nothing was found, and that is said.
    assert sent(client, "/desk/sweeps/1/days/2", **walk, sure="1")[0] == 302
    assert "Nothing was found" in words(client, "/desk/sweeps/1/days/2")
    log = words(sqlite_city.client(), "/decisions")
    assert "day 1 was walked, 900 metres; 2 problems were found, 1 of them known" in log
    assert "came into force: Dry weather" in log


def test_the_sheet_printed_halfway_ticks_what_is_walked(sqlite_city: World) -> None:
    lay_grid(4)
    client, today = sqlite_city.signed_in(Role.WARD_STAFF), "/desk/today/sweeps/1/1"
    assert sent(client, "/desk/sweeps", **PLAN)[0] == 302
    assert sent(client, "/desk/sweeps/1", decision="approve", reason="Dry weather")[0] == 302
    for stop, kind in ((1, "walked"), (3, "missed")):
        mark = {"id": str(UUID(int=stop)), "stop": stop, "kind": kind, "seen": ""}
        assert sent(client, today, **mark)[0] == 302
    page = client.get(today).text
    route = page[page.index('class="route-list"') : page.index("</ol>")]
    lines = [
        re.sub(r"(?s)<span class=.no-print.>.*?</svg>", "", one) for one in route.split("<li>")
    ]
    ticked = [number for number, line in enumerate(lines) if "<svg" in line]
    assert len(lines) > 4
    assert ticked == [1]
    on_paper = [line.partition('class="notes-line')[2] for line in lines]
    assert [number for number, line in enumerate(on_paper) if "Not reached" in line] == [3]
    # The same of who was visited.
    assert sent(client, "/desk/today/districts", district=["SE", "NW"])[0] == 302
    visit = {"district": "SE", "visited_on": "2026-03-02", "channel": "phone", "people": "3"}
    visit |= {"id": str(UUID(int=9)), "words": "Tea at the library"}
    assert sent(client, "/desk/today/visits", **visit)[0] == 302
    page = client.get("/desk/today/").text
    boxes = {
        code: "<svg" in part.partition("mark-box")[2].partition("</p>")[0]
        for code, part in re.findall(r'(?s)id="visit-(\w+)">(.*?)</details>', page)
    }
    assert boxes == {"SE": True, "NW": False}


def test_a_long_plan_is_shown_a_week_at_a_time(sqlite_city: World) -> None:
    lay_grid(8)
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    assert sent(client, "/desk/sweeps", **PLAN | {"weeks": "2", "hours_per_day": "1"})[0] == 302
    first, second = client.get("/desk/sweeps/1").text, client.get("/desk/sweeps/1?week=2").text
    stops = stops_of(current_session(), 1)
    on = {day: f'id="day-{day}-name"' for day in {stop.day for stop in stops}}
    assert len(on) > 1
    for day, mark in on.items():
        assert (mark in first) is not (mark in second), day
    assert client.get("/desk/sweeps/1?week=99").text.count(on[1]) == 1


def test_outreach_says_where_why_how_and_when_somebody_was_there(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.ANALYST)
    assert "Nobody can tell yet" in words(client, "/desk/outreach")
    fit_rates_by_hand()
    with unit_of_work(ANONYMOUS) as work:
        for number in range(1, 41):
            file_report(work, a_report(number, channel=Channel.APP))
            file_report(work, a_report(100 + number, IN_SE, channel=Channel.PHONE))
    page = words(client, "/desk/outreach")
    # The middle of the four rates is 1.05; of a thousand residents a third is missing.
    assert "SW side At most 0.70 of the usual rate, where the middle district has 1.05." in page
    assert "at least 333 of its 1,000 residents would report. (data grade A)" in page
    # Half of the city's reports come by phone and none of these; 2 of 40 would still be too few.
    assert "by phone call 0 to 7 of 100 reports come that way" in page
    assert "50 of 100 would. never, as far as is recorded" in page
    assert page.count("People there do not clearly report less") == 3
    visit = {
        "district": "SW", "visited_on": "2026-03-01", "channel": "phone", "people": "25",
        "words": "Tea at the library, and the number on the fridge", "id": str(UUID(int=1)),
    }  # fmt: skip
    for wrong in (
        {"district": "XX"}, {"visited_on": "2026-03-09"}, {"visited_on": "2020-01-01"},
        {"channel": "sweep"}, {"people": "-1"}, {"people": "many"}, {"words": " "},
        {"people": HUGE}, {"visited_on": "2026-03-03"}, {"id": ""},
    ):  # fmt: skip
        assert sent(client, "/desk/outreach", **visit | wrong)[0] in {404, 422}
    assert "never, as far as is recorded" in words(client, "/desk/outreach")
    assert sent(client, "/desk/outreach", **visit)[0] == 302
    page = words(client, "/desk/outreach")
    assert "50 of 100 would. 1 Mar 2026" in page
    assert "SW side , 1 Mar 2026: by phone call, 25 people Tea at the library" in page
    log = words(sqlite_city.client(), "/decisions")
    assert "Somebody visited SW side on 1 Mar 2026 and spoke with 25 people" in log
    # What was done is for colleagues, as its field says.
    assert "Colleagues read this. No names." in page
    assert "Tea" not in log + words(sqlite_city.client(), "/decisions.jsonl")
    # Districts may be drawn anew: somebody was there all the same.
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, square_districts(2 * SIDE))
    session = current_session()
    names = {one.id: one.name for one in current_districts(session)}
    assert [names[district] for district in last_visits(session)] == ["SW side"]


def test_a_visit_sent_twice_is_recorded_once_and_can_be_taken_back(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.ANALYST)
    page = client.get("/desk/outreach").text
    [made] = re.findall(r'<input type="hidden" name="id" value="([^"]+)">', page)
    visit = {
        "id": made, "district": "SW", "visited_on": "2026-03-01", "channel": "phone",
        "people": "25", "words": "Tea at the library",
    }  # fmt: skip
    assert sent(client, "/desk/outreach", **visit)[0] == 302
    assert "The visit is recorded." in words(client, "/desk/outreach")
    # Back, and sent again; and typed anew where the answer never came.
    for id in (made, str(UUID(int=2))):
        assert sent(client, "/desk/outreach", **visit | {"id": id})[0] == 302
        again = words(client, "/desk/outreach")
        assert "This visit is recorded already." in again
        assert again.count("Tea at the library") == 1
    # Another visit in a form that was used comes back to be sent once more.
    status, text = sent(client, "/desk/outreach", **visit | {"words": "Tea in the park"})
    assert status == 409
    assert "This form was sent before" in text
    assert ">Tea in the park</textarea>" in text
    assert f'name="id" value="{made}"' not in text
    undo = f"/desk/outreach/{made}/undo"
    ward = sqlite_city.signed_in(Role.WARD_STAFF)
    assert "Take this visit back" not in words(ward, "/desk/outreach")
    assert sent(ward, undo)[0] == 403
    assert undo in client.get("/desk/outreach").text
    assert sent(client, undo)[0] == 302
    page = words(client, "/desk/outreach")
    assert "The visit is taken back." in page
    assert "Tea at the library" not in page
    log = words(sqlite_city.client(), "/decisions")
    assert "A visit to SW side on 1 Mar 2026 was recorded by mistake and is taken back" in log


def test_who_ends_a_day_is_told_who_else_is_on_it(sqlite_city: World) -> None:
    a_day_in_force(sqlite_city)
    ward, admin = (sqlite_city.signed_in(role) for role in (Role.WARD_STAFF, Role.ADMIN))
    assert sent(ward, "/desk/today/days", plan="1", day="1")[0] == 302
    assert "Ward_Staff took this day on 2 Mar, 13:00, and nothing" in words(admin, TODAY)
    mark = {"id": str(UUID(int=1)), "stop": 1, "kind": "walked", "seen": ""}
    assert sent(ward, TODAY, **mark)[0] == 302
    sqlite_city.clock.advance(hours=6)
    end = {"id": str(UUID(int=5)), "started_at": "2026-03-02T13:00",
           "ended_at": "2026-03-02T18:30", "metres_walked": "900"}  # fmt: skip
    status, text = sent(admin, f"{TODAY}/end", **end, seen="")
    assert status == 409
    assert "Somebody else is on this day, too." in text
    assert "last on 2 Mar, 13:00." in text
    told = "Ward_Staff entered something on this day, last on 2 Mar, 13:00."
    for page in (TODAY, DAY):
        assert told in words(admin, page)
        assert told not in words(ward, page)
    [seen] = re.findall(r'name="seen" value="([^"]+)" id="live-seen-end"', text)
    assert sent(admin, f"{TODAY}/end", **end, seen=seen, sure="1")[0] == 302
    # What was found and comes too late is there to be made a report, as it was typed.
    ask_about_benches()
    find = {"id": str(UUID(int=2)), "stop": 3, "kind": "new", "service_code": "BENCH",
            "description": "A loose slat", "address": "By the gate"}  # fmt: skip
    for late in (find, find | {"kind": "late"}):
        status, text = sent(ward, TODAY, **late)
        assert status in {409, 422}
        form = text[text.index('id="find"') :]
        for kept in (f'name="id" value="{UUID(int=2)}"', 'name="kind" value="late"',
                     'value="3" selected', 'value="BENCH" selected', ">Make it a report</button>",
                     'value="A loose slat"', 'value="By the gate"'):  # fmt: skip
            assert kept in form, kept
    for _ in range(2):
        late = find | {"kind": "late", "attribute-BENCH-LEGS": "4"}
        assert sent(ward, TODAY, **late)[0] == 302
    filed = sa.select(ServiceRequest).where(ServiceRequest.channel == "sweep")
    [report] = current_session().scalars(filed)
    assert (report.description, report.address) == ("A loose slat", "By the gate")
    page = words(ward, TODAY)
    assert f"It is report {report.number} now. The record of the day stays as it is." in page
    assert f"New bench {report.number} reported after the day was recorded" in page
    assert "Nothing was found." in page
    assert 'id="find"' not in ward.get(TODAY).text


def test_what_can_hardly_be_is_asked_about_before_it_stands_for_good(sqlite_city: World) -> None:
    a_day_in_force(sqlite_city)
    stops = [stop.place for stop in stops_of(current_session(), 1, 1)]
    ward = sqlite_city.signed_in(Role.WARD_STAFF)
    sqlite_city.clock.advance(hours=6)
    rushed = {"id": str(UUID(int=5)), "started_at": "2026-03-02T13:00",
              "ended_at": "2026-03-02T13:30", "metres_walked": "45000", "seen": ""}  # fmt: skip
    found = {"stop-0": str(stops[0]), "service-0": "BENCH", "description-0": "A loose slat"}
    mark = {"id": str(UUID(int=1)), "stop": stops[0], "kind": "walked", "seen": ""}
    assert sent(ward, TODAY, **mark)[0] == 302
    box = '<input type="checkbox" name="sure" value="1">'
    for address, form in (
        (DAY, rushed | found | {"missed": [str(one) for one in stops[1:]]}),
        (f"{TODAY}/end", rushed),
    ):
        assert box not in ward.get(address.removesuffix("/end")).text
        status, text = sent(ward, address, **form)
        assert status == 422
        for said in ("Nothing is recorded yet.", "Nobody took this day", "Nobody walks 8 km an",
                     "Nearly every stop is missed", box, "It is right all the same"):  # fmt: skip
            assert said in text, said
        assert 'value="45000"' in text
        # Another refusal keeps what was ticked, and the day is still not recorded.
        status, text = sent(ward, address, **form | {"ended_at": "2026-03-02T12:00"}, sure="1")
        assert status == 422
        assert box.replace(">", " checked>") in text
    assert current_session().scalars(sa.select(ServiceRequest)).all() == []
    # A program on the device reads which it is.
    accept = {"Accept": "application/json"}
    token = {"csrf_token": csrf(ward, "/desk/outreach")}
    answer = ward.post(f"{TODAY}/end", data=rushed | token, headers=accept)
    assert answer.json is not None
    assert (answer.status_code, answer.json["slug"]) == (422, "sweep-day-doubted")
    assert sent(ward, "/desk/today/days", plan="1", day="1")[0] == 302
    calm = {"ended_at": "2026-03-02T18:30", "metres_walked": "900"}
    enough = {"missed": [str(one) for one in stops[len(stops) // 2 :]]}
    # What nobody doubts is not asked about.
    assert sent(ward, DAY, **rushed | calm | enough)[0] == 302
    assert sent(ward, "/desk/sweeps/1/days/2", **rushed, sure="1")[0] == 302
    assert "Walked from" in words(ward, "/desk/sweeps/1/days/2")


def test_a_recorded_day_says_what_the_record_says(sqlite_city: World) -> None:
    a_day_in_force(sqlite_city)
    stops = [stop.place for stop in stops_of(current_session(), 1, 1)]
    ward = sqlite_city.signed_in(Role.WARD_STAFF)
    assert sent(ward, "/desk/today/days", plan="1", day="1")[0] == 302
    mark = {"id": str(UUID(int=1)), "stop": stops[0], "kind": "walked", "seen": ""}
    assert sent(ward, TODAY, **mark)[0] == 302
    assert f"{len(stops) - 1} left." in words(ward, TODAY)
    sqlite_city.clock.advance(hours=6)
    end = {"id": str(UUID(int=5)), "started_at": "2026-03-02T13:00", "metres_walked": "900",
           "ended_at": "2026-03-02T18:30", "seen": "", "sure": "1"}  # fmt: skip
    assert sent(ward, f"{TODAY}/end", **end)[0] == 302
    page = words(ward, TODAY)
    assert f"1 of {len(stops)} stops walked, 0 problems found. " in page
    assert f"{len(stops) - 1} stops were missed." in page
    assert " left." not in page
    assert "Nothing noted yet" not in page
    assert page.count("Not reached") == 2 * (len(stops) - 1)
    assert " left." not in words(ward, "/desk/today/")
    # Walked on paper and recorded at the desk: nothing was noted, and the record says it all.
    assert sent(ward, "/desk/sweeps/1/days/2", **end, missed="2")[0] == 302
    page = words(ward, "/desk/today/sweeps/1/2")
    all_of_them = len(stops_of(current_session(), 1, 2))
    assert f"{all_of_them - 1} of {all_of_them} stops walked, 0 problems found. " in page


def test_nothing_comes_late_to_a_plan_that_nobody_decided_on(sqlite_city: World) -> None:
    lay_grid(4)
    ward = sqlite_city.signed_in(Role.WARD_STAFF)
    assert sent(ward, "/desk/sweeps", **PLAN)[0] == 302
    find = {"id": str(UUID(int=2)), "stop": 3, "service_code": "BENCH", "description": "Loose"}
    for kind in ("late", "new"):
        status, text = sent(ward, TODAY, **find, kind=kind)
        assert status == 409
        assert "Sweep plan 1 is “Proposed”" in text
        assert "Make it a report</button>" not in text
    assert current_session().scalars(sa.select(ServiceRequest)).all() == []
    # A plan that was dropped was walked: that there is no record of the day is not hidden.
    assert sent(ward, "/desk/sweeps/1", decision="approve", reason="Dry weather")[0] == 302
    assert sent(ward, "/desk/sweeps/1", decision="drop", reason="Snow")[0] == 302
    assert sent(ward, TODAY, **find, kind="late")[0] == 302
    page = words(ward, TODAY)
    assert "It is report" in page
    assert "The record of the day" not in page


def test_a_figure_that_is_none_is_named_as_the_form_names_it(sqlite_city: World) -> None:
    a_day_in_force(sqlite_city)
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    for field, label in (("days_per_week", "Crew days a week"), ("seed", "Seed of the draw")):
        text = sent(client, "/desk/sweeps", **PLAN | {field: "some"})[1]
        assert f"The field “{label}” holds no number." in text
        assert f">{label}</label>" in text
    walk = {"started_at": "2026-03-02T08:00", "ended_at": "2026-03-02T12:00"}
    text = sent(client, DAY, **walk, metres_walked="far")[1]
    assert "The field “Metres walked” holds no number." in text
    visit = {"district": "SW", "visited_on": "2026-03-01", "channel": "phone", "people": "many"}
    text = sent(client, "/desk/outreach", **visit)[1]
    assert "The field “People spoken with” holds no number." in text
    assert ">People spoken with</label>" in text


def test_figures_that_differ_are_not_rounded_to_the_same(sqlite_city: World) -> None:
    def words(high: float, expected: float) -> str:
        reach = Reach.EVERYONE
        gap = ChannelGap("app", reach, 9, 0.3, 0.2, high, 0.5, 1, 1, expected, expected - high)
        return outreach_pages._gap_words(gap)

    def why(upper: float, unheard: float) -> str:
        area = OutreachArea("1", Grade.A, upper, 1.05, 1000, unheard, "app", (), None)
        return f"{below_middle_words(upper, 1.05)} {outreach_pages._missing_words(area)}"

    assert "20 to 31 of 100 reports come that way; with the" in words(0.3001, 0.34)
    assert "34 of 100 would" in words(0.3001, 0.34)
    assert "20 to 33.7 of" in words(0.337, 0.342)
    assert "34.2 of 100 would" in words(0.337, 0.342)
    assert words(0.3412, 0.3413).endswith("slightly more would.")
    assert "At most 1.046 of the usual rate, where the middle district has 1.050." in why(1.046, 3)
    told = ToldWeight(1, "SW", weight=1.2, upper_rate=0.861, median_rate=1.05, is_hidden=False)
    assert "At most 0.87 of the usual" in weight_pages._row(told).words
    crowded = PlanFigures(105.0, 0.0, 0.0, 0.0, True, 0, 0, 0.0, 0.0, (), (), ())
    assert sweep_words.capacity_words(crowded).startswith("105 times as much work comes in as the")
    assert (spoken_fact("low", 0.00791), spoken_fact("high", 2.191)) == ("0.0079", "2.2")
    assert "At most slightly below the middle district, which has 1.05" in why(1.04999, 0.01)
    assert "No more may be missing than one of its 1,000 residents reports" in why(1.04999, 0.01)


def test_a_broken_promise_names_who_waits_and_what_it_takes(sqlite_city: World) -> None:
    names = {number: f"D{number}" for number in range(4)}

    def words(promise: KeptPromise, days_per_week: float) -> str:
        return sweep_words._promise_words(promise, 4, days_per_week, names)

    late = ((0, None), (1, 3), (2, 3))
    broken = words(KeptPromise(0.2, late, 3, ()), 1.5)
    assert "3 districts wait longer than they should: D1, D2 (week 3); D0 (not within" in broken
    assert "It takes 3 sweep days a week to be in time everywhere; this plan has 1.5." in broken
    # More days do not bring a crew where it cannot be back from within a day.
    too_far = words(KeptPromise(0.0, ((3, None),), 1, (3,)), 1.5)
    assert too_far.endswith("too far to be back within a day: D3.")
    assert "It takes" not in too_far


def test_the_same_at_the_command_line(sqlite_city: World) -> None:
    environment = {
        "EVENWARD_DATA_DIR": str(sqlite_city.data_dir),
        "EVENWARD_SECRET_KEYS": "secret 1",
        "EVENWARD_FIELD_KEYS": FIELD_KEY,
        "EVENWARD_HASH_KEY": "hash 1",
    }

    def does(*command: str) -> Any:
        result = CliRunner().invoke(main, ["sweeps", *command, "--json"], env=environment)
        return json.loads(result.stdout) if result.exit_code == 0 else result.stderr

    asked = ("--weeks", "1", "--days-per-week", "10", "--jobs-per-week", "100", "--seed", "3")
    plan = does("plan", *asked)
    assert does("list") == [{name: plan[name] for name in does("list")[0]}]
    assert does("show", "1") == plan
    assert [len(day["stops"]) > 0 for day in plan["days"]] == [True, True]
    assert "no sweep plan 9" in does("show", HUGE)
    assert "not on Earth" in does("plan", *asked, "--depot", "500", "500")
    assert "1 to 52 weeks" in does("plan", *asked, "--weeks", HUGE)
    walk = ("--started", "2026-03-02T08:00", "--ended", "2026-03-02T12:00", "--metres", "900")
    assert "proposed" in does("record", "1", "1", *walk)
    client = sqlite_city.signed_in(Role.ADMIN)
    assert sent(client, "/desk/sweeps/1", decision="approve", reason="yes")[0] == 302
    assert "so no day of it was walked before" in does("record", "1", "1", *walk)
    # The clock of the pages stands on the day of the walk. The city has no ground map: stops are
    # points, and have their page too.
    assert sent(client, "/desk/sweeps", **PLAN)[0] == 302
    assert sent(client, "/desk/sweeps/2", decision="approve", reason="yes")[0] == 302
    assert "Stops are points in even rows" in words(client, "/desk/sweeps/2")
    assert "50.0" in words(client, "/desk/sweeps/2/days/1")
    ask_about_benches()
    finds = sqlite_city.data_dir / "finds.json"

    def records(*found: dict[str, Any]) -> Any:
        finds.write_text(json.dumps(found))
        return does("record", "2", "1", *walk, "--missed", "2", "--finds", str(finds), "--yes")

    new = {"stop": 1, "service_code": "BENCH", "description": "Old"}
    assert "no JSON list of finds" in records(new | {"stop": "1"})
    assert "no JSON list of finds" in records(new | {"answers": {"LEGS": "4"}})
    assert "needs an answer to LEGS" in records(new)
    assert "Line 2 says what was found" in records(new, {"service_code": "BENCH"})
    day = records(new | {"answers": {"LEGS": ["4"]}})
    assert [(one["stop"], one["is_reported"]) for one in day["finds"]] == [(1, False)]
    assert does("show", "2")["days"][1]["finds"] is None
    # What can hardly be is said, and recorded where somebody insists.
    assert sent(client, "/desk/sweeps", **PLAN)[0] == 302
    assert sent(client, "/desk/sweeps/3", decision="approve", reason="yes")[0] == 302
    rushed = ("record", "2", "2", "--started", "2026-03-02T08:00", "--ended", "2026-03-02T08:01")
    rushed += ("--metres", "500")
    stops = [one["stop"] for one in plan["days"][1]["stops"]]
    for stop in stops[1:]:
        rushed += ("--missed", str(stop))
    doubts = does(*rushed)
    for doubt in ("Another plan has replaced this one.", "Nobody took this day",
                  "Nobody walks 8 km an hour", "Nearly every stop is missed"):  # fmt: skip
        assert doubt in doubts
    assert does("show", "2")["days"][1]["finds"] is None
    assert does(*rushed, "--yes")["finds"] == []
    assert sent(client, "/desk/today/days", plan="3", day="1")[0] == 302
    assert does("record", "3", "1", *walk)["finds"] == []
    # Where nobody can be spared, that is the plan, here and on its page.
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(1))
    assert does("plan", *asked, "--jobs-per-week", "0.01")["days"] == []
    shown = CliRunner().invoke(main, ["sweeps", "show", "4"], env=environment).stdout
    assert "Nobody can be spared for sweeps without leaving" in shown
