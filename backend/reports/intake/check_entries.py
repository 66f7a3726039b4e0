"""Whether the log agrees with what the desk reads of who typed a report."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.decision_log import Decision, Fault
from backend.core.runtime import Runtime
from backend.reports.file_report import filed_by
from backend.reports.intake.models import EnteredReport
from backend.reports.models import ServiceRequest

_ENTERED, _REQUEST, _LOG = map(table_of, (EnteredReport, ServiceRequest, Decision))
_FILED = (
    sa.select(_REQUEST.c.number, _ENTERED.c.entered_by, _LOG.c.sequence, _LOG.c.facts)
    .join(_REQUEST, _REQUEST.c.id == _ENTERED.c.service_request_id)
    .join(_LOG, _LOG.c.subject == sa.literal("report:") + _REQUEST.c.number)
    .where(_LOG.c.action == "report.filed")
    .order_by(_LOG.c.sequence)
    .execution_options(yield_per=1000)
)


def entry_faults(session: Session, runtime: Runtime) -> Iterator[Fault]:
    """Every report that somebody else filed than the one who is said to have typed it."""
    for number, entered_by, sequence, facts in session.execute(_FILED):
        if json.loads(facts).get("by") != filed_by(runtime, number, entered_by):
            yield Fault(sequence, "was filed by somebody else than the one said to have typed it")
