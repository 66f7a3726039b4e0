"""What the public decision log says of a finding and of a promise, to hold their rows against.

That the log itself is whole is for `log verify` to say.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.period import Period
from backend.audits.models import Finding, Preregistration
from backend.core.decision_log import Decision
from backend.places.queries import the_city

FOUND = "audit.found"
PROMISED = "audit.preregistered"


@dataclass(frozen=True, slots=True)
class Difference:
    """A place, what was stored there, and what comes out now or is in the decision log."""

    where: str
    stored: str
    again: str


def subject_of(row: Finding | Preregistration) -> str:
    """Its name in the log."""
    return f"{row.__tablename__}:{row.id}"


def logged_facts(finding: Finding, *, data_sha256: str) -> dict[str, Any]:
    """What is logged of a finding with these data: enough to notice any other row in its place."""
    return {
        "starts_on": finding.starts_on.isoformat(),
        "ends_on": finding.ends_on.isoformat(),
        "data_sha256": data_sha256,
        "result_sha256": _sha256(finding.result),
        "parameters_sha256": _sha256(finding.parameters),
        "code_version": finding.code_version,
        "preregistration": finding.preregistration_id,
    }


def finding_unlike_log(
    session: Session, finding: Finding, *, data_sha256: str
) -> tuple[Difference, ...]:
    """Between a finding with these data, the promise it was held against, and the log."""
    of_it = Decision.action == FOUND, Decision.subject == subject_of(finding)
    entry = session.scalar(sa.select(Decision).where(*of_it).order_by(Decision.sequence).limit(1))
    plan = session.get(Preregistration, finding.preregistration_id or 0)
    period = Period(finding.starts_on, finding.ends_on)
    return (
        *_unlike(
            logged_facts(finding, data_sha256=data_sha256),
            {} if entry is None else json.loads(entry.facts),
        ),
        *promise_unlike_log(session, period, plan),
        *_unlike(
            {"preregistration_sha256": _held_against(finding)},
            {"preregistration_sha256": plan and plan.sha256},
            "parameters.",
        ),
    )


def promise_unlike_log(
    session: Session, period: Period, plan: Preregistration | None
) -> tuple[Difference, ...]:
    """Between what stands as promised for a period and what was last logged of that in time."""
    days = period.starts_on.isoformat(), period.ends_on.isoformat()
    logged = [one for one in _logged(session) if (one["starts_on"], one["ends_on"]) == days]
    stands = {} if plan is None else _promise(plan)
    return _unlike(stands, logged[-1] if logged else {}, "preregistration.")


def is_as_logged(session: Session, plan: Preregistration) -> bool:
    """Whether it was logged just so before its period began."""
    return _promise(plan) in _logged(session, Decision.subject == subject_of(plan))


def is_held_as_logged(session: Session, finding: Finding) -> bool:
    """Whether a finding was held against a promise that is as it was logged, or against none."""
    if finding.preregistration_id is None:
        return True
    plan = session.get(Preregistration, finding.preregistration_id)
    if plan is None or plan.sha256 != _held_against(finding):
        return False
    return is_as_logged(session, plan)


def _held_against(finding: Finding) -> Any:
    try:
        return json.loads(finding.parameters).get("preregistration_sha256")
    except (ValueError, AttributeError):
        return None


def _promise(plan: Preregistration) -> dict[str, Any]:
    return {
        "number": subject_of(plan),
        "signed_at": plan.signed_at.isoformat(),
        "signed_by": plan.signed_by,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "sha256": plan.sha256,
        "document_sha256": _sha256(plan.document),
    }


def _logged(session: Session, *of: sa.ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """The promises in the log that were made before their period began, oldest first, each as
    `_promise` has it."""
    time_zone = the_city(session).time_zone
    wanted = sa.select(Decision).where(Decision.action == PROMISED, *of)
    for entry in session.scalars(wanted.order_by(Decision.sequence)):
        facts = json.loads(entry.facts)
        days = {name: facts[name] for name in ("starts_on", "ends_on")}
        period = Period(*map(date.fromisoformat, days.values()))
        if entry.at < period.moments(time_zone)[0]:
            yield {
                "number": entry.subject,
                "signed_at": entry.at.isoformat(),
                "signed_by": entry.actor,
                **days,
                "sha256": facts["sha256"],
                "document_sha256": facts["sha256"],
            }


def _unlike(
    stands: Mapping[str, Any], logged: Mapping[str, Any], prefix: str = ""
) -> tuple[Difference, ...]:
    return tuple(
        Difference(f"{prefix}{name}", short(stands.get(name)), short(logged.get(name)))
        for name in stands or logged
        if stands.get(name) != logged.get(name)
    )


def short(value: Any) -> str:
    """As JSON, cut where it is long."""
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 80 else f"{words[:77]}..."


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
