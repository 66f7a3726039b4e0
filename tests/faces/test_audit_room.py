"""The audit room: profiles, maps and comparisons say no more than findings and intervals do."""

import csv
import io
import json
import re
from datetime import date
from statistics import median
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
import sqlalchemy as sa
from audited import DISTRICTS, FEW, audited, bring_in, fitted, stands, strips
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import World, csrf

from backend.audits.few_people import told_rates
from backend.audits.findings.parameters import METRICS_OF, Kind
from backend.audits.models import Finding
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.reports.models import Incident, ServiceRequest
from backend.triage.keep_queue import refresh_queue
from backend.triage.models import DistrictWeight, WeightSet
from backend.triage.queries import version_in_force
from backend.web.audit.definition_words import DEFINED
from backend.web.audit.district_figures import figures_by_district, newest_finding
from equity.rates.reporting_rate import Grade

WEIGHTS_CSV = "/audit/weights/1.csv"
MAP_CSV = "/audit/maps.csv?figure=waiting-days"


def table(world: World, address: str, role: Role = Role.WARD_STAFF) -> list[dict[str, str]]:
    answer = world.signed_in(role).get(address)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def one_person_in(code: str) -> None:
    """Everything told of a district is told by one and the same person."""
    with unit_of_work(OPERATOR) as work:
        there = sa.select(District.id).where(District.code == code).scalar_subquery()
        work.session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.district_id == there)
            .values(reporter_hash="0" * 64)
        )


@pytest.mark.slow
def test_a_profile_shows_nothing_that_a_finding_hides(sqlite_city: World) -> None:
    period = bring_in(margin=900.0)
    one_person_in(FEW)
    finding, _run = audited(period, Kind.CLOSING, Kind.PARTICIPATION), fitted()
    told = {
        (line["metric"], line["about"]): line
        for line in json.loads(finding.result)["measures"]
        if line["grouping"] == "districts"
    }
    hidden = {key for key, line in told.items() if line["sentence"]["key"] == "hidden"}
    assert ("closed-without-action", "Strip 04") in hidden
    rows = table(sqlite_city, f"/audit/districts/{FEW}.csv")
    assert {row["part"] for row in rows} == {"census", "rates", "closing", "participation"}
    for row in rows:
        metric, about = row["figure"], row["district_name"]
        if metric == "channel-reach":
            about = f"{about} by {row['about']}"
        if row["part"] == "rates":
            assert (row["why_none"], row["value"], row["grade"]) == ("hidden", "", "")
        elif row["part"] != "census":
            is_hidden = (metric, about) in hidden
            assert (row["why_none"] == "hidden") == is_hidden
            assert row["rests_on"] == ("" if is_hidden else str(told[metric, about]["rows"]))
            assert not (is_hidden and row["value"])
    analyst = sqlite_city.signed_in(Role.ANALYST)
    page = words(analyst.get(f"/audit/districts/{FEW}").text)
    assert "1.67" not in page
    # By all kinds and by roads in the chart, and both again in the table.
    assert page.count("Hidden: too few people") >= 8
    assert "1.55" not in words(analyst.get("/audit/maps").text.split("Strip 04")[1][:400])
    near = words(analyst.get("/audit/districts/S05").text)
    assert "1.54 to 1.81, likely 1.67" in near
    assert "People here report more readily than is usual: Roads" in near
    assert "± 900" in near
    assert "Census: Census bureau, 2021" in near
    assert f"python -m backend audit replay {finding.id}" in near
    take_away(sqlite_city, finding)


def take_away(world: World, finding: Finding) -> None:
    """As one page that loads nothing, and by district with the boundaries."""
    client = world.client()
    file = client.get(f"/audits/{finding.id}.html").text
    assert "1 Oct 2025 to 31 Dec 2025" in file
    assert not re.search(r'(src|href)="(?!#)', file)
    found = pq.read_table(io.BytesIO(client.get(f"/data/audits/{finding.id}.parquet").data))
    rows: list[dict[str, Any]] = found.to_pylist()
    assert len(rows) == DISTRICTS
    lines = {
        line["about"]: line["estimate"]
        for line in json.loads(finding.result)["measures"]
        if (line["metric"], line["grouping"]) == ("closed-without-action", "districts")
    }
    for row in rows:
        assert row["closed_without_action_low_90"] == lines[row["district_name"]]["low"]
        assert shapely.from_wkb(row["geometry"]).area > 0
    assert json.loads(found.schema.metadata[b"about"])["data_sha256"] == finding.data_sha256
    assert client.get("/data/audits/99.parquet").status_code == 404


def test_no_weight_and_no_list_tells_a_rate_that_is_hidden(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    run, analyst = fitted(), sqlite_city.signed_in(Role.ANALYST)
    shown = {row["district_id"]: row for row in table(sqlite_city, "/audit/rates.csv")
             if not row["service_code"] and row["relative_rate"]}  # fmt: skip
    assert shown
    assert FEW not in shown
    form = {"csrf_token": csrf(analyst, "/audit/weights"), "strength": "2"}
    assert analyst.post("/audit/weights", data=form).status_code == 302
    names = {one.name: one.code for one in current_session().scalars(sa.select(District))}
    weights = {
        names[row["district_name"]]: row for row in table(sqlite_city, "/audit/weights/1.csv")
    }
    assert (weights[FEW]["weight"], weights[FEW]["upper_rate"]) == ("1.0", "")
    # Were the hidden rate among them, the middle of all would tell something of it.
    middle = median(float(row["relative_rate"]) for row in shown.values())
    assert all(float(row["median_rate"]) == pytest.approx(middle) for row in weights.values())
    for code, row in shown.items():
        assert float(weights[code]["upper_rate"]) == pytest.approx(float(row["high_90"]))
    assert "Few people stand behind its rate" in analyst.get("/audit/weights").text
    of = {str(one.id): one.code for one in current_session().scalars(sa.select(District))}
    told = {of[rate.area]: rate for rate in told_rates(current_session(), run)}
    assert (told[FEW].grade, told[FEW].relative_rate, told[FEW].high) == (Grade.C, None, None)
    assert {code for code, rate in told.items() if rate.relative_rate} == set(shown)
    # A set of before rests on it all the same; at least its file says no more.
    kept = sa.update(DistrictWeight).values(upper_rate=0.7171)
    with unit_of_work(OPERATOR) as work:
        work.session.execute(kept)
    weights = {
        names[row["district_name"]]: row for row in table(sqlite_city, "/audit/weights/1.csv")
    }
    assert (weights[FEW]["weight"], weights[FEW]["upper_rate"]) == ("", "")


@pytest.mark.slow
def test_a_rate_that_is_hidden_after_a_set_was_proposed_cannot_be_worked_out_of_it(
    sqlite_city: World,
) -> None:
    period, poorest, name = bring_in(), "S00", "Strip 01"
    sqlite_city.clock.advance(days=-50)  # while problems are closed, so that there is a pace
    fitted()
    with unit_of_work(OPERATOR) as work:
        reopened = sa.update(Incident).where(Incident.id <= 60).values(closed_at=None)
        work.session.execute(reopened.values(state="received"))
        refresh_queue(work.session)
    analyst = sqlite_city.signed_in(Role.ANALYST)
    form = {"csrf_token": csrf(analyst, "/audit/weights"), "strength": "0.5"}
    assert analyst.post("/audit/weights", data=form).status_code == 302

    def shown() -> tuple[list[str], dict[str, str], str]:
        rows = table(sqlite_city, WEIGHTS_CSV)
        row = next(row for row in rows if row["district_name"] == name)
        return [row["weight"] for row in rows], row, words(analyst.get("/audit/weights").text)

    _weights, before, page = shown()
    upper = float(before["median_rate"]) / float(before["weight"]) ** (1 / 0.5)
    assert upper == pytest.approx(float(before["upper_rate"]))
    weight = f"{float(before['weight']):.2f}"
    assert page.count(f"{name} {weight} ") == 2
    # It is alone in its fifth by age, and one of two by income.
    assert f"The youngest fifth {weight} 30 " in page
    one_person_in(poorest)
    audited(period, Kind.REPORTING)
    weights, after, page = shown()
    assert (after["weight"], after["upper_rate"]) == ("", "")
    assert (after["reports"], after["mean_hours"]) == ("30", before["mean_hours"])
    # Nor does its place among the others say what it weighs.
    assert weights == sorted(weights, key=lambda one: -float(one or 0))
    assert page.count(f"{name} hidden ") == 2
    assert "The youngest fifth hidden 30 " in page
    assert "The poorest fifth hidden 60 " in page
    assert weight not in page


def test_a_set_that_was_decided_says_how(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    fitted()
    analyst = sqlite_city.signed_in(Role.ANALYST)
    form = {"csrf_token": csrf(analyst, "/audit/weights"), "strength": "2"}
    analyst.post("/audit/weights", data=form)
    act = f"/audit/weights/{current_session().scalars(sa.select(WeightSet.id)).one()}"
    form |= {"decision": "retire", "reason": "Too strong"}
    assert analyst.post(act, data=form).status_code == 302
    again = analyst.post(act, data=form)
    assert (again.status_code, "Weight set 1 is “Retired”." in again.text) == (409, True)


def test_of_two_who_decide_at_once_the_second_is_told(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    fitted()
    analyst, admin = (sqlite_city.signed_in(one) for one in (Role.ANALYST, Role.ADMIN))
    for client, strength in ((analyst, "1"), (admin, "2")):
        form = {"csrf_token": csrf(client, "/audit/weights"), "strength": strength}
        client.post("/audit/weights", data=form)
    ids = [*current_session().scalars(sa.select(WeightSet.id).order_by(WeightSet.version))]

    def decides(client: FlaskClient, number: int, page: str, decision: str) -> TestResponse:
        [seen] = {*re.findall(r'name="in_force" value="(\d*)"', page)}
        form = {"decision": decision, "reason": "Ünlike", "in_force": seen}
        form["csrf_token"] = csrf(client, "/audit/weights")
        return client.post(f"/audit/weights/{ids[number - 1]}", data=form)

    pages = [one.get("/audit/weights").text for one in (analyst, admin)]
    assert decides(admin, 1, pages[1], "approve").status_code == 302
    late = decides(analyst, 2, pages[0], "approve")
    said = "Another set is in force than your page showed. In force now: version 1."
    assert (late.status_code, said in late.text) == (409, True)
    assert ">Ünlike</textarea>" in late.text
    db.session.remove()
    assert version_in_force(current_session()) == 1
    # Whoever saw it decides, also with the page that told them; what is retired is that set's own.
    assert decides(analyst, 2, late.text, "approve").status_code == 302
    again = decides(admin, 1, pages[1], "go-back")
    assert (again.status_code, "In force now: version 2." in again.text) == (409, True)
    assert decides(admin, 2, pages[1], "retire").status_code == 302
    gone = decides(admin, 1, late.text, "go-back")
    assert (gone.status_code, "now: none, every weight is 1." in gone.text) == (409, True)


def test_a_profile_sets_apart_only_what_intervals_do(sqlite_city: World) -> None:
    stands(6 * [9.0] + 6 * [4.0])
    analyst = sqlite_city.signed_in(Role.ANALYST)
    edge = words(analyst.get("/audit/districts/S05").text)
    assert "Problems wait longer here than in Strip 07" in edge
    assert "less here than" not in edge
    assert "8 to 11, likely 9" in edge
    alike = words(analyst.get("/audit/districts/S02").text)
    assert "Nothing here is clearly different" in alike
    assert "Whether problems wait longer here than next door cannot be told" in alike
    stands(12 * [19.0], date(2025, 9, 30))
    after = words(analyst.get("/audit/districts/S02").text)
    assert "From the first of these quarters to the last it clearly fell" in after
    gone = analyst.get("/audit/districts/nowhere")
    assert (gone.status_code, "district-not-found" in gone.text) == (404, True)


def test_districts_of_two_classes_are_apart_on_every_map(sqlite_city: World) -> None:
    waits = [9.0, 9.5, 8.0, 6.5, 4.0, 4.2, 9.0, 9.5, 8.0, 6.5, 4.0, 4.2]
    id_ = stands(waits)
    client = sqlite_city.signed_in(Role.WARD_STAFF)
    page = client.get("/audit/maps?figure=waiting-days").text
    rows = {row["district_name"]: row for row in table(sqlite_city, MAP_CSV)}
    shown = re.findall(r'class="district( step-\d)?"[^>]*><title>([^:]+): ', page)
    assert len(shown) == DISTRICTS
    of_class = {step: [rows[name] for one, name in shown if one == step] for step, _name in shown}
    assert len(of_class.pop("")) == 2
    slow, quick = sorted(of_class.values(), key=lambda group: -float(group[0]["value"]))
    assert len(slow) + len(quick) == DISTRICTS - 2
    assert min(float(row["low_90"]) for row in slow) > max(float(row["high_90"]) for row in quick)
    assert all(row["source"] == f"finding {id_}" for row in rows.values())
    assert "Reports are not problems." in page
    assert "There is a figure for 12 of 12 districts." in words(page)
    assert client.get("/audit/maps?figure=spending-per-head").status_code == 422


def test_a_change_between_periods_has_its_own_interval(sqlite_city: World) -> None:
    then, first = stands(12 * [4.0]), stands(12 * [12.0], date(2025, 9, 30), spread=0.5)
    address = f"?figure=waiting-days&first={first}&then={then}"
    row = table(sqlite_city, f"/audit/compare.csv{address}")[0]
    found = [float(row[name]) for name in ("low_90", "value", "high_90")]
    # Down: 1 of the later and 1 of the earlier; up: 2 and a half.
    assert found == pytest.approx([-8 - 2**0.5, -8, -8 + (2**2 + 0.5**2) ** 0.5])
    client = sqlite_city.signed_in(Role.ANALYST)
    page = words(client.get(f"/audit/compare{address}").text)
    assert "Clearly less than before in 12 of 12 districts" in page
    # Whichever way round they are asked for, before is before.
    turned = f"?figure=waiting-days&first={then}&then={first}"
    assert table(sqlite_city, f"/audit/compare.csv{turned}")[0] == row
    for wrong in (f"first=99&then={then}", f"first={first}&then=x", f"first={first}"):
        refused = client.get(f"/audit/compare?figure=waiting-days&{wrong}")
        assert (refused.status_code, "cannot be compared here" in refused.text) == (422, True)
    same = client.get(f"/audit/compare?figure=waiting-days&first={first}&then={first}")
    assert (same.status_code, "The two periods share days" in same.text) == (422, True)


def test_an_older_quarter_that_is_audited_late_does_not_speak_for_today(
    sqlite_city: World,
) -> None:
    newest = stands(12 * [4.0])
    stands(12 * [12.0], date(2025, 9, 30))
    session = current_session()
    figures = figures_by_district(session, "waiting-days")
    told = newest_finding(session)
    assert figures is not None
    assert told is not None
    assert (figures.finding_id, told[0]) == (newest, newest)


def test_every_figure_leads_to_its_definition(sqlite_city: World) -> None:
    page = sqlite_city.client().get("/audits/definitions").text
    for name in {one for metrics in METRICS_OF.values() for one in metrics} | set(DEFINED):
        assert f'id="{name}"' in page
    for address in set(re.findall(r'href="(/how/[^"]+)"', page)):
        assert sqlite_city.client().get(address).status_code == 200
    assert page.count('href="/how/') >= len(DEFINED)


def test_pages_say_so_where_there_is_nothing_yet(sqlite_city: World) -> None:
    client = sqlite_city.signed_in(Role.ANALYST)
    for address, said in {
        "/audit/maps": "Nothing to draw yet",
        "/audit/compare": "Nothing to compare yet",
        "/audit/sensitivity": "No rates yet",
        "/audits/promises": "No promise yet",
        "/audit/districts/SW": "Nothing can be told yet",
    }.items():
        answer = client.get(address)
        assert answer.status_code == 200
        assert said in answer.text
    assert current_session().scalar(sa.select(sa.func.count(Finding.id))) == 0


def test_ward_staff_read_and_analysts_ask(sqlite_city: World) -> None:
    fitted_form = {"blackout": "2", "limit": "100", "model": "poisson"}
    ward = sqlite_city.signed_in(Role.WARD_STAFF)
    for address, form in (
        ("/audit/sensitivity", fitted_form),
        ("/audits/run", {"period": "2025-10-01/2025-12-31"}),
    ):
        answer = ward.post(address, data=form | {"csrf_token": csrf(ward)})
        assert answer.status_code == 403
