"""Running an audit: read once, measure, check against what was promised, store for good."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.audits.findings.code_version import code_version
from backend.audits.findings.columns import packed, sha256_of
from backend.audits.findings.logged import FOUND, logged_facts, promise_unlike_log, subject_of
from backend.audits.findings.measure_all import measure_all
from backend.audits.findings.parameters import Kind, Parameters
from backend.audits.findings.period import Period
from backend.audits.findings.plans import check_kept, kinds_of, promises_of, read_plan
from backend.audits.findings.read_data import read_data
from backend.audits.models import Finding, Preregistration
from backend.audits.queries import newest_plan_for
from backend.core.actors import Role
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.places.models import BoundarySet
from backend.places.queries import boundary_set_of, current_boundary_set, the_city
from equity.errors import EquityError
from equity.measures.preregistration import canonical_json

AUDITORS = frozenset({Role.ANALYST, Role.ADMIN})
_LONGEST_BURDEN = 100.0


@dataclass(frozen=True, slots=True)
class RunAudit:
    """What to look at; whatever was preregistered for the very same period comes along."""

    period: Period
    kinds: frozenset[Kind] = frozenset(Kind)
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Computed:
    """A finding that is not stored yet."""

    period: Period
    preregistration_id: int | None
    parameters: str
    code_version: str
    data: bytes
    data_sha256: str
    result: str


def compute_finding(session: Session, now: datetime, asked: RunAudit) -> Computed:
    """Only reads.

    Raises `Invalid` on days that are no whole quarters or not over, `Conflict` without districts,
    where nothing at all happened, and where what was promised is not what the decision log says.
    """
    period = asked.period
    days = check_over(session, period, now)
    stored = newest_plan_for(session, period.starts_on, period.ends_on)
    if unlike := promise_unlike_log(session, period, stored):
        raise Conflict("preregistration-unlike-log", **days, unlike=[one.where for one in unlike])
    parameters = _parameters(asked, stored)
    data = read_data(session, period, _boundary_set(session, stored))
    # A promise is kept also where there is nothing; else nothing is no finding.
    is_empty = not any(data.columns[name].size for name in ("report.at", "project.amount"))
    if is_empty and data.facts["vote"] is None and stored is None:
        raise Conflict("nothing-to-audit", **days)
    result = measure_all(data, parameters)
    if stored is not None:
        try:
            check_kept(read_plan(stored.document), result)
        except EquityError as error:
            facts: dict[str, Any] = error.facts
            raise Conflict(error.slug, **facts) from error
    spelled = data.spelled()
    return Computed(
        period,
        None if stored is None else stored.id,
        parameters.spelled(),
        code_version(),
        packed(spelled),
        sha256_of(spelled),
        canonical_json(result).decode(),
    )


def check_over(session: Session, period: Period, now: datetime) -> dict[str, str]:
    """Its first and last day; raises `Invalid` on days that are no whole quarters or not over."""
    days = {"starts_on": period.starts_on.isoformat(), "ends_on": period.ends_on.isoformat()}
    if not period.quarters:
        raise Invalid("period-not-whole", **days)
    if now < period.moments(the_city(session).time_zone)[1]:
        raise Invalid("period-not-over", **days)
    return days


def store_finding(work: UnitOfWork, computed: Computed) -> Finding:
    """Keep a finding, for everybody to see: there is no unpublished one."""
    if work.actor.role not in AUDITORS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    finding = Finding(
        starts_on=computed.period.starts_on,
        ends_on=computed.period.ends_on,
        made_at=work.now,
        made_by=work.actor.key,
        preregistration_id=computed.preregistration_id,
        parameters=computed.parameters,
        code_version=computed.code_version,
        data=computed.data,
        data_sha256=computed.data_sha256,
        result=computed.result,
        result_sha256=hashlib.sha256(computed.result.encode()).hexdigest(),
    )
    work.session.add(finding)
    work.session.flush()
    work.decide(
        FOUND,
        subject_of(finding),
        **logged_facts(finding, data_sha256=finding.data_sha256),
    )
    return finding


def _parameters(asked: RunAudit, stored: Preregistration | None) -> Parameters:
    kinds = asked.kinds
    base = Parameters(seed=asked.seed, burden_days=min(_LONGEST_BURDEN, asked.period.days // 3))
    if stored is not None:
        plan = read_plan(stored.document)
        kinds |= kinds_of(plan)
        base = replace(
            base,
            least_count=plan.least_count,
            least_people=plan.least_people,
            promises=promises_of(plan),
            preregistration_sha256=stored.sha256,
        )
    return replace(base, kinds=tuple(kind for kind in Kind if kind in kinds))


def _boundary_set(session: Session, stored: Preregistration | None) -> BoundarySet:
    """Those that were named beforehand, else those in force."""
    found = current_boundary_set(session)
    if stored is not None:
        named = read_plan(stored.document).groupings[0].boundaries
        found = boundary_set_of(session, named)
    if found is None:
        raise Conflict("no-boundaries")
    return found
