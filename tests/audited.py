"""A city of twelve districts in which the poor ones wait longer, row by row, for audits."""

import hashlib
from datetime import UTC, date, datetime, timedelta

import shapely
import sqlalchemy as sa
from worlds import ANALYST, NOON, SIDE, SOUTH, WEST, a_report

from backend.audits.findings.parameters import Kind
from backend.audits.findings.period import Period, quarter_after, quarter_before, quarter_of
from backend.audits.findings.preregister import Preregister, PromisedMetric, preregister
from backend.audits.findings.run_audit import RunAudit, compute_finding, store_finding
from backend.audits.models import AreaRate, Finding, RateRun
from backend.audits.queries import find_finding
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.places.boundary_file import DistrictFile, Figure
from backend.places.import_boundaries import import_boundaries
from backend.places.locate import district_map
from backend.places.models import District
from backend.places.queries import the_city
from backend.reports.file_report import file_report
from backend.reports.models import Incident, Inspection, ServiceRequest
from equity.measures.preregistration import canonical_json
from geo.boundaries import check_boundaries

DISTRICTS = 12
WAITS = (9.0, 4.0)
"""Days until somebody looked, in the poorer and in the richer half of the districts; half of the
problems are refused there, and a tenth here."""
FEW = "S03"
"""The district few people stand behind, where rates are `fitted`."""


def strips(count: int = DISTRICTS, *, margin: float | None = None) -> DistrictFile:
    """The four squares' ground as strips from west to east, poor in the west."""
    width = 2 * SIDE / count
    shapes = [
        shapely.box(WEST + n * width, SOUTH, WEST + (n + 1) * width, SOUTH + 2 * SIDE)
        for n in range(count)
    ]
    codes = [f"S{n:02d}" for n in range(count)]
    figures = {
        code: {
            "population": Figure(1000.0),
            "median_income": Figure(20_000.0 + 1000 * n, margin),
            "share_65_plus": Figure(0.1 + 0.01 * ((5 * n) % count)),
        }
        for n, code in enumerate(codes)
    }
    return DistrictFile(
        f"{count} strips",
        hashlib.sha256(f"strips {count}".encode()).hexdigest(),
        check_boundaries(codes, [f"Strip {n + 1:02d}" for n in range(count)], shapes),
        census_source="Census bureau",
        census_vintage="2021",
        figures=figures,
    )


def last_quarter() -> Period:
    """The one before the world's clock."""
    return quarter_before(current_runtime().clock.now().date())


def fill_quarter(work: UnitOfWork, period: Period, each: int = 30) -> None:
    """`each` problems in every strip, spread over the weeks; every third is reported twice."""
    start = period.moments(the_city(work.session).time_zone)[0].astimezone(UTC)
    districts = district_map(work.session)
    assert districts is not None
    incidents, requests, looks = [], [], []
    for n in range(DISTRICTS * each):
        strip, turn = divmod(n, each)
        lon, lat = WEST + (strip + 0.5) * 2 * SIDE / DISTRICTS, SOUTH + SIDE
        opened = start + timedelta(days=80 * turn / each, minutes=n)
        place = {
            "lon": lon,
            "lat": lat,
            "district_id": districts.locate(lon, lat),
            "is_outside": False,
            "service_code": ("POTHOLE", "BENCH")[n % 2],
        }
        is_rich = strip >= DISTRICTS // 2
        looked = opened + timedelta(days=WAITS[is_rich])
        is_refused = turn % (10 if is_rich else 2) == 0
        incidents.append(
            {
                **place,
                "id": n + 1,
                "number": f"{n:08d}",
                "state": "refused" if is_refused else "resolved",
                "opened_at": opened,
                "changed_at": looked,
                "closed_at": looked,
            }
        )
        looks.append(_look(n + 1, looked))
        requests += [
            _request(work, n, again, opened + timedelta(days=2.5 * again), place)
            for again in range(1 + (n % 3 == 0))
        ]
    for table, rows in ((Incident, incidents), (ServiceRequest, requests), (Inspection, looks)):
        work.session.execute(sa.insert(table), rows)


def _look(incident: int, at: datetime) -> dict[str, object]:
    return {"incident_id": incident, "inspected_at": at, "outcome": "found", "actor": "staff:x"}


def _request(
    work: UnitOfWork, n: int, again: int, at: datetime, place: dict[str, object]
) -> dict[str, object]:
    number = f"{again}{n:07d}"
    return {
        **place,
        "id": work.runtime.ids.uuid(),
        "number": number,
        "incident_id": n + 1,
        "description": f"Words of somebody, {number}",
        "channel": ("app", "phone")[(n + again) % 2],
        "reporter_hash": hashlib.sha256(f"{(n + again) % 200}".encode()).hexdigest(),
        "requested_at": at,
        "received_at": at,
        "fingerprint": hashlib.sha256(number.encode()).hexdigest(),
    }


def bring_in(**changes: float | None) -> Period:
    """The strips in force, and their last quarter."""
    period = last_quarter()
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips(**changes))  # type: ignore[arg-type]
        fill_quarter(work, period)
    return period


def audited(period: Period, *kinds: Kind) -> Finding:
    """The stored finding of a period, read back."""
    asked = RunAudit(period, frozenset(kinds) or frozenset(Kind))
    computed = compute_finding(current_session(), current_runtime().clock.now(), asked)
    with unit_of_work(OPERATOR) as work:
        id_ = store_finding(work, computed).id
    return find_finding(current_session(), id_)


def gap(result: dict[str, object], metric: str, grouping: str) -> dict[str, object]:
    """The line that sets the first group against the last."""
    lines = result["measures"]
    assert isinstance(lines, list)
    [found] = [
        line
        for line in lines
        if line["is_gap"] and (line["metric"], line["grouping"]) == (metric, grouping)
    ]
    assert isinstance(found, dict)
    return found


def promise_and_find() -> None:
    """What the coming quarter will be asked, and what there is to say of the last one."""
    now = current_runtime().clock.now()
    with unit_of_work(ANONYMOUS) as work:
        work.now = now - timedelta(days=100)
        file_report(work, a_report(77))
    metrics, coming = (PromisedMetric("turnout"),), quarter_after(now.date())
    with unit_of_work(ANALYST) as work:
        preregister(work, Preregister(coming.starts_on, metrics, ("districts",)))
    audited(quarter_before(now.date()), Kind.CLOSING, Kind.PARTICIPATION)


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
