"""From the city's own rows to stored reporting rates: the same numbers as from the columns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import combinations
from operator import eq
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import Result
from numpy.typing import NDArray
from worlds import NOON, World, a_report

from backend.audits.fit_rates import JOB, fit_rates
from backend.audits.models import RateRun
from backend.audits.queries import fitted_rate, latest_run, rates_of
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Conflict
from backend.core.job_runner import run_job
from backend.core.jobs import Job, stuck_jobs
from backend.core.uow import UnitOfWork, unit_of_work
from backend.places.describe_city import describe_city
from backend.places.models import BoundarySet, District
from backend.places.queries import census_of
from backend.reports.column_map import ColumnMap
from backend.reports.duplicates.models import Exposure
from backend.reports.file_report import file_report
from backend.reports.import_requests import import_requests
from backend.reports.models import Incident, Inspection, Service, ServiceRequest
from backend.reports.request_file import RequestFile, RequestRow
from backend.wiring import JOBS
from equity.errors import EquityError
from equity.rates.events import (
    ObservationRule,
    Observations,
    Requests,
    observe,
    reports_by_area,
    requests_from_columns,
)
from equity.rates.fitted_parameters import FittedParameters
from equity.rates.reporting_rate import AreaRate as FittedRate
from equity.rates.reporting_rate import Turnout, reporting_rates
from equity.rates.silence import fewest_expected
from equity.simulation.simulate import Category, City, EventLog, Scenario, simulate

BEGAN = datetime(2025, 3, 1, tzinfo=UTC)
CODES = ("NE", "NW", "SE", "SW")
MIDDLES = {"NE": (10.015, 50.015), "NW": (10.005, 50.015), "SE": (10.015, 50.005)} | {
    "SW": (10.005, 50.005)
}
SERVICES = (Category("POTHOLE", 60.0, 0.2), Category("BENCH", 50.0, 0.1))


@cache
def a_year() -> EventLog:
    """A year of four districts, one of them much quieter, times in whole seconds."""
    town = City(
        CODES, np.full(4, 1000.0), np.array([0.1, 0.2, 0.15, 0.4]), np.zeros(4), np.zeros(4)
    )
    scenario = Scenario(
        rate_effects=(-0.5, 0.0, 0.0), inspection_days=20.0, life_days=150.0, overlooked=0.1
    )
    log, _ = simulate(town, SERVICES, scenario, seed=8)
    seconds = {
        name: np.round(getattr(log, name) * 86400) / 86400
        for name in ("at", "inspected_at", "closed_at")
    }
    return replace(log, **seconds)


@cache
def a_year_without_repeats() -> EventLog:
    """The same year with nothing to fit in it."""
    log = a_year()
    _, first = np.unique(log.incident, return_index=True)
    columns = ("incident", "area", "category", "at", "channel", "reporter")
    return replace(log, **{name: getattr(log, name)[np.sort(first)] for name in columns})


def moment(days: float) -> datetime:
    return BEGAN + timedelta(seconds=round(days * 86400))


def bring_in(work: UnitOfWork, log: EventLog) -> None:
    """The log as an imported file, and the inspections it knows of."""
    first: dict[int, str] = {}
    rows = []
    for n, (incident, area, category, at) in enumerate(
        zip(log.incident.tolist(), log.area, log.category, log.at, strict=True)
    ):
        parent = first.setdefault(incident, str(n))
        service = SERVICES[category].name
        lon, lat = MIDDLES[log.areas[area]]
        closed = log.closed_at[incident]
        rows.append(
            RequestRow(
                line=n, external_id=str(n), requested_at=moment(at),
                closed_at=None if np.isnan(closed) else moment(closed),
                service_code=service, service_name=service, description=service, lon=lon, lat=lat,
                address=None, channel=Channel.APP, parent_id=None if parent == str(n) else parent,
            )
        )  # fmt: skip
    import_requests(work, RequestFile("year.csv", tuple(rows)), ColumnMap())
    found = dict(
        work.session.execute(
            sa.select(ServiceRequest.external_id, ServiceRequest.incident_id)
        ).all()
    )
    work.session.add_all(
        Inspection(incident_id=found[first[incident]], inspected_at=moment(at),
                   outcome=("found", "gone", "not_found")[outcome], actor="staff")
        for incident, (at, outcome) in enumerate(zip(log.inspected_at, log.outcome, strict=True))
        if not np.isnan(at)
    )  # fmt: skip
    key = work.runtime.settings.hash_key
    # Reporters are hashes in the rows; the file has none, so each stands for one of the log's.
    work.session.execute(
        sa.update(ServiceRequest),
        [
            {"id": row.request_id(key, "open311-bulk"), "reporter_hash": str(reporter)}
            for row, reporter in zip(rows, log.reporter.tolist(), strict=True)
        ],
    )


def as_stored(log: EventLog, codes: dict[int, str]) -> Requests:
    """The log as columns whose areas are the row ids of the districts, as text."""
    ids = {code: str(row_id) for row_id, code in codes.items()}
    columns = log.requests(np.datetime64(BEGAN.replace(tzinfo=None), "us"))
    return requests_from_columns(
        incident=columns.incident.tolist(),
        request=columns.request.tolist(),
        at=columns.at,
        area=[ids[log.areas[area]] for area in log.area],
        category=[log.categories[kind] for kind in log.category],
        until=columns.until.T,
        reporter=columns.reporter.tolist(),
        outcome=columns.outcome,
    )


@dataclass(frozen=True)
class Direct:
    """What the estimator itself makes of the year."""

    requests: Requests
    seen: Observations
    recent: NDArray[np.intp]
    together: tuple[FittedRate, ...]
    later: tuple[FittedRate, ...]
    potholes: tuple[FittedRate, ...]


RESIDENTS = np.full(4, 1000.0)


@cache
def fitted_directly(codes: tuple[tuple[int, str], ...]) -> Direct:
    """With the districts' row ids and codes."""
    requests = as_stored(a_year(), dict(codes))
    corners = [dict(codes)[int(area)] for area in requests.areas]
    neighbours = [
        pair
        for pair in combinations(range(4), 2)
        if any(map(eq, corners[pair[0]], corners[pair[1]]))
    ]
    end = np.datetime64((BEGAN + timedelta(days=365)).replace(tzinfo=None), "us")
    recent = reports_by_area(requests, end, 90.0)
    seen, later = (
        observe(requests, ObservationRule(blackout_days=days, end_at=end)) for days in (1.0, 2.0)
    )
    fit = partial(reporting_rates, model="bym2", neighbours=np.array(neighbours))
    together = fit(seen, turnout=Turnout(recent, RESIDENTS))
    holes = seen.only(seen.category == seen.categories.index("POTHOLE"))
    others = (fit(one, near=together.model).areas for one in (later, holes))
    return Direct(requests, seen, recent, together.areas, *others)


@pytest.mark.slow
def test_stored_rates_are_those_of_the_estimator(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        bring_in(work, a_year())
    city.clock.advance(days=(BEGAN + timedelta(days=365) - NOON).total_seconds() / 86400)
    with unit_of_work(OPERATOR) as work:
        run = fit_rates(work)
        stored = rates_of(work.session, run)
        codes = dict(work.session.execute(sa.select(District.id, District.code)).all())

    direct = fitted_directly(tuple(codes.items()))
    assert len(stored) == 4
    for row, expected, other in zip(stored, direct.together, direct.later, strict=True):
        assert (str(row.district_id), row.grade) == (expected.area, expected.grade.value)
        assert numbers(fitted_rate(row)) == pytest.approx(numbers(expected), rel=1e-6)
        assert (row.later_rate, row.later_low, row.later_high) == pytest.approx(
            (other.relative_rate, other.low, other.high), rel=1e-6
        )
        assert row.low < row.relative_rate < row.high
        here = direct.requests.areas.index(expected.area)
        assert row.reports == (direct.requests.area == here).sum()
    assert [row.recent_reports for row in stored] == direct.recent.tolist()
    least = fewest_expected(direct.recent, RESIDENTS)
    assert [row.least_expected for row in stored] == least.tolist()
    quiet = next(row for row in stored if codes[row.district_id] == "SW")
    assert sorted(row.grade for row in stored) == ["A", "A", "A", quiet.grade] == [*"AAAS"]
    assert quiet.high < min(row.relative_rate for row in stored if row is not quiet)

    potholes = rates_of(current_session(), run, "POTHOLE")
    for row, expected in zip(potholes, direct.potholes, strict=True):
        assert numbers(fitted_rate(row)) == pytest.approx(numbers(expected), rel=1e-6)
    assert run.parameters["services"] == {"BENCH": ["BENCH"], "POTHOLE": ["POTHOLE"]}
    assert (run.data_from, run.data_until) == (moment(a_year().at.min()), city.clock.now())

    fitted = FittedParameters.from_json(run.fitted)
    assert sorted(fitted.areas) == sorted(CODES)
    assert fitted.end_at == f"{direct.seen.end_at}Z"
    with pytest.raises(EquityError, match="parameters-of-another-city"):
        fitted.expected_duplicates(direct.seen, "another.example")
    with unit_of_work(OPERATOR) as work:
        assert latest_run(work.session) is not None
        describe_city(work, jurisdiction_id="another.example")
        assert latest_run(work.session) is None


def numbers(rate: Any) -> tuple[float, ...]:
    figures = (rate.duplicates, rate.effective_duplicates, rate.incidents, rate.exposure_days)
    return (*figures, rate.relative_rate, rate.low, rate.high)


def test_the_rates_are_fitted_again_after_an_import(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        bring_in(work, a_year_without_repeats())
    waiting = stuck_jobs(current_session(), city.clock.now())
    job_of = {current_session().get_one(Job, one).kind: one for one in waiting}
    assert latest_run(current_session()) is None
    assert run_job(job_of[JOB], JOBS)
    run = latest_run(current_session())
    assert run is not None
    assert len(rates_of(current_session(), run)) == 4
    city.clock.advance(days=1)
    with unit_of_work(OPERATOR) as work:
        job_id = work.enqueue(JOB)
    assert run_job(job_id, JOBS)
    newest = latest_run(current_session())
    assert newest is not None
    assert newest.id != run.id
    assert newest.data_sha256 == run.data_sha256


def test_a_city_without_anything_to_compare_is_told_so(
    city: World, command: Callable[..., Result]
) -> None:
    def job_is_done() -> bool:
        with unit_of_work(OPERATOR) as work:
            job_id = work.enqueue(JOB)
        return run_job(job_id, JOBS)

    def refused() -> str:
        with pytest.raises(Conflict) as refusal, unit_of_work(OPERATOR) as work:
            fit_rates(work)
        return refusal.value.slug

    assert refused() == "no-reports"
    assert job_is_done()
    answer = command(city, "equity", "refresh")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "no reports yet" in answer.stderr
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(BoundarySet).values(is_current=False))
    assert refused() == "no-boundaries"
    assert job_is_done()
    answer = command(city, "equity", "refresh")
    assert "no districts yet" in answer.stderr
    assert current_session().scalars(sa.select(RateRun)).all() == []


def test_too_little_data_says_that_nobody_can_tell(city: World) -> None:
    """A first report of this minute, then a quiet month, then one repeat: no figure, no crash."""
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    for days in (0, 30, 5):
        city.clock.advance(days=days)
        if days == 5:
            with unit_of_work(ANONYMOUS) as work:
                file_report(work, a_report(2, repeat_of=number))
        with unit_of_work(OPERATOR) as work:
            run = fit_rates(work)
            rates = rates_of(work.session, run)
        assert len(rates) == 4
        assert {one.relative_rate for one in rates} == {None}
        assert {one.grade for one in rates} <= {"C", "S"}


def test_districts_without_residents_are_no_crash(sqlite_city: World) -> None:
    """A park or a harbour is a district too, with a population of 0, or of unknown size."""
    with unit_of_work(OPERATOR) as work:
        bring_in(work, a_year_without_repeats())
        work.session.execute(sa.text("UPDATE census_figure SET value = 0"))
        run = fit_rates(work)
        assert {one.grade for one in rates_of(work.session, run)} == {"C"}
        work.session.execute(sa.text("DELETE FROM census_figure WHERE district_id = 1"))
        assert len(census_of(work.session, 1)) == 3
        run = fit_rates(work)
        assert {one.least_expected for one in rates_of(work.session, run)} == {None}


@pytest.mark.slow
def test_what_staff_found_and_who_left_is_no_report(sqlite_city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        bring_in(work, a_year())
        work.session.execute(sa.update(Service).values(group_name="Streets"))
        plain = [fitted_rate(one) for one in rates_of(work.session, fit_rates(work))]
        work.session.add_all(somebody_left_each_problem_of(work, "SW"))
        everything = fit_rates(work)
        assert everything.parameters["already_shown"] == {"joined": 0, "anew": 0, "left": 90}
        assert "SW side" in everything.parameters["otherwise_if_leavers_reported"]
        assert [fitted_rate(one) for one in rates_of(work.session, everything)] == plain
        assert everything.parameters["services"] == {}
        assert sum(one.duplicates for one in rates_of(work.session, everything)) > 0
        work.session.execute(
            sa.update(ServiceRequest)
            .where(ServiceRequest.id.not_in(first_requests()))
            .values(channel=Channel.CREW.value)
        )
        without = fit_rates(work)
        assert sum(one.duplicates for one in rates_of(work.session, without)) == 0
        assert without.fitted is None


def somebody_left_each_problem_of(work: UnitOfWork, code: str) -> list[Exposure]:
    """Two days after its first report each time, when the app had shown it."""
    here = sa.select(Incident).join(District).where(District.code == code)
    return [
        Exposure(
            at=incident.opened_at + timedelta(days=2),
            incident_id=incident.id,
            service_code=incident.service_code,
            channel=Channel.APP.value,
            reporter_hash=f"left {incident.id}",
        )
        for incident in work.session.scalars(here)
    ]


def first_requests() -> Any:
    """The requests whose number is their incident's."""
    return (
        sa.select(ServiceRequest.id)
        .join(Incident, Incident.number == ServiceRequest.number)
        .scalar_subquery()
    )
