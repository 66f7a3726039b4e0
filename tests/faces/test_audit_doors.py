"""No figure that few people stand behind leaves the audit room or the open page, by any door."""

import csv
import io
import json
import re
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from audited import DISTRICTS, audited, bring_in, fill_quarter, last_quarter, strips
from table_attack import exactly_recoverable
from worlds import World

from backend.audits.district_lines import by_district, is_hidden
from backend.audits.findings.parameters import Kind
from backend.audits.fit_rates import fit_rates
from backend.audits.hide_cells import COUNTS, CellTable
from backend.audits.models import AreaRate, Finding, RateRun
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.reports.models import Incident, ServiceRequest
from equity.measures.linked_tables import relations
from equity.rates.reporting_rate import Grade

FEW, ALONE = "S03", "S07"
FIGURES = ("relative_rate", "low_90", "high_90", "effective_duplicates", "exposure_days", *COUNTS)


def told_by_few() -> None:
    """Of one district four problems only, and of another every bench by one and the same person."""
    with unit_of_work(OPERATOR) as work:
        of = dict(work.session.execute(sa.select(District.code, District.id)).all())
        kept = sa.select(Incident.id).where(Incident.district_id == of[FEW])
        kept = kept.order_by(Incident.id).limit(4)
        work.session.execute(
            sa.delete(ServiceRequest).where(
                ServiceRequest.district_id == of[FEW], ServiceRequest.incident_id.not_in(kept)
            )
        )
        work.session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.district_id == of[ALONE], ServiceRequest.service_code == "BENCH")
            .values(reporter_hash="0" * 64)
        )


def small_in_truth(services: dict[str, list[str]]) -> set[tuple[str, str]]:
    """District and group of every cell under the limit, counted from the rows of the reports."""
    rows = current_session().execute(
        sa.select(
            District.code,
            ServiceRequest.service_code,
            ServiceRequest.incident_id,
            ServiceRequest.reporter_hash,
        ).join(District, District.id == ServiceRequest.district_id)
    )
    groups = {"": None, **services}
    behind: dict[tuple[str, str], tuple[set[int], set[str]]] = {
        (f"S{n:02}", group): (set(), set()) for n in range(DISTRICTS) for group in groups
    }
    for code, service, incident, reporter in rows:
        for group, members in groups.items():
            if members is None or service in members:
                behind[code, group][0].add(incident)
                behind[code, group][1].add(reporter)
    return {
        cell for cell, (problems, people) in behind.items() if len(problems) < 10 or len(people) < 5
    }


def read(world: World, address: str, role: Role | None = Role.ANALYST) -> str:
    client = world.client() if role is None else world.signed_in(role)
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.text)
    return answer.text


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.slow
def test_no_figure_of_few_people_leaves_by_any_door(sqlite_city: World) -> None:
    period = last_quarter()
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
        fill_quarter(work, period, each=120)
    told_by_few()
    with unit_of_work(OPERATOR) as work:
        run = fit_rates(work)
    services = run.parameters["services"]
    assert services
    small = small_in_truth(services)
    assert {(FEW, ""), (ALONE, "BENCH")} <= small
    rows = table(read(sqlite_city, "/audit/rates.csv"))
    group_of = {one: group for group, members in services.items() for one in members} | {"": ""}
    hidden = {
        (row["district_id"], group_of[row["service_code"]])
        for row in rows
        if row["why_none"] == "hidden"
    }
    assert small < hidden
    for row in rows:
        if (row["district_id"], group_of[row["service_code"]]) in hidden:
            assert [row[name] for name in FIGURES] == [""] * len(FIGURES)
    nothing_follows(rows, group_of, hidden)
    the_pages_hide_it(sqlite_city, run, hidden)
    finding = audited(period, Kind.RESPONSE, Kind.CLOSING, Kind.PARTICIPATION)
    the_finding_hides_it(sqlite_city, finding)


def nothing_follows(
    rows: list[dict[str, str]], group_of: dict[str, str], hidden: set[tuple[str, str]]
) -> None:
    """Not one count can be worked out from those of the file and the sums the page says."""
    areas = tuple(dict.fromkeys(row["district_id"] for row in rows))
    groups = list(dict.fromkeys(group_of.values()))
    groups.remove("")
    system = CellTable.of(areas, len(groups), has_rest=False)
    names = {"all": "", **{str(place): group for place, group in enumerate(groups)}}
    is_hidden = np.array(
        [key in system.withheld or (key[0], names[key[1]]) in hidden for key in system.keys]
    )
    found = exactly_recoverable(relations(system.keys, system.dimensions), is_hidden)
    assert [key for key, is_found in zip(system.keys, found, strict=True) if is_found] == []


def the_pages_hide_it(world: World, run: RateRun, hidden: set[tuple[str, str]]) -> None:
    secret = {code for code, group in hidden if not group}
    assert not secret & json.loads(read(world, "/audit/rates.json"))["areas"].keys()
    for group in ("", *run.parameters["services"]):
        page = read(world, f"/audit?services={group}")
        lines = re.findall(r'<tr role="row">\s*<th role="rowheader".*?</tr>', page, re.DOTALL)
        assert len(lines) == DISTRICTS
        for line in lines:
            [code] = re.findall(r"/audit/districts/(S\d\d)", line)
            is_shown = re.findall(r'data-label="Reports">([^<]*)<', line) != ["–"]
            assert is_shown != ((code, group) in hidden)
        assert "Where fewer than 10 problems or 5 people stand behind a figure" in page
    for row in table(read(world, "/audit/maps.csv")):
        if (row["district_code"], row["kind"]) in hidden:
            assert (row["value"], row["grade"]) == ("", "")
    for code in (FEW, ALONE):
        for row in table(read(world, f"/audit/districts/{code}.csv?part=rates")):
            if (code, row["about"]) in hidden:
                assert (row["why_none"], row["value"], row["grade"]) == ("hidden", "", "")


def the_finding_hides_it(world: World, finding: Finding) -> None:
    """In its file for maps, on the page of how districts are served, and in its table."""
    lines = by_district(finding, json.loads(finding.result)).lines
    secret = {key for key, line in lines.items() if is_hidden(line)}
    assert {code for _metric, code in secret} >= {FEW}
    body = world.client().get(f"/data/audits/{finding.id}.parquet").data
    file = pq.read_table(io.BytesIO(body))
    assert "few people" in json.loads(file.schema.metadata[b"about"])["hidden"]
    rows: list[dict[str, Any]] = file.to_pylist()
    for row in rows:
        for metric, code in secret:
            if code == row["district_code"]:
                ends = [row[metric.replace("-", "_") + end] for end in ("", "_low_90", "_high_90")]
                assert ends == [None, None, None]
    names = {row["district_code"]: row["district_name"] for row in rows}
    for row in table(read(world, f"/audits/{finding.id}.csv", None)):
        if row["grouping"] == "districts" and (row["metric"], row["about"]) in {
            (metric, names[code]) for metric, code in secret
        }:
            assert (row["value"], row["rests_on"]) == ("", "")
    served = read(world, "/served", None).split(f'scope="row">{names[FEW]}</th>')[1]
    told = re.findall(r'<span class="small">([^<]*)</span>', served.split("</tr>")[0])
    assert told
    assert not re.search(r"\d", "".join(told))


@pytest.mark.slow
def test_a_silent_district_of_few_people_is_named_without_its_counts(sqlite_city: World) -> None:
    bring_in()
    with unit_of_work(OPERATOR) as work:
        run = fit_rates(work)
        run.parameters = run.parameters | {"hidden": {"": [FEW]}}
        there = sa.select(District.id).where(District.code == FEW).scalar_subquery()
        work.session.execute(
            sa.update(AreaRate)
            .where(AreaRate.district_id == there, AreaRate.service_code == "")
            .values(grade=Grade.S.value, recent_reports=2, least_expected=9)
        )
    [row] = [
        one
        for one in table(read(sqlite_city, "/audit/rates.csv"))
        if (one["district_id"], one["service_code"]) == (FEW, "")
    ]
    assert (row["grade"], row["why_none"], row["reports_90_days"]) == ("S", "hidden", "")
