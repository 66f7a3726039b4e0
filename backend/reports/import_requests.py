"""Requests of another system go in: a whole file in one short transaction, and never twice."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import NAMESPACE_URL, uuid5

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from backend.core.db import UTCDateTime, lock_id, table_of
from backend.core.errors import Conflict, Forbidden
from backend.core.ids import Ids
from backend.core.uow import UnitOfWork
from backend.reports.column_map import ColumnMap
from backend.reports.commands import MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.queries import lock_merging
from backend.reports.events import ReportsImported
from backend.reports.models import Incident, IncidentChange, Service, ServiceRequest
from backend.reports.prepare_import import (
    PreparedImport,
    chunked,
    prepare_import,
    standing_of,
    subject_of,
)
from backend.reports.queries import lock_incidents
from backend.reports.request_file import RequestFile
from backend.reports.take_step import find_step, take_step
from backend.reports.workflow import OPEN_STATES, State

_ONE_AT_A_TIME = uuid5(NAMESPACE_URL, "import of requests")
_REQUEST, _INCIDENT, _CHANGE = map(table_of, (ServiceRequest, Incident, IncidentChange))


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one import did; `closed_early` rows were closed before they were opened.

    `closed` are incidents of an earlier import that this file knows to be closed. `joined` requests
    of earlier imports repeat one that is here only now; `left_apart` do as well, but may not be
    joined to it. `same_name` are codes of services here that the file knows by their names alone.
    """

    imported: int
    already_here: int
    outside: int
    closed_early: int
    closed: int
    joined: int
    left_apart: int
    new_services: tuple[str, ...]
    same_name: tuple[str, ...]


# The new rows while they are being sorted under their incidents, seen by this transaction alone.
_SAID = (
    "number",
    "service_code",
    "description",
    "lon",
    "lat",
    "address",
    "district_id",
    "is_outside",
    "channel",
    "requested_at",
    "external_id",
    "awaited_parent",
    "fingerprint",
)
_NEW = sa.Table(
    "import_row",
    sa.MetaData(),
    sa.Column("id", sa.Uuid(as_uuid=False)),
    *(sa.Column(name, _REQUEST.c[name].type) for name in _SAID),
    sa.Column("closed_at", UTCDateTime),
    sa.Column("root", _REQUEST.c.external_id.type),
    prefixes=["TEMPORARY"],
)
_OPENS = _NEW.c.root == _NEW.c.external_id
_ROOT = _REQUEST.alias("root")
_LATE_REASON = "The system that both come from says that they are the same."
_LateRow: TypeAlias = sa.Row[*tuple[Any, ...]]
_LATE: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        _REQUEST.c.id,
        _REQUEST.c.number,
        _REQUEST.c.incident_id,
        _INCIDENT.c.number.label("incident_number"),
        _NEW.c.number.label("parent_number"),
    )
    .join(_NEW, _NEW.c.external_id == _REQUEST.c.awaited_parent)
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .where(_REQUEST.c.source == sa.bindparam("source"), _REQUEST.c.awaited_parent.is_not(None))
    .order_by(_REQUEST.c.requested_at, _REQUEST.c.id)
)
_AWAITS_NO_MORE = (
    sa.update(_REQUEST)
    .where(_REQUEST.c.id == sa.bindparam("request_id"))
    .values(awaited_parent=None)
)
_NEWEST = sa.select(sa.func.max(_INCIDENT.c.id))
_WITHOUT_DUE = sa.select(_INCIDENT.c.id).where(
    _INCIDENT.c.due_at.is_(None), _INCIDENT.c.state.in_(OPEN_STATES)
)


def store_import(work: UnitOfWork, prepared: PreparedImport) -> ImportResult | None:
    """Write what was prepared; None, and nothing written, when it no longer stands.

    A row that names a parent lies under the parent's incident, any other under its own. Where the
    parent comes in with a later import, the two incidents are merged by then, if that may be.
    """
    lock_id(work.session, _ONE_AT_A_TIME)
    if standing_of(work.session, prepared.column_map.source) != prepared.standing:
        return None
    return _store(work, prepared)


def import_requests(work: UnitOfWork, file: RequestFile, column_map: ColumnMap) -> ImportResult:
    """Both halves in one transaction, for callers that have the database to themselves."""
    with prepare_import(work.session, work.runtime, file, column_map) as prepared:
        return _store(work, prepared)


def _store(work: UnitOfWork, prepared: PreparedImport) -> ImportResult:
    imported, source = len(prepared.parents), prepared.column_map.source
    of_same_name = _services_of_same_name(work.session, prepared)
    new_services = _add_missing_services(work.session, prepared, of_same_name)
    if imported:
        _stage(work, prepared, of_same_name)
    late = _lock_touched(work.session, prepared)
    repeats = {one.incident_id for one in late}
    done = _still_open(work.session, prepared.closings.keys() - repeats, prepared.closings)
    if imported or done:
        sequence = work.decide(
            "reports.imported",
            subject_of(source),
            file=prepared.file,
            requests=imported,
            closed=len(done),
        )
        newest = work.session.scalar(_NEWEST) or 0
        if imported:
            _insert_staged(work, source, sequence)
        for incident in done:
            _close(work, incident, prepared.closings[incident.id])
        work.emit(ReportsImported(source, imported, newest))
    joined = sum(_join_late(work, one) for one in late)
    # What is joined is closed together with what it repeats.
    apart = _still_open(work.session, prepared.closings.keys() & repeats, prepared.closings)
    for incident in apart:
        _close(work, incident, prepared.closings[incident.id])
    return ImportResult(
        imported=imported,
        already_here=prepared.already_here,
        outside=prepared.outside,
        closed_early=prepared.closed_early,
        closed=len(done) + len(apart),
        joined=joined,
        left_apart=len(late) - joined,
        new_services=new_services,
        same_name=tuple(sorted(set(of_same_name.values()))),
    )


def _services_of_same_name(session: Session, prepared: PreparedImport) -> dict[str, str]:
    """The city's code for each made-up one: that of the one service here with the same name.

    A made-up code that is here already stays: an earlier import brought it.
    """
    here: dict[str, Service] = {one.code: one for one in session.scalars(sa.select(Service))}
    known: dict[str, list[Service]] = {}
    for one in here.values():
        known.setdefault(_plain(one.name), []).append(one)
    found: dict[str, str] = {}
    for code in prepared.service_names.keys() - prepared.own_codes - here.keys():
        same = known.get(_plain(prepared.service_names[code]), [])
        # Of two in use nobody can say which one is meant.
        if len(chosen := [one for one in same if one.is_active] or same) == 1:
            found[code] = chosen[0].code
    return found


def _plain(name: str) -> str:
    """As two names are compared: case and spaces aside."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _add_missing_services(
    session: Session, prepared: PreparedImport, of_same_name: Mapping[str, str]
) -> tuple[str, ...]:
    here = set(session.scalars(sa.select(Service.code)))
    missing = sorted(prepared.service_names.keys() - here - of_same_name.keys())
    for code in missing:
        name = prepared.service_names[code]
        new = prepared.column_map.new_service(name)
        session.add(
            Service(
                code=code,
                name=name,
                severity_band=new.severity_band,
                target_hours=new.target_hours,
            )
        )
    session.flush()
    return tuple(missing)


def _stage(work: UnitOfWork, prepared: PreparedImport, of_same_name: Mapping[str, str]) -> None:
    """The new rows into a table of their own, chunk by chunk, each with a number nobody has."""
    connection = work.session.connection()
    if connection.dialect.name == "sqlite":
        # Room for the indexes, which are written all over: 64 MiB instead of 2.
        connection.exec_driver_sql("PRAGMA cache_size = -65536")
    _NEW.create(connection)
    for rows in prepared.rows(of_same_name):
        work.session.execute(sa.insert(_NEW), rows)
    _renumber(work.session, work.runtime.ids)


def _insert_staged(work: UnitOfWork, source: str, sequence: int) -> None:
    """All at once into their places: incidents first, then the rows that opened them, then repeats.

    `sequence` is the decision that the import stands under.
    """
    session = work.session
    _insert_incidents(session, sequence)
    own = _NEW.c.number == _INCIDENT.c.number
    _insert_requests(work, source, _INCIDENT.c.id, own & _OPENS)
    _insert_requests(work, source, _ROOT.c.incident_id, _is_under(source))
    _count_requests(session, _joined(source), sequence)
    _NEW.drop(session.connection())


def _joined(source: str) -> sa.Select[int]:
    """The incidents that new rows join."""
    return sa.select(_ROOT.c.incident_id).join(_NEW, _is_under(source))


def _is_under(source: str) -> sa.ColumnElement[bool]:
    is_root = (_ROOT.c.source == source) & (_ROOT.c.external_id == _NEW.c.root)
    return is_root & ~_OPENS


def _lock_touched(session: Session, prepared: PreparedImport) -> Sequence[_LateRow]:
    """Lock what is here already and will change: what is closed, is joined or gets a due moment.

    Returns the requests here that have waited for one of the new rows.
    """
    # Requests stay under the incidents that are locked.
    lock_merging(session)
    touched, late = set(prepared.closings), list[_LateRow]()
    if prepared.parents:
        source = prepared.column_map.source
        late += session.execute(_LATE, {"source": source})
        touched.update(one.incident_id for one in late)
        touched.update(session.scalars(_joined(source)))
        touched.update(session.scalars(_WITHOUT_DUE))
    lock_incidents(session, touched)
    return late


def _join_late(work: UnitOfWork, late: _LateRow) -> bool:
    """Merge a repeat's incident into that of its parent, which has come in; says whether it was.

    What somebody has joined elsewhere stays there, and what was parted again is not joined twice.
    """
    work.session.execute(_AWAITS_NO_MORE, {"request_id": late.id})
    if late.number != late.incident_number:
        return False
    try:
        merge_incidents(work, MergeIncidents(late.number, late.parent_number, _LATE_REASON))
    except (Conflict, Forbidden) as refusal:
        return refusal.slug == "already-linked"
    return True


def _renumber(session: Session, ids: Ids) -> None:
    """Draw again for rows whose number a request has by now."""
    taken = sa.select(_NEW.c.id).join(_REQUEST, _REQUEST.c.number == _NEW.c.number)
    for id_ in session.scalars(taken).all():
        number = ids.public_number()
        while session.scalar(sa.select(_has_number(_NEW, number) | _has_number(_REQUEST, number))):
            number = ids.public_number()
        session.execute(sa.update(_NEW).where(_NEW.c.id == id_).values(number=number))


def _has_number(table: sa.Table, number: str) -> sa.Exists:
    return sa.exists().where(table.c.number == number)


def _insert_incidents(session: Session, sequence: int) -> None:
    """One for each row that repeats none, with its closing where it has one."""
    closed_at, is_open = _NEW.c.closed_at, _NEW.c.closed_at.is_(None)
    same = ("number", "service_code", "lon", "lat", "district_id", "is_outside")
    incident = {name: _NEW.c[name] for name in same} | {
        "state": sa.case((is_open, State.RECEIVED.value), else_=State.RESOLVED.value),
        "opened_at": _NEW.c.requested_at,
        "changed_at": sa.func.coalesce(closed_at, _NEW.c.requested_at),
        "closed_at": closed_at,
        "version": sa.case((is_open, 1), else_=2),
        "changed_sequence": sa.literal(sequence),
    }
    rows = sa.select(*incident.values()).where(_OPENS)
    session.execute(sa.insert(_INCIDENT).from_select([*incident], rows))
    change = {
        "incident_id": _INCIDENT.c.id,
        "at": closed_at,
        "kind": sa.literal("state"),
        "from_state": sa.literal(State.RECEIVED.value),
        "to_state": sa.literal(State.RESOLVED.value),
        "actor": sa.literal("import"),
    }
    own = _NEW.c.number == _INCIDENT.c.number
    rows = sa.select(*change.values()).join(_INCIDENT, own & _OPENS & ~is_open)
    session.execute(sa.insert(_CHANGE).from_select([*change], rows))


def _insert_requests(
    work: UnitOfWork, source: str, incident_id: sa.Column[int], is_its: sa.ColumnElement[bool]
) -> None:
    """The new rows for which `is_its` finds the `incident_id` they lie under."""
    request = {name: _NEW.c[name] for name in ("id", *_SAID)} | {
        "incident_id": incident_id,
        "received_at": sa.literal(work.now, UTCDateTime),
        "source": sa.literal(source),
    }
    rows = sa.select(*request.values()).select_from(_NEW).join(incident_id.table, is_its)
    work.session.execute(sa.insert(_REQUEST).from_select([*request], rows))


def _count_requests(session: Session, joined: sa.Select[int], sequence: int) -> None:
    """Bring count and last change in line where a row joined an incident."""
    under = _REQUEST.c.incident_id == _INCIDENT.c.id
    counted = sa.select(sa.func.count()).where(under).scalar_subquery()
    newest = sa.select(sa.func.max(_REQUEST.c.requested_at)).where(under).scalar_subquery()
    changed_at = _INCIDENT.c.changed_at
    session.execute(
        sa.update(_INCIDENT)
        .where(_INCIDENT.c.id.in_(joined))
        .values(
            request_count=counted,
            changed_at=sa.case((newest > changed_at, newest), else_=changed_at),
            changed_sequence=sequence,
        )
    )


def _still_open(
    session: Session, ids: Iterable[int], closings: Mapping[int, datetime]
) -> list[Incident]:
    """Those of the incidents to close that are open and that nobody has acted on since."""
    found: list[Incident] = []
    for chunk in chunked(sorted(ids)):
        incidents = session.scalars(
            sa.select(Incident)
            .options(joinedload(Incident.service, innerjoin=True))
            .where(Incident.id.in_(chunk), Incident.state.in_(OPEN_STATES))
            .order_by(Incident.id)
        )
        found += [one for one in incidents if closings[one.id] >= one.changed_at]
    return found


def _close(work: UnitOfWork, incident: Incident, at: datetime) -> None:
    """The step is taken now, when the city learns of it; the work was done at the moment `at`."""
    take_step(work, incident, find_step(work, incident, State.RESOLVED, incident.version), None)
    incident.closed_at = at
