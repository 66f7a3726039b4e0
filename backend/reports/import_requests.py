"""Requests of another system go in: whole file in one transaction, and never twice."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.ids import Ids
from backend.core.uow import UnitOfWork
from backend.places.locate import district_map
from backend.reports.column_map import ColumnMap
from backend.reports.events import ReportsImported
from backend.reports.models import Incident, IncidentChange, Service, ServiceRequest
from backend.reports.request_file import RequestFile, RequestRow
from backend.reports.workflow import State

# Below the number of parameters SQLite and PostgreSQL take in one statement.
_CHUNK = 5000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one import did; `closed_early` rows were closed before they were opened."""

    imported: int
    already_here: int
    outside: int
    closed_early: int
    new_services: tuple[str, ...]


def import_requests(work: UnitOfWork, file: RequestFile, column_map: ColumnMap) -> ImportResult:
    """Store the rows that are not here yet, each with its district.

    A row that names a parent lies under the parent's incident, any other under its own. A closing
    moment before the opening is taken as the opening, and counted.
    """
    known = _known_incidents(work.session, column_map.source, file.rows)
    fresh = [row for row in file.rows if row.external_id not in known]
    new_services = _add_missing_services(work.session, fresh, column_map)
    places = _place(work.session, fresh)
    numbers = _draw_numbers(work.session, work.runtime.ids, len(fresh))
    incident_ids = _insert_incidents(work, fresh, places, numbers, known)
    requests = [
        _request_values(row, number, incident_id, place, column_map.source, work)
        for row, number, incident_id, place in zip(
            fresh, numbers, incident_ids, places, strict=True
        )
    ]
    _insert_many(work.session, ServiceRequest, requests)
    _count_requests(work.session, set(incident_ids))
    result = ImportResult(
        imported=len(fresh),
        already_here=len(file.rows) - len(fresh),
        outside=sum(is_outside for _, is_outside in places),
        closed_early=sum(
            row.closed_at is not None and row.closed_at < row.requested_at for row in fresh
        ),
        new_services=new_services,
    )
    if fresh:
        work.decide(
            "reports.imported", f"source:{column_map.source}", file=file.name, requests=len(fresh)
        )
        work.emit(ReportsImported(column_map.source, len(fresh)))
    return result


def _known_incidents(session: Session, source: str, rows: Sequence[RequestRow]) -> dict[str, int]:
    wanted = sorted({row.external_id for row in rows} | {row.parent_id or "" for row in rows})
    known: dict[str, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        found = session.execute(
            sa.select(ServiceRequest.external_id, ServiceRequest.incident_id).where(
                ServiceRequest.source == source,
                ServiceRequest.external_id.in_(wanted[start : start + _CHUNK]),
            )
        )
        known |= {external_id: incident for external_id, incident in found if external_id}
    return known


def _add_missing_services(
    session: Session, rows: Sequence[RequestRow], column_map: ColumnMap
) -> tuple[str, ...]:
    here = set(session.scalars(sa.select(Service.code)))
    missing = {row.service_code: row.service_name for row in rows if row.service_code not in here}
    for code, name in sorted(missing.items()):
        new = column_map.new_service(name)
        session.add(
            Service(
                code=code,
                name=name,
                severity_band=new.severity_band,
                target_hours=new.target_hours,
            )
        )
    session.flush()
    return tuple(sorted(missing))


def _place(session: Session, rows: Sequence[RequestRow]) -> list[tuple[int | None, bool]]:
    districts = district_map(session)
    if districts is None or not rows:
        return [(None, False)] * len(rows)
    found = districts.locate_many([row.lon for row in rows], [row.lat for row in rows])
    return [(district_id, district_id is None) for district_id in found]


def _draw_numbers(session: Session, ids: Ids, count: int) -> list[str]:
    taken = set(session.scalars(sa.select(ServiceRequest.number))) if count else set()
    numbers: list[str] = []
    while len(numbers) < count:
        number = ids.public_number()
        if number not in taken:
            taken.add(number)
            numbers.append(number)
    return numbers


def _insert_incidents(
    work: UnitOfWork,
    rows: Sequence[RequestRow],
    places: Sequence[tuple[int | None, bool]],
    numbers: Sequence[str],
    known: dict[str, int],
) -> list[int]:
    """The incident of each row, made where the row repeats none that is here or in the file."""
    roots = _roots(rows, known)
    own = [
        _incident_values(row, number, place)
        for row, number, place in zip(rows, numbers, places, strict=True)
        if roots[row.external_id] == row.external_id
    ]
    ids = _insert_many(work.session, Incident, own, returning=(Incident.number, Incident.id))
    number_of = {row.external_id: number for row, number in zip(rows, numbers, strict=True)}
    closings = [_closing(ids[values["number"]], values) for values in own if values["closed_at"]]
    _insert_many(work.session, IncidentChange, closings)
    return [
        known[roots[row.external_id]]
        if roots[row.external_id] in known
        else ids[number_of[roots[row.external_id]]]
        for row in rows
    ]


def _roots(rows: Sequence[RequestRow], known: dict[str, int]) -> dict[str, str]:
    """Each row's outermost parent: its own where nobody knows its parent, or on a circle."""
    here_or_new = known.keys() | {row.external_id for row in rows}
    parents = {row.external_id: row.parent_id for row in rows if row.parent_id in here_or_new}
    roots: dict[str, str] = {}
    for row in rows:
        path: dict[str, None] = {}
        last = row.external_id
        while last not in roots and last not in path and (parent := parents.get(last)):
            path[last] = None
            last = parent
        if last in path:
            steps = list(path)
            roots.update((step, step) for step in steps[steps.index(last) :])
        root = roots.setdefault(last, last)
        for step in path:
            roots.setdefault(step, root)
    return roots


def _incident_values(
    row: RequestRow, number: str, place: tuple[int | None, bool]
) -> dict[str, Any]:
    closed_at = row.closed_at and max(row.closed_at, row.requested_at)
    return {
        "number": number,
        "service_code": row.service_code,
        "state": (State.RESOLVED if closed_at else State.RECEIVED).value,
        "lon": row.lon,
        "lat": row.lat,
        "district_id": place[0],
        "is_outside": place[1],
        "opened_at": row.requested_at,
        "changed_at": closed_at or row.requested_at,
        "closed_at": closed_at,
        "request_count": 1,
        "version": 1,
    }


def _closing(incident_id: int, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "incident_id": incident_id,
        "at": values["closed_at"],
        "kind": "state",
        "from_state": State.RECEIVED.value,
        "to_state": State.RESOLVED.value,
        "actor": "import",
    }


def _request_values(
    row: RequestRow,
    number: str,
    incident_id: int,
    place: tuple[int | None, bool],
    source: str,
    work: UnitOfWork,
) -> dict[str, Any]:
    key = work.runtime.settings.hash_key
    return {
        "id": row.request_id(key, source),
        "number": number,
        "incident_id": incident_id,
        "service_code": row.service_code,
        "description": row.description,
        "lon": row.lon,
        "lat": row.lat,
        "address": row.address,
        "district_id": place[0],
        "is_outside": place[1],
        "channel": row.channel.value,
        "requested_at": row.requested_at,
        "received_at": work.now,
        "source": source,
        "external_id": row.external_id,
        "fingerprint": hashlib.sha256(f"{source}:{row.external_id}".encode()).hexdigest(),
    }


def _insert_many(
    session: Session, model: Any, values: list[dict[str, Any]], returning: tuple[Any, ...] = ()
) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(values), _CHUNK):
        statement = sa.insert(model)
        chunk = values[start : start + _CHUNK]
        if returning:
            rows = session.connection().execute(statement.returning(*returning), chunk)
            found |= {row[0]: row[1] for row in rows}
        else:
            session.connection().execute(statement, chunk)
    return found


def _count_requests(session: Session, incident_ids: set[int]) -> None:
    """Bring `request_count` in line where a row joined an incident."""
    wanted = sorted(incident_ids)
    counted = (
        sa.select(sa.func.count())
        .where(ServiceRequest.incident_id == Incident.id)
        .scalar_subquery()
    )
    for start in range(0, len(wanted), _CHUNK):
        session.execute(
            sa.update(Incident)
            .where(Incident.id.in_(wanted[start : start + _CHUNK]))
            .values(request_count=counted)
            .execution_options(synchronize_session=False)
        )
