"""The date one may expect: what the last year says of a service in a district, or in the city."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from worlds import STAFF, World

from backend.core.actors import SYSTEM
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.uow import unit_of_work
from backend.places.models import District
from backend.reports.expected_closing import JOB, nearest_expected
from backend.reports.models import ExpectedTime, Incident, ServiceRequest
from backend.reports.public_report import public_report
from backend.wiring import JOBS

HOUR = timedelta(hours=1)


def open_incidents(
    city: World,
    count: int,
    code: str,
    *,
    hours: float | None,
    age: timedelta = 90 * 24 * HOUR,
    service: str = "POTHOLE",
    state: str | None = None,
) -> None:
    """Incidents opened `age` ago in a district, closed after about `hours`, or not at all."""
    now: datetime = city.clock.now()
    with unit_of_work(STAFF) as work:
        district = work.session.scalar(sa.select(District.id).where(District.code == code))
        for n in range(count):
            closed_at = None if hours is None else now - age + (hours + n - count // 2) * HOUR
            row: dict[str, Any] = {
                "number": work.runtime.ids.public_number(),
                "service_code": service,
                "state": state or ("received" if hours is None else "resolved"),
                "lon": 10.0,
                "lat": 50.0,
                "district_id": district,
                "is_outside": False,
                "opened_at": now - age,
                "changed_at": now,
                "closed_at": closed_at,
            }
            incident = Incident(**row)
            work.session.add(incident)
            work.session.flush()
            same = ("number", "service_code", "lon", "lat", "district_id", "is_outside")
            work.session.add(
                ServiceRequest(
                    id=work.runtime.ids.uuid(),
                    incident_id=incident.id,
                    description="A hole",
                    channel="app",
                    requested_at=now - age,
                    received_at=now - age,
                    fingerprint="0" * 64,
                    **{name: row[name] for name in same},
                )
            )


def compute(city: World) -> None:
    with unit_of_work(SYSTEM) as work:
        job_id = work.enqueue(JOB)
    assert run_job(job_id, JOBS)
    assert current_session().get_one(Job, job_id).state == "done"


def expected_hours(code: str | None, service: str = "POTHOLE") -> tuple[float, ...] | None:
    session = current_session()
    session.rollback()
    district = session.scalar(sa.select(District.id).where(District.code == code))
    nearest = nearest_expected(sa.literal(service), sa.literal(district, sa.Integer))
    found = session.scalar(sa.select(ExpectedTime).where(ExpectedTime.id == nearest))
    if found is None:
        return None
    parts = (found.median_hours, found.low_hours, found.high_hours)
    return tuple(part for part in parts if part is not None)


def test_a_district_s_own_year_goes_before_the_city_s(city: World) -> None:
    open_incidents(city, 21, "SW", hours=100)
    open_incidents(city, 61, "NE", hours=300)
    open_incidents(city, 5, "NW", hours=900)
    compute(city)
    here, anywhere = expected_hours("SW"), expected_hours(None)
    assert here is not None
    assert anywhere is not None
    assert here[0] == 100
    assert here[1] < 100 < here[2]
    assert 270 <= anywhere[0] <= 330
    # Five closings are too few to tell, so the city's stand in for them.
    assert expected_hours("NW") == anywhere
    assert expected_hours("SW", "BENCH") is None


def test_what_is_open_or_long_past_or_a_duplicate_is_counted_as_what_it_is(city: World) -> None:
    open_incidents(city, 30, "SW", hours=100)
    open_incidents(city, 60, "SW", hours=5, state="duplicate")
    open_incidents(city, 60, "SW", hours=5, age=timedelta(days=366))
    compute(city)
    alone = expected_hours("SW")
    assert alone is not None
    assert 99 <= alone[0] <= 101
    open_incidents(city, 25, "SW", hours=None)
    compute(city)
    with_open = expected_hours("SW")
    assert with_open is not None
    assert with_open[0] > alone[0]
    open_incidents(city, 100, "SW", hours=None)
    compute(city)
    # Most are open: half of them closed is a day nobody has seen.
    assert expected_hours("SW") is None
    assert current_session().query(ExpectedTime).count() == 0


def test_a_report_says_when_to_expect_it_and_how_sure_that_is(city: World) -> None:
    open_incidents(city, 41, "SW", hours=100)
    open_incidents(city, 1, "SW", hours=None, age=timedelta(days=1))
    compute(city)
    session = current_session()
    rows = session.scalars(sa.select(Incident).order_by(Incident.id.desc())).all()
    shown = public_report(session, rows[0].number)
    opened_at = rows[0].opened_at
    assert shown.expected_at == opened_at + 100 * HOUR
    assert shown.target_at == opened_at + 72 * HOUR
    assert shown.expected_low_at is not None
    assert shown.expected_high_at is not None
    assert shown.expected_low_at < shown.expected_at < shown.expected_high_at
    closed = public_report(session, rows[-1].number)
    assert (closed.expected_at, closed.expected_low_at, closed.expected_high_at) == (None,) * 3
