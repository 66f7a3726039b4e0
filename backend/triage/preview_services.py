"""What other targets or severities of services would do to the queue as it is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.models import Incident
from backend.triage.models import DistrictWeight, QueueEntry
from backend.triage.open_queue import as_moment, open_queue, served_per_day
from backend.triage.queries import approved_set
from equity.levers.queue_order import OpenReports, places, queue_order, report_weights
from equity.levers.weight_fallback import held_weights
from equity.rates.events import Floats

MOST_NAMED = 10
_ENTRY, _INCIDENT = table_of(QueueEntry), table_of(Incident)
# In the order of `open_queue`.
_WHOSE = (
    sa.select(_INCIDENT.c.service_code, _INCIDENT.c.own_severity_band)
    .join(_ENTRY, _ENTRY.c.incident_id == _INCIDENT.c.id)
    .where(~_ENTRY.c.is_outside)
    .order_by(_ENTRY.c.incident_id)
)


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """What a service's places in the queue follow from."""

    severity_band: int
    target_hours: int
    is_active: bool = True

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "ServiceTerms":
        """Those of an entry of the catalogue."""
        return cls(entry["severity_band"], entry["target_hours"], entry["is_active"])


@dataclass(frozen=True, slots=True)
class Moved:
    """A report and its places in the queue, counted from 1."""

    number: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ServicePreview:
    """`own` are the services' open reports, of all `open`; `sooner` and `later` are of those `own`,
    `others` is how many of the rest change place, and `most` the own ones that move farthest."""

    open: int
    own: int
    sooner: int
    later: int
    others: int
    most: tuple[Moved, ...]


def preview_services(
    session: Session, terms: Mapping[str, ServiceTerms], now: datetime
) -> ServicePreview:
    """The queue with other `terms` of some services and without; nothing is written."""
    in_force = approved_set(session)
    weights: dict[int, float] = {}
    if in_force is not None:
        rows = sa.select(DistrictWeight.district_id, DistrictWeight.weight).where(
            DistrictWeight.weight_set_id == in_force.id
        )
        ordered = session.execute(rows.order_by(DistrictWeight.district_id))
        weights = {row.district_id: row.weight for row in ordered}
    queue = open_queue(session, list(weights), now)
    whose = session.execute(_WHOSE).all()
    moment = as_moment(now)
    stored = np.array([weight for weight, _for in queue.stored])
    before = places(queue_order(queue.reports, moment, stored))
    reports = _with_terms(session, queue.reports, whose, terms)
    given = report_weights(reports, np.array(list(weights.values()), float))
    pace = served_per_day(session, now)
    after_weights = (
        held_weights(reports, moment, given, pace).weights if weights and pace else given
    )
    after = places(queue_order(reports, moment, after_weights))
    is_own = np.array([row.service_code in terms for row in whose], dtype=bool)
    moved = after - before
    own = np.flatnonzero(is_own & (moved != 0))
    farthest = own[np.argsort(-np.abs(moved[own]), kind="stable")][:MOST_NAMED].tolist()
    return ServicePreview(
        open=moved.size,
        own=int(is_own.sum()),
        sooner=int((moved[is_own] < 0).sum()),
        later=int((moved[is_own] > 0).sum()),
        others=int((moved[~is_own] != 0).sum()),
        most=tuple(
            Moved(queue.numbers[at], int(before[at]) + 1, int(after[at]) + 1) for at in farthest
        ),
    )


def _with_terms(
    session: Session,
    reports: OpenReports,
    whose: Any,
    terms: Mapping[str, ServiceTerms],
) -> OpenReports:
    """Bands and targets as `keep_queue` would give them."""
    services = city_catalogue(session).services
    all_terms = {
        one.code: ServiceTerms(
            one.severity_band, int(one.target.total_seconds() // 3600), one.is_active
        )
        for one in services.values()
    } | dict(terms)
    hazard = min(
        (
            one.target_hours
            for one in all_terms.values()
            if one.is_active and one.severity_band == HAZARD_BAND
        ),
        default=None,
    )

    def target(row: Any) -> float:
        own = all_terms[row.service_code].target_hours
        is_danger = row.own_severity_band == HAZARD_BAND and hazard is not None
        return float(min(own, hazard) if is_danger and hazard is not None else own)

    bands = [
        all_terms[row.service_code].severity_band
        if row.own_severity_band is None
        else row.own_severity_band
        for row in whose
    ]
    targets: Floats = np.array([target(row) for row in whose], dtype=np.float64)
    return replace(reports, severity_band=np.array(bands, dtype=np.intp), target_hours=targets)
