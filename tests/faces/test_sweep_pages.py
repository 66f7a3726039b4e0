"""Sweeps and outreach at the desk and at the command line, from the plan to what it tells."""

import json
import re
from html import unescape
from typing import Any

import shapely
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient
from sweeping import lay_grid
from worlds import FIELD_KEY, IN_NW, IN_SE, IN_SW, NOON, World, a_report, csrf

from backend.__main__ import main
from backend.audits.models import AreaRate, RateRun
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.models import District
from backend.reports.file_report import file_report
from backend.triage.sweeps.queries import stops_of

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
RATES = {"SW": (0.5, 0.4, 0.7), "SE": (1.0, 0.9, 1.1), "NW": (1.1, 0.9, 1.2), "NE": (1.2, 1, 1.3)}


def words(client: FlaskClient, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200, address
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def sent(client: FlaskClient, address: str, **form: Any) -> tuple[int, str]:
    answer = client.post(address, data=form | {"csrf_token": csrf(client, "/desk/outreach")})
    return answer.status_code, answer.text


def fit_rates_by_hand() -> None:
    with unit_of_work(OPERATOR) as work:
        run = RateRun(
            id=work.runtime.ids.uuid(), fitted_at=NOON, boundary_set_id=1, data_from=NOON,
            data_until=NOON, data_sha256="0" * 64, parameters={},
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
    assert "weeks" in text
    assert sent(client, "/desk/sweeps", **PLAN)[0] == 302
    proposed = words(client, "/desk/sweeps/1")
    assert "every district is visited, none later than a week after the last time" in proposed
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
    assert sent(client, DAY, **walk | finds)[0] == 302
    found = words(client, DAY)
    assert "Walked from 2 Mar 2026, 13:00 to 2 Mar 2026, 18:30 , 0.9 km" in found
    assert f"{known} {place} Pothole yes, from residents" in found
    assert "New bench no, found on the sweep" in found
    assert sent(client, DAY, **walk)[0] == 409
    level = words(client, "/desk/sweeps")
    # One of two: Wilson's interval at 90 %.
    assert "Between 12 and 88 of 100 problems had been reported, likely 50." in level
    assert "joined to fifths of the residents by “Aged 65 or more”" in level
    # On the second day nothing was found, and that is said.
    assert sent(client, "/desk/sweeps/1/days/2", **walk)[0] == 302
    assert "Nothing was found" in words(client, "/desk/sweeps/1/days/2")
    log = words(sqlite_city.client(), "/decisions")
    assert "day 1 was walked, 900 metres; 2 problems were found, 1 of them known" in log
    assert "came into force: Dry weather" in log


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
        "words": "Tea at the library, and the number on the fridge",
    }  # fmt: skip
    for wrong in (
        {"district": "XX"}, {"visited_on": "2026-03-09"}, {"visited_on": "2020-01-01"},
        {"channel": "sweep"}, {"people": "-1"}, {"people": "many"}, {"words": " "},
    ):  # fmt: skip
        assert sent(client, "/desk/outreach", **visit | wrong)[0] in {404, 422}
    assert "never, as far as is recorded" in words(client, "/desk/outreach")
    assert sent(client, "/desk/outreach", **visit)[0] == 302
    page = words(client, "/desk/outreach")
    assert "50 of 100 would. 1 Mar 2026" in page
    assert "SW side , 1 Mar 2026: by phone call, 25 people Tea at the library" in page
    log = words(sqlite_city.client(), "/decisions")
    assert "Somebody visited district SW on 2026-03-01 and spoke with 25 people" in log


def test_the_same_at_the_command_line(sqlite_city: World) -> None:
    lay_grid(4)
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
    assert "no sweep plan 9" in does("show", "9")
    walk = ("--started", "2026-03-01T08:00", "--ended", "2026-03-01T14:00", "--metres", "900")
    assert "proposed" in does("record", "1", "1", *walk)
    client = sqlite_city.signed_in(Role.ANALYST)
    assert sent(client, "/desk/sweeps/1", decision="approve", reason="yes")[0] == 302
    finds = sqlite_city.data_dir / "finds.json"
    finds.write_text('[{"stop": "1"}]')
    assert "no JSON list of finds" in does("record", "1", "1", *walk, "--finds", str(finds))
    new = {"stop": 1, "service_code": "POTHOLE", "description": "Deep"}
    finds.write_text(json.dumps([new]))
    day = does("record", "1", "1", *walk, "--missed", "2", "--finds", str(finds))
    assert [(one["stop"], one["is_reported"]) for one in day["finds"]] == [(1, False)]
    assert does("show", "1")["days"][1]["finds"] is None
