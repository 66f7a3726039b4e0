"""Keeping the queue true: handlers that follow what happens to reports and to weights."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.decision_log import END_OF_LOG, end_of_log
from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoThere
from backend.photos.subject import SubjectKind
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.events import (
    IncidentsReread,
    RepeatLinked,
    RepeatUnlinked,
    ReportFiled,
    ReportsImported,
    ServiceChanged,
    ServicesSet,
    SeverityChanged,
    StatusChanged,
    StepUndone,
)
from backend.reports.models import Incident, Service, ServiceRequest
from backend.reports.workflow import OPEN_STATES, State
from backend.triage.copied_reports import bits_of_incident, has_photo
from backend.triage.events import WeightsDecided
from backend.triage.hold_weights import hold_now
from backend.triage.models import DistrictWeight, QueueEntry, QueueOverride, WeightSet
from equity.levers.priority import UNWEIGHTED_BANDS

_Row: TypeAlias = sa.Row[*tuple[Any, ...]]
_INCIDENT, _ENTRY, _OVERRIDE = map(table_of, (Incident, QueueEntry, QueueOverride))
_REQUEST = table_of(ServiceRequest)
# What the order follows from. A clock that stops moves nothing until it runs again.
_PLACE = ("is_outside", "severity_band", "raised", "opened_epoch", "target_seconds", "weight")
_COPIED_AS_IT_IS = ("service_code", "state", "district_id", "team_code", "opened_at")
_COPIED = (*_COPIED_AS_IT_IS, "channels", "has_photo")
_STANDING = sa.select(
    _ENTRY.c.incident_id,
    _ENTRY.c.held_for,
    _ENTRY.c.placed_sequence,
    *(_ENTRY.c[name] for name in _PLACE),
)
_NOBODY: Mapping[int, _Row] = {}


def _incidents() -> sa.Select[*tuple[Any, ...]]:
    """What an entry says of an incident, but for its times."""
    service, district_weight, weight_set = map(table_of, (Service, DistrictWeight, WeightSet))
    in_force = (
        sa.select(district_weight.c.district_id, district_weight.c.weight)
        .join(weight_set, weight_set.c.id == district_weight.c.weight_set_id)
        .where(weight_set.c.state == "approved")
        .subquery()
    )
    own_band = _INCIDENT.c.own_severity_band
    band = sa.func.coalesce(own_band, service.c.severity_band)
    # Written out: a list of parameters is put together anew at every execution.
    unweighted: list[sa.ColumnElement[int]] = [
        sa.literal_column(str(one)) for one in sorted(UNWEIGHTED_BANDS)
    ]
    is_unweighted = sa.or_(band.in_(unweighted), in_force.c.weight.is_(None))
    target = service.c.target_hours * 3600.0
    # No number where the city has no service about danger.
    hazard_target = sa.bindparam("hazard_target", type_=sa.Float)
    is_shorter = sa.and_(own_band == HAZARD_BAND, hazard_target < target)
    due_at, paused_at = _INCIDENT.c.due_at, _INCIDENT.c.paused_at
    return (
        sa.select(
            _INCIDENT.c.id.label("incident_id"),
            _INCIDENT.c.is_outside,
            band.label("severity_band"),
            sa.case((is_shorter, hazard_target), else_=target).label("target_seconds"),
            sa.case((is_unweighted, 1.0), else_=in_force.c.weight).label("weight"),
            *(_INCIDENT.c[name] for name in _COPIED_AS_IT_IS),
            sa.case((paused_at.is_(None) | (due_at < paused_at), due_at)).label("late_at"),
            bits_of_incident(_INCIDENT.c.id).label("channels"),
            has_photo(_INCIDENT.c.id).label("has_photo"),
        )
        .select_from(_INCIDENT)
        .join(service, service.c.code == _INCIDENT.c.service_code)
        .outerjoin(in_force, in_force.c.district_id == _INCIDENT.c.district_id)
    )


_INCIDENTS = _incidents()
_IS_THIS = _INCIDENT.c.id == sa.bindparam("incident_id")
_FORGET_OVERRIDE = sa.delete(_OVERRIDE).where(
    _OVERRIDE.c.incident_id == sa.bindparam("incident_id")
)
_BITS = bits_of_incident(_ENTRY.c.incident_id)
_SET_CHANNELS = sa.update(_ENTRY).values(channels=_BITS)
_OF_SUBJECT = (
    sa.select(_INCIDENT.c.id)
    .join(_REQUEST, _REQUEST.c.incident_id == _INCIDENT.c.id)
    .where(_REQUEST.c.id == sa.bindparam("request_id"))
    .with_for_update(of=_INCIDENT)
)
_SET_PHOTO = (
    sa.update(_ENTRY)
    .where(_ENTRY.c.incident_id == sa.bindparam("of_incident"))
    .values(has_photo=has_photo(_ENTRY.c.incident_id))
)
_INSERT = sa.insert(_ENTRY)
_INSERT_NEW = _INSERT.from_select(
    [*_INCIDENTS.selected_columns.keys(), "opened_epoch", "placed_sequence"],
    _INCIDENTS.add_columns(
        sa.bindparam("opened_epoch", type_=sa.Float), END_OF_LOG.scalar_subquery()
    ).where(_IS_THIS),
)
# SQLite would cut a moment short where Python makes a number of it.
_OPEN = (
    _INCIDENTS.add_columns(
        *(_INCIDENT.c[name] for name in ("paused_at", "paused_seconds")),
        _OVERRIDE.c.raised,
    )
    .outerjoin(_OVERRIDE, _OVERRIDE.c.incident_id == _INCIDENT.c.id)
    .where(_INCIDENT.c.state.in_(OPEN_STATES))
    .order_by(_INCIDENT.c.id)
)


def on_report_filed(work: UnitOfWork, event: ReportFiled) -> None:
    """A new incident takes its place; a repeat changes no place, and may have come another way."""
    if event.is_repeat:
        of_this = _ENTRY.c.incident_id == event.incident_id
        work.connection.execute(_SET_CHANNELS.where(of_this))
    else:
        known = {"incident_id": event.incident_id, "opened_epoch": work.now.timestamp()}
        work.connection.execute(_INSERT_NEW, known | _terms(work.session))


def on_status_changed(work: UnitOfWork, event: StatusChanged | StepUndone) -> None:
    """An incident leaves the queue when it closes and returns when it is reopened.

    What was said of its place before was said of another time.
    """
    if event.after is State.REOPENED:
        work.session.execute(_FORGET_OVERRIDE, {"incident_id": event.incident_id})
    refresh_entry(work.session, event.incident_id)


def on_severity_changed(work: UnitOfWork, event: SeverityChanged | ServiceChanged) -> None:
    """An incident stands in another band now, or has another target."""
    refresh_entry(work.session, event.incident_id)


def on_repeat_linked(work: UnitOfWork, event: RepeatLinked) -> None:
    """The target may have been open for longer than it knew."""
    refresh_entry(work.session, event.incident_id)
    refresh_entry(work.session, event.target_id)


def on_repeat_unlinked(work: UnitOfWork, event: RepeatUnlinked) -> None:
    """The incident is open again, and the target may have waited for less long than it seemed."""
    refresh_entry(work.session, event.incident_id)
    refresh_entry(work.session, event.target_id)


def on_reports_imported(work: UnitOfWork, _event: ReportsImported) -> None:
    """Every open incident that came in without a place gets one; others may be repeated."""
    work.session.execute(_SET_CHANNELS.where(_ENTRY.c.channels != _BITS))
    _enter_missing(work.session)


def on_services_set(work: UnitOfWork, _event: ServicesSet) -> None:
    """Severity and target are the service's: every place is given anew."""
    refresh_queue(work.session)
    hold_now(work)


def on_weights_decided(work: UnitOfWork, _event: WeightsDecided) -> None:
    """Other weights are in force."""
    refresh_queue(work.session)
    hold_now(work)


def on_incidents_reread(work: UnitOfWork, _event: IncidentsReread) -> None:
    """Incidents may lie in other districts now, or no longer in the city."""
    refresh_queue(work.session)
    hold_now(work)


def on_photo_there(work: UnitOfWork, event: PhotoThere) -> None:
    """One of an incident's reports may have a photo now, or none any more."""
    if event.subject.kind is not SubjectKind.REPORT:
        return
    # As everybody locks it who gives an entry its place anew: the newer one is to be told.
    id_ = work.connection.execute(_OF_SUBJECT, {"request_id": event.subject.id}).scalar()
    if id_ is not None:
        work.connection.execute(_SET_PHOTO, {"of_incident": id_})


def target_hours_in_queue(session: Session, incident_id: int) -> float:
    """What an incident is held against in the queue, also one that left it."""
    known = {"incident_id": incident_id} | _terms(session)
    seconds: float = session.execute(_INCIDENTS.where(_IS_THIS), known).one().target_seconds
    return seconds / 3600


def miscopied(session: Session) -> set[int]:
    """Incidents that the queue lacks, has too many, or says something else of than they do.

    All but the weights, which may be held back for another report's sake.
    """
    should = {
        row.incident_id: _values(row) for row in session.execute(_OPEN, _terms(session)).all()
    }
    found = {row.incident_id: row for row in session.execute(sa.select(_ENTRY))}
    wrong = should.keys() ^ found.keys()
    for id_ in should.keys() & found.keys():
        said = should[id_].items()
        if any(getattr(found[id_], key) != value for key, value in said if key != "weight"):
            wrong.add(id_)
    return wrong


def refresh_queue(session: Session) -> None:
    """Give every open incident its place anew."""
    before = {row.incident_id: row for row in session.execute(_STANDING)}
    session.execute(sa.delete(QueueEntry))
    _enter_missing(session, before)


def _enter_missing(session: Session, before: Mapping[int, _Row] = _NOBODY) -> None:
    # NOT IN would have PostgreSQL walk through the queue for each incident of a large import.
    is_queued = sa.exists().where(QueueEntry.incident_id == Incident.id)
    rows = session.execute(_OPEN.where(~is_queued), _terms(session)).all()
    if rows:
        end = end_of_log(session)
        values = (_values(row) for row in rows)
        session.execute(
            _INSERT, [one | _placed(one, before.get(one["incident_id"]), end) for one in values]
        )


def refresh_entry(session: Session, incident_id: int) -> None:
    """Give one incident the place it should have, or none."""
    leaving = sa.delete(QueueEntry).where(QueueEntry.incident_id == incident_id)
    before = session.execute(leaving.returning(*_STANDING.selected_columns)).one_or_none()
    known = {"incident_id": incident_id} | _terms(session)
    row = session.execute(_OPEN.where(_IS_THIS), known).one_or_none()
    if row is None:
        return
    values = _values(row)
    if before is not None and before.held_for is not None and row.weight > 1:
        # Until all of the queue is looked at again.
        values |= {"weight": 1.0, "held_for": before.held_for}
    session.execute(_INSERT, values | _placed(values, before, end_of_log(session)))


def _placed(values: Mapping[str, Any], before: _Row | None, end: int) -> dict[str, int]:
    """Since which decision it has its place: since now, unless it is the one it had `before`.

    Every place follows from a decision, so that the transaction holds the end of the log.
    """
    has_moved = before is None or any(getattr(before, key) != values[key] for key in _PLACE)
    return {"placed_sequence": end if before is None or has_moved else before.placed_sequence}


def _terms(session: Session) -> dict[str, float | None]:
    """What the city decided that targets follow from."""
    hazard = city_catalogue(session).hazard
    return {"hazard_target": hazard.target.total_seconds() if hazard else None}


def _values(row: _Row) -> dict[str, Any]:
    return {
        "incident_id": row.incident_id,
        "is_outside": row.is_outside,
        "severity_band": row.severity_band,
        "opened_epoch": row.opened_at.timestamp() + row.paused_seconds,
        "paused_epoch": row.paused_at.timestamp() if row.paused_at else None,
        "target_seconds": row.target_seconds,
        "weight": row.weight,
        # Danger goes by waiting alone.
        "raised": 0 if row.severity_band == HAZARD_BAND else row.raised or 0,
        "late_at": row.late_at,
    } | {name: getattr(row, name) for name in _COPIED}
