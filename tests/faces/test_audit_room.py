"""The audit room: profiles, maps and comparisons say no more than findings and intervals do."""

import csv
import io
import json
import re
from datetime import date, timedelta
from statistics import median
from typing import Any

import pyarrow.parquet as pq
import pytest
import shapely
import sqlalchemy as sa
from audited import DISTRICTS, audited, bring_in, strips
from worlds import NOON, World, csrf

from backend.audits.few_people import told_rates
from backend.audits.findings.parameters import METRICS_OF, Kind
from backend.audits.findings.period import quarter_of
from backend.audits.models import AreaRate, Finding, RateRun
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.reports.models import ServiceRequest
from backend.triage.models import DistrictWeight
from backend.web.audit.definition_words import DEFINED
from backend.web.audit.district_figures import figures_by_district, newest_finding
from equity.measures.preregistration import canonical_json
from equity.rates.reporting_rate import Grade

FEW = "S03"
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


def fitted() -> RateRun:
    """A fit in which every district has a clear rate, of everything and of potholes."""
    with unit_of_work(OPERATOR) as work:
        districts = list(
            work.session.scalars(sa.select(District).where(District.code.startswith("S0")))
        )
        run = RateRun(
            id=work.runtime.ids.uuid(),
            fitted_at=NOON,
            boundary_set_id=districts[0].boundary_set_id,
            data_from=NOON - timedelta(days=300),
            data_until=NOON,
            data_sha256="0" * 64,
            parameters={
                "blackout_days": 1.0,
                "limit_days": 100.0,
                "services": {"Roads": ["POTHOLE"]},
                "hidden": {"": [FEW], "Roads": [FEW]},
            },
        )
        work.session.add(run)
        work.session.flush()
        work.session.add_all(
            AreaRate(
                rate_run_id=run.id, district_id=one.id, service_code=service, relative_rate=rate,
                low=0.9 * rate, high=1.05 * rate, grade="A", reports=9, incidents=30,
                duplicates=90, exposure_days=9.0,
            )
            for number, one in enumerate(districts)
            for service, rate in (("", 0.5 + number / 10), ("POTHOLE", 1.7171))
        )  # fmt: skip
        return run


def stands(waits: list[float], ends_on: date = date(2025, 12, 31), spread: float = 1.0) -> int:
    """A stored finding of the quarter of that day by which the strips wait so many days."""
    period, file = quarter_of(ends_on), strips()
    measures = [
        {
            "metric": "waiting-days",
            "grouping": "districts",
            "about": name,
            "unit": "days",
            "is_gap": False,
            "rows": 30,
            "estimate": {"value": wait, "low": wait - spread, "high": wait + 2 * spread},
            "sentence": {"key": "waiting-days", "facts": {"group": name}},
        }
        for name, wait in zip(file.boundaries.names, waits, strict=True)
    ]
    result = {
        "boundaries": [{"sha256": file.source_sha256}],
        "districts": dict(zip(file.boundaries.ids, file.boundaries.names, strict=True)),
        "measures": measures,
        "currency": "EUR",
        "vote": None,
    }
    with unit_of_work(OPERATOR) as work:
        if work.session.scalar(sa.select(District.id).where(District.code == FEW)) is None:
            import_boundaries(work, file)
        found = Finding(
            starts_on=period.starts_on, ends_on=period.ends_on, made_at=NOON, made_by="operator",
            preregistration_id=None, parameters="{}", code_version="1", data=b"",
            data_sha256="0" * 64, result_sha256="0" * 64, result=canonical_json(result).decode(),
        )  # fmt: skip
        work.session.add(found)
        work.session.flush()
        return found.id


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
    assert weights[FEW]["upper_rate"] == ""


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
