"""Audits: promised beforehand, computed from the rows, stored for good, found again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from audited import WAITS, audited, bring_in, gap, last_quarter, strips
from click.testing import Result
from sqlalchemy.exc import DatabaseError
from worlds import ANALYST, NOON, STAFF, World

from backend.audits.findings.columns import packed, unpacked
from backend.audits.findings.parameters import Kind
from backend.audits.findings.period import Period, quarter_after
from backend.audits.findings.preregister import Preregister, PromisedMetric, preregister
from backend.audits.findings.replay import replay
from backend.audits.findings.run_audit import RunAudit, compute_finding
from backend.audits.models import Finding
from backend.audits.models import Preregistration as Stored
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.reports.models import ServiceRequest
from equity.measures.preregistration import canonical_json

Command = Callable[..., Result]
INCOME = "fifths by income"


def test_figures_are_those_of_the_rows(sqlite_city: World) -> None:
    finding = audited(bring_in(margin=900.0), Kind.RESPONSE, Kind.CLOSING, Kind.PARTICIPATION)
    result = json.loads(finding.result)
    assert result["counts"]["problems"] == 360
    assert result["counts"]["reports"] == 480
    waited = gap(result, "waiting-days", INCOME)
    assert waited["estimate"]["value"] == pytest.approx(WAITS[0] - WAITS[1], abs=1e-9)
    ends = [income["districts"][0] + income["districts"][-1] for income in result["groupings"][:1]]
    assert [waited["rows"]] == [30 * districts for districts in ends]
    assert waited["sentence"]["key"] == "waiting-days.more"
    refused_share = [
        line["estimate"]["value"]
        for line in result["measures"]
        if line["metric"] == "closed-without-action" and line["grouping"] == "districts"
    ]
    assert refused_share == pytest.approx([50.0] * 6 + [10.0] * 6)
    assert (result["untold"], result["never_happened"]) == ({}, ["reopened"])
    [income, age] = result["groupings"]
    assert sum(income["districts"]) == 12
    assert income["unsure_residents"] > 0
    assert age["unsure_residents"] is None


def test_a_finding_comes_out_again_to_the_digit_and_what_was_touched_is_told(
    sqlite_city: World,
) -> None:
    finding = audited(bring_in(), Kind.CLOSING)
    assert replay(finding).is_equal
    current_session().expunge(finding)
    stored, result = finding.data, json.loads(finding.result)
    finding.data = packed(unpacked(stored)[:-1] + b"\x07")
    assert not replay(finding).is_data_intact
    finding.data = stored[:-9]
    assert not replay(finding).is_data_intact
    finding.data = stored
    result["measures"][3]["estimate"]["value"] += 1e-12
    finding.result = canonical_json(result).decode()
    [difference] = replay(finding).differences
    assert difference.where == "/measures/3/estimate/value"


def test_nobody_is_in_the_stored_data(city: World) -> None:
    finding = audited(bring_in(), Kind.PARTICIPATION)
    data = unpacked(finding.data) + finding.result.encode() + finding.parameters.encode()
    for request in current_session().scalars(sa.select(ServiceRequest).limit(50)):
        assert request.reporter_hash is not None
        for secret in (request.reporter_hash, request.description, str(request.id)):
            assert secret.encode() not in data


def test_what_is_signed_or_found_stays(city: World) -> None:
    bring_in()
    audited(last_quarter(), Kind.CLOSING)
    do(ANALYST, preregister, promise("turnout"))
    for table in (Finding, Stored):
        for statement in (sa.update(table).values(ends_on=date(2030, 1, 1)), sa.delete(table)):
            with pytest.raises(DatabaseError), unit_of_work(OPERATOR) as work:
                work.session.execute(statement)
    actions = current_session().scalars(
        sa.select(Decision.action)
        .where(Decision.action.startswith("audit."))
        .order_by(Decision.sequence)
    )
    assert list(actions) == ["audit.found", "audit.preregistered"]


def coming() -> Period:
    return quarter_after(current_runtime().clock.now().date())


def promise(*metrics: str, threshold: float | None = None, by: str = INCOME) -> Preregister:
    promised = tuple(PromisedMetric(metric, threshold) for metric in metrics)
    return Preregister(coming().starts_on, promised, (by,))


def test_a_plan_is_signed_before_its_quarter_and_only_grows(sqlite_city: World) -> None:
    bring_in()
    first = do(ANALYST, preregister, promise("waiting-days", threshold=3.0))
    assert first.sha256 in current_session().scalars(sa.select(Decision.facts)).all()[-1]
    assert refused(ANALYST, preregister, promise("waiting-days", threshold=9.0)) == (
        "preregistered-metric-changed"
    )
    assert refused(ANALYST, preregister, promise("waiting-days", threshold=3.0)) == "nothing-added"
    assert refused(ANALYST, preregister, promise("moonlight")) == "metric-unknown"
    assert refused(ANALYST, preregister, promise("turnout", by="moons")) == "grouping-not-offered"
    slug = refused(ANALYST, preregister, promise("median-wait", threshold=1.0))
    assert slug == "threshold-impossible"
    slug = refused(ANALYST, preregister, promise("channel-reach", threshold=2.0))
    assert slug == "threshold-not-offered"
    assert refused(STAFF, preregister, promise("turnout")) == "role-not-allowed"
    second = do(ANALYST, preregister, promise("reopened", by="districts"))
    told = {(one["metric"], one["grouping"]) for one in json.loads(second.document)["metrics"]}
    assert told == {("waiting-days", INCOME), ("reopened", "districts")}
    begun = replace(promise("turnout"), day=NOON.date())
    assert refused(ANALYST, preregister, begun) == "quarter-begun"


def test_an_audit_keeps_every_promise_of_its_quarter(sqlite_city: World) -> None:
    sqlite_city.clock.advance(days=-170)
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    do(ANALYST, preregister, promise("closed-without-action", threshold=4.5))
    do(ANALYST, preregister, promise("turnout", by="districts"))
    sqlite_city.clock.advance(days=170)
    period = bring_in()
    # Nobody asks for it, and the boundaries have changed since.
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips(6))
    finding = audited(period, Kind.PARTICIPATION)
    result = json.loads(finding.result)
    assert finding.preregistration_id == 2
    assert result["boundaries"][0]["name"] == "12 strips"
    assert result["untold"]["turnout"]["slug"] == "no-vote-counted"
    assert gap(result, "closed-without-action", INCOME)["is_preregistered"]
    assert result["thresholds"] == [
        {
            "metric": "closed-without-action",
            "grouping": INCOME,
            "threshold": 4.5,
            "verdict": "reached",
        }
    ]
    assert replay(finding).is_equal
    page = sqlite_city.client().get(f"/audits/{finding.id}").text
    assert "the city calls a gap one from 4.5 on. It was reached, beyond doubt." in page
    assert "No vote was counted in these days." in page


def test_gaps_are_read_on_the_other_boundaries_too(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, replace(strips(6), figures={}))
    result = json.loads(audited(bring_in(), Kind.CLOSING).result)
    assert [one["name"] for one in result["boundaries"]] == ["12 strips", "6 strips"]
    both = {(one["metric"], one["grouping"]): one for one in result["two_geographies"]}
    refusals = both["closed-without-action", INCOME]
    assert refusals["agreement"] == "agree"
    assert refusals["one"]["value"] == refusals["other"]["value"] == pytest.approx(40.0)


def test_nothing_follows_from_taking_one_finding_from_another(sqlite_city: World) -> None:
    quarter = bring_in()
    # All but the last days, in which each district had fewer than ten problems.
    audited(Period(quarter.starts_on, quarter.ends_on - timedelta(days=30)), Kind.CLOSING)
    result = json.loads(audited(quarter, Kind.CLOSING).result)
    lines = [line for line in result["measures"] if line["metric"] == "closed-without-action"]
    hidden = {line["about"] for line in lines if line["sentence"]["key"] == "hidden"}
    assert hidden == {f"Strip {n:02d}" for n in range(1, 13)}
    assert gap(result, "closed-without-action", INCOME)["estimate"]["value"] == pytest.approx(40)


def test_no_audit_of_days_to_come(sqlite_city: World) -> None:
    with pytest.raises(Invalid, match="period-not-begun"):
        compute_finding(current_session(), NOON, RunAudit(coming()))
    with pytest.raises(Invalid, match="period-impossible"):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_the_operator_runs_lists_and_replays(sqlite_city: World, command: Command) -> None:
    period = bring_in()
    days = ("--from", period.starts_on, "--until", period.ends_on)
    ran = command(sqlite_city, "audit", "run", *days, "--kind", "closing")
    assert ran.exit_code == 0, ran.output
    words = "40 more were closed without anything being done in the poorest fifth"
    assert words in ran.stdout
    assert "finding 1" in command(sqlite_city, "audit", "list").stdout
    shown = command(sqlite_city, "audit", "show", 1, "--json").stdout
    assert json.loads(shown)["counts"]["problems"] == 360
    again = command(sqlite_city, "audit", "replay", 1)
    assert (again.exit_code, again.stdout) == (0, "Finding 1: equal to the digit.\n")
    assert command(sqlite_city, "audit", "replay", 7).exit_code == 1


def test_a_replay_that_differs_says_where_and_fails(sqlite_city: World, command: Command) -> None:
    finding = audited(bring_in(), Kind.CLOSING)
    fields: dict[str, Any] = {
        column.name: getattr(finding, column.name)
        for column in Finding.__table__.columns
        if column.name != "id"
    }
    touched = fields | {"result": finding.result.replace('"problems":360', '"problems":361')}
    with unit_of_work(OPERATOR) as work:
        work.session.add(Finding(**touched | {"made_at": work.now + timedelta(days=1)}))
    again = command(sqlite_city, "audit", "replay", 2)
    assert again.exit_code == 1
    assert "/counts/problems: 361 stored, 360 now" in again.stdout


@pytest.mark.shared
@pytest.mark.slow
def test_san_francisco_is_audited(sqlite_city: World, shared: Path, command: Command) -> None:
    geo, examples = shared / "data" / "geo", Path(__file__).parents[2] / "docs/guide/examples"
    for arguments in (
        ("city", "import", "--boundaries", geo / "sf_tracts.geojson", "--id", "geoid", "--name",
         "nhood", "--census", geo / "sf_tracts_census_profile.csv", "--join", "C.Tract",
         "--column", "population=Population", "--column", "median_income=Income"),
        ("reports", "import", geo / "sf_311_sample_2008_2016.csv", "--map",
         examples / "san-francisco-311.toml"),
        ("audit", "run", "--from", "2015-01-01", "--until", "2015-12-31", "--kind", "closing"),
        ("audit", "replay", 1),
    ):  # fmt: skip
        ran = command(sqlite_city, *arguments)
        assert ran.exit_code == 0, ran.output
    assert "equal to the digit" in ran.stdout
