"""The tables that join the slices: event -> handlers, job -> handler, slug -> words.

Reading this file tells what follows from what; nothing is joined anywhere else.
"""

from collections.abc import Mapping

from backend.accounts.problem_texts import TEXTS as ACCOUNT_TEXTS
from backend.audits.fit_rates import FIT_RATES_JOB, fit_rates_after_import
from backend.audits.fit_rates import JOB as FIT_RATES
from backend.audits.problem_texts import TEXTS as AUDIT_TEXTS
from backend.ballots.events import ElectionImported
from backend.ballots.problem_texts import TEXTS as BALLOT_TEXTS
from backend.core.events import HandlerTable
from backend.core.jobs import JobTable
from backend.core.problem_text import ProblemText
from backend.core.problem_texts import TEXTS as CORE_TEXTS
from backend.places.events import BoundariesImported
from backend.places.problem_texts import TEXTS as PLACE_TEXTS
from backend.reports.events import (
    IncidentInspected,
    IncidentsReread,
    RepeatLinked,
    ReportFiled,
    ReportsImported,
    ServicesSet,
    SeverityChanged,
    StatusChanged,
)
from backend.reports.mark_catalogue import on_services_changed
from backend.reports.problem_texts import TEXTS as REPORT_TEXTS
from backend.triage import keep_queue
from backend.triage.events import WeightsDecided
from backend.triage.problem_texts import TEXTS as TRIAGE_TEXTS

HANDLERS: HandlerTable = {
    BoundariesImported: (),
    ReportFiled: (keep_queue.on_report_filed,),
    ReportsImported: (on_services_changed, keep_queue.on_reports_imported, fit_rates_after_import),
    ServicesSet: (
        on_services_changed,
        keep_queue.on_services_set,
    ),
    StatusChanged: (keep_queue.on_status_changed,),
    SeverityChanged: (keep_queue.on_severity_changed,),
    RepeatLinked: (keep_queue.on_repeat_linked,),
    IncidentInspected: (),
    IncidentsReread: (keep_queue.on_incidents_reread, fit_rates_after_import),
    WeightsDecided: (keep_queue.on_weights_decided,),
    ElectionImported: (),
}

JOBS: JobTable = {
    FIT_RATES: FIT_RATES_JOB,
}

# Jobs every city wants once a night.
NIGHTLY = (FIT_RATES,)


def _joined(*tables: Mapping[str, ProblemText]) -> dict[str, ProblemText]:
    texts: dict[str, ProblemText] = {}
    for table in tables:
        twice = texts.keys() & table.keys()
        if twice:
            raise RuntimeError(f"two slices word the same problem: {sorted(twice)}")
        texts |= table
    return texts


PROBLEM_TEXTS = _joined(
    CORE_TEXTS,
    ACCOUNT_TEXTS,
    PLACE_TEXTS,
    REPORT_TEXTS,
    BALLOT_TEXTS,
    TRIAGE_TEXTS,
    AUDIT_TEXTS,
)
