"""Every figure that was promised beforehand, and what became of the promise."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from backend.audits.findings.logged import is_as_logged
from backend.audits.findings.period import Period
from backend.audits.findings.plans import read_plan
from backend.audits.findings.thresholds import Verdict
from backend.audits.models import Finding, Preregistration
from backend.audits.queries import find_finding, findings_of_plan, preregistrations
from backend.places.queries import the_city
from equity.measures.preregistration import MetricPlan


class State(StrEnum):
    """How far a promise is; the last four need the audit of its quarter.

    `TOLD` has no threshold that could be reached.
    """

    PROMISED = "promised"
    RUNNING = "running"
    DUE = "due"
    VOID = "void"
    TOLD = "told"
    REACHED = "reached"
    MISSED = "missed"
    CANNOT_TELL = "cannot-tell"


_OF_VERDICT = {
    Verdict.REACHED: State.REACHED,
    Verdict.NOT_REACHED: State.MISSED,
    Verdict.UNSURE: State.CANNOT_TELL,
    Verdict.UNTOLD: State.CANNOT_TELL,
}


@dataclass(frozen=True, slots=True)
class Promised:
    """One figure of one plan; `finding` is the audit that told it."""

    plan: Preregistration
    metric: MetricPlan
    state: State
    finding: int | None


def promises(session: Session, now: datetime) -> list[Promised]:
    """Of the newest plan of each quarter, which has all that came before it; newest quarter first.

    Where the decision log does not have a plan as it stands, nothing is held against it.
    """
    newest: dict[Period, Preregistration] = {}
    for plan in preregistrations(session):
        newest.setdefault(Period(plan.starts_on, plan.ends_on), plan)
    ordered = sorted(newest.items(), key=lambda one: one[0].starts_on, reverse=True)
    zone = the_city(session).time_zone
    return [
        one
        for period, plan in ordered
        for one in _of_plan(session, now, plan, period.moments(zone))
    ]


def _of_plan(
    session: Session, now: datetime, plan: Preregistration, span: tuple[datetime, datetime]
) -> Iterator[Promised]:
    told = [one for one in findings_of_plan(session, plan) if one.preregistration_id == plan.id]
    finding = find_finding(session, told[-1].id) if told else None
    is_void = not is_as_logged(session, plan)
    for metric in read_plan(plan.document).metrics:
        state = State.VOID if is_void else _state(now, span, metric, finding)
        yield Promised(plan, metric, state, None if finding is None else finding.id)


def _state(
    now: datetime, span: tuple[datetime, datetime], metric: MetricPlan, finding: Finding | None
) -> State:
    if finding is None:
        return State.PROMISED if now < span[0] else State.RUNNING if now < span[1] else State.DUE
    result = json.loads(finding.result)
    for one in result["thresholds"]:
        if (one["metric"], one["grouping"]) == metric.key:
            return _OF_VERDICT[Verdict(one["verdict"])]
    return State.TOLD
