"""The made-up year as rows: reports with sealed contacts, incidents, inspections and history.

The use cases tell of one report at a time; a year of them goes in by bulk inserts.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import numpy as np
import sqlalchemy as sa

from backend.core.db import Base
from backend.core.ids import Ids
from backend.core.keys import keyed_hash
from backend.core.uow import UnitOfWork
from backend.demo.catalogue import SERVICES
from backend.demo.fates import Step
from backend.demo.incidents import YEAR_DAYS, Year
from backend.demo.town import Street
from backend.places.locate import district_map
from backend.reports.events import ReportsImported
from backend.reports.models import Contact, Incident, IncidentChange, Inspection, ServiceRequest
from backend.reports.workflow import CLOSED_STATES, PAUSED_STATES, State

_Row: TypeAlias = dict[str, Any]
_Fate: TypeAlias = tuple[Step, ...]

# Every fourth person says how to be reached, where the channel lets them.
_ONE_IN = 4
_LEFT_BY = {"phone": "phone", "text": "phone", "web": "email", "email": "email"}


def record_year(
    work: UnitOfWork,
    year: Year,
    streets: tuple[Street, ...],
    fates: tuple[_Fate, ...],
    worker: str,
    ids: Ids,
) -> None:
    """Store a year that ends now, and tell the queue of it.

    `fates` has one entry for each incident; `worker` is the log's key of whoever took its steps.
    """
    requests = _request_rows(work, year, streets, ids)
    _, firsts = np.unique(year.incident, return_index=True)
    incidents = [
        _incident_row(work, requests[first], fate)
        for first, fate in zip(firsts.tolist(), fates, strict=True)
    ]
    for row, count in zip(incidents, np.bincount(year.incident).tolist(), strict=True):
        row["request_count"] = count
    for request, incident in zip(requests, year.incident.tolist(), strict=True):
        row = incidents[incident]
        row["changed_at"] = max(row["changed_at"], request["requested_at"])
    incident_ids = _insert_incidents(work, incidents)
    for request, incident in zip(requests, year.incident.tolist(), strict=True):
        request["incident_id"] = incident_ids[incident]
    _insert(work, ServiceRequest, requests)
    _insert(work, Contact, _contact_rows(work, year, requests))
    steps = [
        (incident_id, step)
        for incident_id, fate in zip(incident_ids, fates, strict=True)
        for step in fate
    ]
    _insert(work, IncidentChange, [_change_row(work, *step, worker) for step in steps])
    looks = [_inspection_row(work, *step, worker) for step in steps if step[1].outcome]
    _insert(work, Inspection, looks)
    work.decide("reports.imported", "source:made-up", file="a made-up year", requests=len(requests))
    work.emit(ReportsImported("made-up", len(requests), after_incident=0))


def _request_rows(
    work: UnitOfWork, year: Year, streets: tuple[Street, ...], ids: Ids
) -> list[_Row]:
    lons, lats = year.request_place.T.tolist()
    districts = district_map(work.session)
    places = districts.locate_many(lons, lats) if districts else [None] * len(lons)
    numbers, key = _numbers(ids, len(lons)), work.runtime.settings.hash_key
    rows = []
    for i, incident in enumerate(year.incident.tolist()):
        moment = _moment(work, float(year.day[i]))
        rows.append(
            {
                "id": ids.uuid(),
                "number": numbers[i],
                "service_code": SERVICES[year.service[incident]].service_code,
                "description": year.description[i],
                "lon": lons[i],
                "lat": lats[i],
                "address": streets[year.street[incident]].name,
                "district_id": places[i],
                "is_outside": places[i] is None,
                "channel": year.channel[i],
                "reporter_hash": keyed_hash(key, "reporter", f"made-up:{year.reporter[i]}"),
                "requested_at": moment,
                "received_at": moment,
                "fingerprint": hashlib.sha256(numbers[i].encode()).hexdigest(),
            }
        )
    return rows


def _numbers(ids: Ids, count: int) -> list[str]:
    """As many different public numbers; in a city that is still empty all of them are unused."""
    numbers: dict[str, None] = {}
    while len(numbers) < count:
        numbers[ids.public_number()] = None
    return list(numbers)


def _incident_row(work: UnitOfWork, first: _Row, fate: _Fate) -> _Row:
    """The incident that the request `first` opened, as its steps have left it."""
    taken = ("number", "service_code", "lon", "lat", "district_id", "is_outside")
    moves = [step for step in fate if step.after is not None]
    state = moves[-1].after if moves and moves[-1].after else State.RECEIVED
    changed_at = _moment(work, moves[-1].day) if moves else first["requested_at"]
    return {
        **{name: first[name] for name in taken},
        "state": state.value,
        "opened_at": first["requested_at"],
        "changed_at": changed_at,
        "closed_at": changed_at if state in CLOSED_STATES else None,
        "paused_at": changed_at if state in PAUSED_STATES else None,
        "version": 1 + len(fate),
    }


def _insert_incidents(work: UnitOfWork, rows: list[_Row]) -> list[int]:
    # Asked for in the order of the rows, ids would come from one statement for each row.
    statement = sa.insert(Incident).returning(Incident.number, Incident.id)
    ids = dict(work.session.connection().execute(statement, rows).all())
    return [ids[row["number"]] for row in rows]


def _contact_rows(work: UnitOfWork, year: Year, requests: list[_Row]) -> list[_Row]:
    rows = []
    for person, request in zip(year.reporter.tolist(), requests, strict=True):
        way = _LEFT_BY.get(request["channel"])
        if way is None or person % _ONE_IN:
            continue
        # Numbers set aside for drama (Ofcom), and a domain nobody can have (RFC 2606).
        reached = {"phone": f"01632 960{person % 1000:03d}", "email": f"r{person}@mail.example"}
        fields = {"name": f"Resident {person}", way: reached[way]}
        sealed = work.runtime.keyring.seal(fields, associated=request["id"].bytes)
        rows.append({"service_request_id": request["id"], "sealed": sealed})
    return rows


def _change_row(work: UnitOfWork, incident_id: int, step: Step, worker: str) -> _Row:
    after = step.outcome or step.after
    return {
        "incident_id": incident_id,
        "at": _moment(work, step.day),
        "kind": "inspection" if step.outcome else "state",
        "from_state": step.before and step.before.value,
        "to_state": after and after.value,
        "actor": worker,
        "reason": step.reason,
    }


def _inspection_row(work: UnitOfWork, incident_id: int, step: Step, worker: str) -> _Row:
    return {
        "incident_id": incident_id,
        "inspected_at": _moment(work, step.day),
        "outcome": step.outcome,
        "actor": worker,
    }


def _moment(work: UnitOfWork, day: float) -> datetime:
    return work.now + timedelta(days=day - YEAR_DAYS)


def _insert(work: UnitOfWork, table: type[Base], rows: list[_Row]) -> None:
    work.session.connection().execute(sa.insert(table), rows)
