"""Audits: promised beforehand, computed from the rows, stored for good, found again."""

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from acting import do, refused
from audited import WAITS, audited, bring_in, fill_quarter, gap, last_quarter, strips
from click.testing import Result
from cycles import go_to
from sqlalchemy.exc import DatabaseError
from votes import SLUG, TRUSTEES_KEY, cast, enrol, make_vote
from worlds import ANALYST, NOON, STAFF, World

from backend.audits.findings.columns import packed, read_columns, unpacked
from backend.audits.findings.parameters import Kind
from backend.audits.findings.period import (
    Period,
    quarter_after,
    quarter_before,
    quarter_of,
    year_of,
)
from backend.audits.findings.preregister import Preregister, PromisedMetric, preregister
from backend.audits.findings.replay import replay
from backend.audits.findings.run_audit import RunAudit, compute_finding, store_finding
from backend.audits.models import Finding
from backend.audits.models import Preregistration as Stored
from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Conflict, Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.reports.models import ServiceRequest
from equity.measures.preregistration import canonical_json

Command = Callable[..., Result]
INCOME = "fifths by income"
CLOSING = frozenset({Kind.CLOSING})


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
    assert replay(current_session(), finding).is_equal
    current_session().expunge(finding)
    stored, result = finding.data, json.loads(finding.result)
    finding.data = packed(unpacked(stored)[:-1] + b"\x07")
    assert not replay(current_session(), finding).is_data_intact
    finding.data = stored[:-9]
    assert not replay(current_session(), finding).is_data_intact
    finding.data = stored
    result["measures"][3]["estimate"]["value"] += 1e-12
    finding.result = canonical_json(result).decode()
    [difference] = replay(current_session(), finding).differences
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
    # No ratio is a gap at 1, nobody waits longer than is looked at, or more than all; and what no
    # published figure could show is reached by whatever comes out.
    for metric, size in (
        ("waiting-days", 1e-320), ("reopened", 0.009), ("median-wait", 1.009),
        ("median-wait", 1.0), ("median-wait", 1e20), ("waiting-days", 30.5), ("reopened", 100.5),
        ("waiting-days", float("nan")),
    ):  # fmt: skip
        slug = refused(ANALYST, preregister, promise(metric, threshold=size))
        assert slug == "threshold-impossible"
    slug = refused(ANALYST, preregister, promise("channel-reach", threshold=2.0))
    assert slug == "threshold-not-offered"
    slug = refused(ANALYST, preregister, promise("median-wait", threshold=2.0, by="districts"))
    assert slug == "threshold-without-ends"
    # Twelve strips make fifths of two or three, over which no interval is told.
    slug = refused(ANALYST, preregister, promise("turnout", threshold=5.0))
    assert slug == "threshold-never-told"
    do(ANALYST, preregister, promise("closed-without-action", threshold=0.01))
    assert refused(STAFF, preregister, promise("turnout")) == "role-not-allowed"
    second = do(ANALYST, preregister, promise("reopened", by="districts"))
    told = {(one["metric"], one["grouping"]) for one in json.loads(second.document)["metrics"]}
    assert told == {
        ("waiting-days", INCOME),
        ("closed-without-action", INCOME),
        ("reopened", "districts"),
    }
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
    assert replay(current_session(), finding).is_equal
    page = sqlite_city.client().get(f"/audits/{finding.id}").text
    assert (
        "the city calls a gap one from 4.5 on. It was reached: the whole interval lies beyond it."
        in page
    )
    # The map is of the twelve strips it was measured on, though six are in force now.
    assert "<title>Strip 12: 10 (" in page
    assert "No vote was counted in these days." in page


def test_a_counted_vote_is_audited(sqlite_city: World) -> None:
    make_vote(sqlite_city)
    enrol({n: "SW" if n < 24 else "SE" for n in range(40)} | {40: None})
    go_to(sqlite_city, Phase.VOTE)
    for voter in (*range(12), *range(24, 35), 40):
        cast(voter, citywide="C1 C3")
    go_to(sqlite_city, Phase.DELIVERY)
    do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
    counted = quarter_of(sqlite_city.clock.now().date())
    sqlite_city.clock.advance(days=100)
    finding = audited(counted)
    result = json.loads(finding.result)
    assert result["vote"]["slug"] == SLUG
    lines = [line for line in result["measures"] if line["metric"] == "turnout"]
    told = {line["about"]: (line["sentence"]["key"], line["estimate"]["value"]) for line in lines}
    # One voter of no district would follow from the sum; the north has no part of the budget.
    assert told == {
        "SW side": ("turnout.counted", 50.0),
        "SE side": ("hidden", None),
        "NW side": ("not-on-roll", None),
        "NE side": ("not-on-roll", None),
    }
    assert replay(current_session(), finding).is_equal
    sqlite_city.clock.advance(days=365)
    year = compute_finding(
        current_session(), current_runtime().clock.now(), RunAudit(year_of(2026, date(2027, 6, 1)))
    )
    assert json.loads(year.result)["measures"][-len(lines) :] == lines


def test_where_nothing_happened_nothing_is_found(sqlite_city: World) -> None:
    bring_in()
    with pytest.raises(Conflict, match="nothing-to-audit"):
        compute_finding(current_session(), NOON, RunAudit(year_of(2019, NOON.date())))


def test_what_an_earlier_version_found_stands_and_is_not_called_changed(
    sqlite_city: World, command: Command
) -> None:
    now = compute_finding(current_session(), NOON, RunAudit(bring_in(), CLOSING))
    earlier = {**json.loads(now.parameters), "told": []}
    found = replace(now, parameters=canonical_json(earlier).decode(), code_version="0.0.9+0")
    with unit_of_work(OPERATOR) as work:
        store_finding(work, found)
    page = sqlite_city.client().get("/audits/1").text
    assert "made by an earlier version of the program and cannot be computed again" in page
    assert "audit replay" not in page
    assert page.count("<tr") > 12
    again = command(sqlite_city, "audit", "replay", 1)
    assert again.exit_code == 1
    assert again.stdout == (
        "Finding 1 was made by an earlier version of the program and cannot be computed again with "
        "this one; 0 differences from the decision log.\n"
    )


def test_gaps_are_read_on_the_other_boundaries_too(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, replace(strips(6), figures={}))
    result = json.loads(audited(bring_in(), Kind.CLOSING).result)
    assert [one["name"] for one in result["boundaries"]] == ["12 strips", "6 strips"]
    both = {(one["metric"], one["grouping"]): one for one in result["two_geographies"]}
    refusals = both["closed-without-action", INCOME]
    assert refusals["agreement"] == "agree"
    assert refusals["one"]["value"] == refusals["other"]["value"] == pytest.approx(40.0)


@pytest.mark.parametrize("now", [12, 6])
def test_census_figures_outlive_new_lines_whichever_version_has_them(
    sqlite_city: World, now: int
) -> None:
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips(18 - now, margin=600.0))
        import_boundaries(work, replace(strips(now), figures={}))
        fill_quarter(work, last_quarter())
    finding = audited(last_quarter(), Kind.CLOSING)
    result, data = json.loads(finding.result), read_columns(unpacked(finding.data))
    for name in ("population", "median_income", "share_65_plus"):
        facts = [one["census"][name] for one in data.facts["geographies"]]
        assert [one["carried_from"] for one in facts] == [f"{18 - now} strips", None]
        assert {(one["source"], one["vintage"]) for one in facts} == {("Census bureau", "2021")}
    # Nobody is lost on the way, and two halves of a strip have its income and its margin.
    people = [data.columns[f"area.{number}.population"] for number in (0, 1)]
    assert people[0].sum() == pytest.approx(people[1].sum()) == 1000 * (18 - now)
    if now == 12:
        income = data.columns["area.1.median_income"]
        assert data.columns["area.0.median_income"] == pytest.approx(np.repeat(income, 2))
        assert data.columns["area.0.median_income.margin"] == pytest.approx(np.full(12, 600.0))
    assert result["groupings"][0]["unsure_residents"] is not None
    assert gap(result, "closed-without-action", result["groupings"][0]["name"])
    page = sqlite_city.client().get(f"/audits/{finding.id}").text
    assert f"carried over by shared ground from the boundaries {18 - now} strips" in page


def test_what_is_audited_first_hides_nothing_of_what_comes_later(sqlite_city: World) -> None:
    quarter = bring_in()
    year = year_of(quarter.starts_on.year, NOON.date())
    alone = compute_finding(current_session(), NOON, RunAudit(quarter, CLOSING)).result
    result = json.loads(audited(year, Kind.CLOSING).result)
    assert result["counts"]["problems"] == 360
    assert gap(result, "closed-without-action", INCOME)["estimate"]["value"] == pytest.approx(40)
    assert audited(quarter, Kind.CLOSING).result == alone
    hidden = [line for line in json.loads(alone)["measures"] if "hidden" in line["sentence"]["key"]]
    assert hidden == []


def test_a_problem_the_city_saw_first_is_a_case_of_neither_quarter_nor_year(
    sqlite_city: World,
) -> None:
    quarter = bring_in()
    year = year_of(quarter.starts_on.year, NOON.date())
    earlier = quarter.moments("UTC")[0] - timedelta(days=9)
    with unit_of_work(OPERATOR) as work:
        seen = sa.select(ServiceRequest).where(ServiceRequest.incident_id == 1).limit(1)
        row = {
            name: getattr(work.session.scalars(seen).one(), name)
            for name in ServiceRequest.__table__.columns.keys()  # noqa: SIM118 - a collection
        }
        own = {"id": work.runtime.ids.uuid(), "number": "OWN00001", "channel": "crew"}
        moments = {"requested_at": earlier, "received_at": earlier, "fingerprint": "0" * 64}
        work.session.execute(sa.insert(ServiceRequest).values(row | own | moments))
    for period in (quarter, year):
        found = compute_finding(current_session(), NOON, RunAudit(period, CLOSING)).result
        assert json.loads(found)["counts"]["problems"] == 359


def test_only_whole_quarters_that_are_over_are_audited(sqlite_city: World) -> None:
    bring_in()
    quarter = last_quarter()
    day, before = timedelta(days=1), quarter_before(quarter.starts_on)
    for slug, starts_on, ends_on in (
        ("period-not-whole", quarter.starts_on, quarter.starts_on),
        ("period-not-whole", quarter.starts_on, quarter.ends_on - day),
        ("period-not-whole", before.starts_on, quarter.ends_on),
        ("period-not-over", date(2026, 1, 1), date(2026, 3, 31)),
        ("period-not-over", coming().starts_on, coming().ends_on),
        ("period-impossible", quarter.ends_on, quarter.starts_on),
        ("year-unknown", date(9999, 10, 1), date(9999, 12, 31)),
        ("year-unknown", date(1, 1, 1), date(1, 3, 31)),
    ):
        with pytest.raises(Invalid, match=slug):
            compute_finding(current_session(), NOON, RunAudit(Period(starts_on, ends_on)))
    assert year_of(2026, date(2026, 7, 1)) == Period(date(2026, 1, 1), date(2026, 6, 30))
    assert year_of(2026, NOON.date()) == Period(date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.slow
def test_the_operator_runs_lists_and_replays(sqlite_city: World, command: Command) -> None:
    period = bring_in()
    days = ("--from", period.starts_on, "--until", period.ends_on)
    ran = command(sqlite_city, "audit", "run", *days, "--kind", "closing")
    assert ran.exit_code == 0, ran.output
    words = "- closed-without-action: Of every 100 closed problems, 40 more were closed"
    assert words in ran.stdout
    assert "finding 1" in command(sqlite_city, "audit", "list").stdout
    shown = command(sqlite_city, "audit", "show", 1, "--json").stdout
    assert json.loads(shown)["counts"]["problems"] == 360
    again = command(sqlite_city, "audit", "replay", 1)
    assert (again.exit_code, again.stdout) == (0, "Finding 1: equal to the digit.\n")
    huge = "9" * 20
    for refused_command in (
        ("replay", 7),
        ("show", huge),
        ("replay", huge),
        ("run", "--preregistration", huge),
        ("run", "--from", "9999-10-01", "--until", "9999-12-31"),
        ("preregister", "9999-12-31", "--metric", "turnout", "--by", INCOME),
        ("preregister", "2026-07-01", "--metric", "waiting-days=1e999", "--by", INCOME),
        ("yearly", 2025, "--out", "/nowhere/audit.html"),
    ):
        answer = command(sqlite_city, "audit", *refused_command)
        assert (answer.exit_code, answer.exception.__class__) == (1, SystemExit), answer.output
        assert "Traceback" not in answer.output
    assert "finding 2" not in command(sqlite_city, "audit", "list").stdout
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips(1))
    alone = command(sqlite_city, "audit", "run", *days, "--kind", "closing", "--kind", "reporting")
    assert "- closed-without-action: In Strip 01," in alone.stdout
    assert "There is only one district, Strip 01, so there is nothing to compare" in alone.stdout


def test_figures_of_another_version_stand_and_its_replay_says_so(
    sqlite_city: World, command: Command
) -> None:
    now = compute_finding(current_session(), NOON, RunAudit(bring_in(), CLOSING))
    result = json.loads(now.result)
    share = next(one for one in result["measures"] if one["estimate"]["value"] is not None)
    # An earlier version drew these intervals, and did not say what is counted beside a figure.
    share["estimate"] |= {"low": 0.0, "high": 0.0}
    for line in result["measures"]:
        del line["rests_on"]
    with unit_of_work(OPERATOR) as work:
        earlier = replace(now, result=canonical_json(result).decode(), code_version="0.0.9+0")
        store_finding(work, earlier)
    again = command(sqlite_city, "audit", "replay", 1)
    assert again.exit_code == 1
    assert "Computed by 0.0.9+0; the code here is" in again.stdout
    assert "estimate/high: 0.0 stored" in again.stdout
    assert "rests_on" not in again.stdout
    client = sqlite_city.client()
    page = client.get("/audits/1").text
    assert "made by another version of the program" in page
    assert "the same figures again, to the digit" not in page
    rows = list(csv.DictReader(io.StringIO(client.get("/audits/1.csv").text)))
    assert {row["rests_on_unit"] for row in rows} == {"problems"}
    assert next(row["high_90"] for row in rows if row["about"] == share["about"]) == "0.0"


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
        work.session.add(Finding(**fields | {"parameters": "{}"}))
    again = command(sqlite_city, "audit", "replay", 2)
    assert again.exit_code == 1
    assert "/counts/problems: 361 stored, 360 now" in again.stdout
    assert f'result_sha256: "{sha256(touched["result"])}" stored, null in the' in again.stdout
    unread = command(sqlite_city, "audit", "replay", 3)
    assert unread.exit_code == 1
    assert "parameters of this finding cannot be read" in unread.stderr


def test_another_finding_in_its_place_is_noticed_by_the_log(sqlite_city: World) -> None:
    finding, kinds = audited(bring_in(), Kind.RESPONSE), frozenset({Kind.RESPONSE})
    other = compute_finding(current_session(), NOON, RunAudit(last_quarter(), kinds, seed=2))
    current_session().expunge(finding)
    for name in ("parameters", "data", "data_sha256", "result"):
        setattr(finding, name, getattr(other, name))
    finding.result_sha256 = sha256(other.result)
    again = replay(current_session(), finding)
    assert again.differences == ()
    assert not again.is_equal
    assert {one.where for one in again.unlike_log} == {"parameters_sha256", "result_sha256"}
    finding.starts_on -= timedelta(days=1)
    assert "starts_on" in {one.where for one in replay(current_session(), finding).unlike_log}


def forge(**changes: object) -> None:
    """As whoever has the database itself can."""
    for row in current_session().scalars(sa.select(Stored)):
        current_session().expunge(row)
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.text("DROP TRIGGER IF EXISTS preregistration_no_update"))
        work.session.execute(sa.update(Stored).values(**changes))


def test_a_promise_that_is_not_the_one_in_the_log_is_not_believed(sqlite_city: World) -> None:
    sqlite_city.clock.advance(days=-170)
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
    signed = do(ANALYST, preregister, promise("closed-without-action", threshold=4.5))
    stood = {name: getattr(signed, name) for name in ("document", "sha256", "signed_at")}
    days = {name: getattr(signed, name) for name in ("starts_on", "ends_on")}
    sqlite_city.clock.advance(days=170)
    period = bring_in()
    finding = audited(period, Kind.CLOSING)
    easier = signed.document.replace("4.5", "0.3")
    later = quarter_before(period.starts_on)
    for changes in (
        {"document": easier},
        {"document": easier, "sha256": sha256(easier)},
        {"signed_at": NOON},
        {"starts_on": later.starts_on, "ends_on": later.ends_on},
    ):
        forge(**changes)
        with pytest.raises(Conflict, match="preregistration-unlike-log"):
            compute_finding(current_session(), NOON, RunAudit(period, CLOSING))
        assert not replay(current_session(), finding).is_equal
        for address in ("/audits/1", "/audits/preregistrations/1"):
            assert (
                "the log of decisions says something else" in sqlite_city.client().get(address).text
            )
        forge(**stood, **days)
    # Nothing was promised for the days it was moved to.
    forge(starts_on=later.starts_on, ends_on=later.ends_on)
    with pytest.raises(Conflict, match="preregistration-unlike-log"):
        compute_finding(current_session(), NOON, RunAudit(later, CLOSING))
    forge(**stood, **days)
    assert replay(current_session(), finding).is_equal
    assert "says something else" not in sqlite_city.client().get("/audits/1").text


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


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
