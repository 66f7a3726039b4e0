"""What the public decision log says of a finding, to hold its row against."""

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.models import Finding
from backend.core.decision_log import Decision

FOUND = "audit.found"


def subject_of(finding: Finding) -> str:
    """Its name in the log."""
    return f"finding:{finding.id}"


def logged_facts(finding: Finding, *, data_sha256: str) -> dict[str, Any]:
    """What is logged of a finding with these data: enough to notice any other row in its place."""
    return {
        "starts_on": finding.starts_on.isoformat(),
        "ends_on": finding.ends_on.isoformat(),
        "data_sha256": data_sha256,
        "result_sha256": hashlib.sha256(finding.result.encode()).hexdigest(),
        "parameters_sha256": hashlib.sha256(finding.parameters.encode()).hexdigest(),
        "code_version": finding.code_version,
        "preregistration": finding.preregistration_id,
    }


def facts_in_log(session: Session, finding: Finding) -> dict[str, Any]:
    """What was logged when it was made; nothing where it was not."""
    entry = session.scalar(
        sa.select(Decision.facts)
        .where(Decision.action == FOUND, Decision.subject == subject_of(finding))
        .order_by(Decision.sequence)
        .limit(1)
    )
    facts: dict[str, Any] = json.loads(entry) if entry else {}
    return facts
