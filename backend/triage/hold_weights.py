"""Weights that would push another report past its target fall back to 1, in the queue itself.

Looked at whenever weights come into force and every hour after that: what is late moves with the
clock. A report that comes in between has its district's weight until then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.decision_log import END_OF_LOG
from backend.core.jobs import Job, PreparedJob
from backend.core.uow import UnitOfWork
from backend.triage.models import DistrictWeight, QueueEntry
from backend.triage.open_queue import as_moment, open_queue, served_per_day
from backend.triage.queries import approved_set
from equity.levers.queue_order import report_weights
from equity.levers.weight_fallback import held_weights
from equity.rates.events import UNKNOWN

JOB = "hold_weights"
_EVERY = timedelta(hours=1)
_ENTRY = table_of(QueueEntry)
# Not where it stands in another band, or has another weight, than when it was looked at.
_HOLD = (
    sa.update(_ENTRY)
    .where(
        _ENTRY.c.incident_id == sa.bindparam("incident"),
        _ENTRY.c.severity_band == sa.bindparam("band"),
        _ENTRY.c.weight == sa.bindparam("was"),
    )
    .values(
        weight=sa.bindparam("now"),
        held_for=sa.bindparam("for"),
        placed_sequence=END_OF_LOG.scalar_subquery(),
    )
)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What of the queue has to change for the set with `version` to do no harm."""

    version: int
    changes: tuple[dict[str, Any], ...]


def find_held(session: Session, now: datetime) -> HeldBack | None:
    """Which weights are to fall back, and which need not any more; None with no set in force.

    Where nothing was closed lately nothing is projected to be in time, so no weight does harm.
    """
    in_force = approved_set(session)
    if in_force is None:
        return None
    rows = session.execute(
        sa.select(DistrictWeight.district_id, DistrictWeight.weight)
        .where(DistrictWeight.weight_set_id == in_force.id)
        .order_by(DistrictWeight.district_id)
    ).all()
    queue = open_queue(session, [row.district_id for row in rows], now)
    given = report_weights(queue.reports, np.array([row.weight for row in rows], float))
    weights, for_report = given, np.full(given.size, UNKNOWN)
    pace = served_per_day(session, now)
    if pace:
        held = held_weights(queue.reports, as_moment(now), given, pace)
        weights, for_report = held.weights, held.for_report
    changes = []
    for one, (weight, other) in enumerate(zip(weights.tolist(), for_report.tolist(), strict=True)):
        held_for = None if other == UNKNOWN else queue.numbers[other]
        was, was_for = queue.stored[one]
        if (weight, held_for) != (was, was_for):
            band = int(queue.reports.severity_band[one])
            who = {"incident": queue.incident_ids[one], "band": band, "was": was}
            changes.append({**who, "now": weight, "for": held_for})
    return HeldBack(in_force.version, tuple(changes))


def hold_back(work: UnitOfWork, found: HeldBack | None) -> None:
    """Change the queue, unless another set came into force; and look again in an hour.

    The transaction holds the end of the log, as any that gives places.
    """
    in_force = approved_set(work.session)
    if in_force is None:
        return
    if found is not None and found.version == in_force.version and found.changes:
        work.session.execute(_HOLD, list(found.changes))
    waits = sa.select(sa.exists().where(Job.kind == JOB, Job.state == "waiting"))
    if not work.session.scalar(waits):
        work.enqueue(JOB, due_at=work.now + _EVERY)


def hold_now(work: UnitOfWork) -> None:
    """Both at once: nobody sees the queue with weights that were not looked at."""
    work.session.flush()
    hold_back(work, find_held(work.session, work.now))


def _find_held(session: Session, now: datetime, _payload: dict[str, Any]) -> HeldBack | None:
    return find_held(session, now)


def _hold_anew(work: UnitOfWork, found: HeldBack | None) -> None:
    in_force = approved_set(work.session)
    if found and in_force and found.version == in_force.version and found.changes:
        work.decide("weights.held", f"weights:{found.version}", reports=len(found.changes))
    hold_back(work, found)


HOLD_WEIGHTS_JOB = PreparedJob(_find_held, _hold_anew)
