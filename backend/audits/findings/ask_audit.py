"""Auditing a period in the background, asked for in the browser."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.period import Period
from backend.audits.findings.run_audit import (
    AUDITORS,
    Computed,
    RunAudit,
    check_over,
    compute_finding,
    store_finding,
)
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.jobs import Job, PreparedJob
from backend.core.uow import UnitOfWork

JOB = "run_audit"


def ask_for_audit(work: UnitOfWork, period: Period) -> None:
    """Audit whole quarters that are over; asked for twice, it is made once."""
    if work.actor.role not in AUDITORS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    check_over(work.session, period, work.now)
    first, last = period.starts_on.isoformat(), period.ends_on.isoformat()
    if {"starts_on": first, "ends_on": last} not in awaited_audits(work.session):
        work.enqueue(JOB, starts_on=first, ends_on=last)


def awaited_audits(session: Session) -> list[dict[str, Any]]:
    """First and last day of each period that is asked for and not audited yet."""
    wanted = sa.select(Job.payload).where(Job.kind == JOB, Job.state.in_(("waiting", "running")))
    return list(session.scalars(wanted.order_by(Job.created_at)))


def _compute(session: Session, now: datetime, payload: dict[str, Any]) -> Computed | None:
    days = (date.fromisoformat(payload[name]) for name in ("starts_on", "ends_on"))
    try:
        return compute_finding(session, now, RunAudit(Period(*days)))
    except (Conflict, Invalid):
        # Nothing happened, or there are no districts any more: so there is no finding.
        return None


def _store(work: UnitOfWork, computed: Computed | None) -> None:
    if computed is not None:
        store_finding(work, computed)


RUN_AUDIT_JOB = PreparedJob(_compute, _store)
