"""Signing what an audit of a quarter will show, before anybody can know what it will show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backend.audits.findings.columns import AuditData
from backend.audits.findings.groups import COMPARISONS, DISTRICTS, group_areas
from backend.audits.findings.logged import PROMISED, subject_of
from backend.audits.findings.parameters import KIND_OF, WITH_GAPS, Kind, Parameters
from backend.audits.findings.period import Period, quarter_of
from backend.audits.findings.plans import read_plan
from backend.audits.findings.read_geography import Geography, read_geographies
from backend.audits.findings.run_audit import AUDITORS
from backend.audits.models import Preregistration
from backend.audits.queries import newest_plan_for
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.places.queries import boundary_set_of, current_boundary_set, the_city
from equity.measures.disparity_words import TURNOUT
from equity.measures.few_clusters import FEWEST_AREAS
from equity.measures.grouping import Grouping
from equity.measures.preregistration import (
    GroupingPlan,
    MetricPlan,
    changed_metrics,
    largest_gap,
    smallest_gap,
)
from equity.measures.preregistration import Preregistration as Plan

_BY_DAYS = {Kind.RESPONSE: Parameters().wait_days}


@dataclass(frozen=True, slots=True)
class PromisedMetric:
    """A metric, and from which size of a gap on the city calls it one; None: it only watches."""

    metric: str
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Preregister:
    """Every one of `metrics` by every one of `groupings`, in the quarter that has `day`.

    A threshold holds for the groupings that have a first and a last group; districts have none.
    """

    day: date
    metrics: tuple[PromisedMetric, ...]
    groupings: tuple[str, ...]


def preregister(work: UnitOfWork, command: Preregister) -> Preregistration:
    """Sign a plan. More may be added while its quarter has not begun; nothing can be taken back."""
    if work.actor.role not in AUDITORS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    quarter = quarter_of(command.day)
    if work.now >= quarter.moments(the_city(work.session).time_zone)[0]:
        raise Conflict("quarter-begun", starts_on=quarter.starts_on.isoformat())
    before = newest_plan_for(work.session, quarter.starts_on, quarter.ends_on)
    standing = None if before is None else read_plan(before.document)
    plan = _plan(work.session, quarter, command, standing)
    stored = Preregistration(
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        document=plan.document().decode(),
        sha256=plan.sha256,
        signed_at=work.now,
        signed_by=work.actor.key,
    )
    work.session.add(stored)
    work.session.flush()
    work.decide(
        PROMISED,
        subject_of(stored),
        starts_on=plan.starts_on.isoformat(),
        ends_on=plan.ends_on.isoformat(),
        metrics=len(plan.metrics),
        sha256=plan.sha256,
    )
    return stored


def groupings_offered(session: Session) -> tuple[GroupingPlan, ...]:
    """What districts can be put together by today; raises `Conflict` without districts."""
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        raise Conflict("no-boundaries")
    first = read_geographies(session, boundary_set)[0]
    return tuple(_grouping_plan(one, first.facts()) for one in groupings_of(first))


def groupings_of(geography: Geography) -> tuple[Grouping, ...]:
    """What an audit would put the districts together by, the districts themselves first."""
    columns = {f"area.0.{name}": column for name, column in geography.columns().items()}
    data = AuditData({"geographies": [geography.facts()]}, columns)
    return group_areas(data, 0, 1).frame.all_groupings


def _grouping_plan(grouping: Grouping, facts: dict[str, Any]) -> GroupingPlan:
    column = ""
    if grouping.is_ordered:
        parts = len(grouping.labels)
        column = next(one.measure for one in COMPARISONS if one.name(parts) == grouping.name)
    vintage = facts["census"][column]["vintage"] if column else ""
    return GroupingPlan(grouping.name, grouping.labels, column, vintage, facts["sha256"])


def _plan(session: Session, quarter: Period, command: Preregister, before: Plan | None) -> Plan:
    offered = {one.name: one for one in groupings_offered(session)}
    if before is not None:
        # What was promised on earlier boundaries stays on them.
        offered |= {one.name: one for one in before.groupings}
    if unknown := set(command.groupings) - offered.keys():
        raise Invalid("grouping-not-offered", groupings=sorted(unknown), offered=sorted(offered))
    chosen = _metrics(command.metrics, command.groupings, quarter)
    kept = {} if before is None else {one.key: one for one in before.metrics}
    metrics = {**kept, **{one.key: one for one in chosen}}
    if not metrics:
        raise Invalid("nothing-preregistered")
    least = Parameters()
    plan = Plan(
        quarter.starts_on,
        quarter.ends_on,
        tuple(offered[name] for name in sorted({name for _, name in metrics})),
        tuple(metrics.values()),
        least.least_count,
        least.least_people,
    )
    if before is not None:
        _check_only_added(before, plan)
    for one in chosen:
        if one.metric == TURNOUT.name and one.threshold is not None:
            _check_can_be_told(session, offered[one.grouping])
    return plan


def _check_can_be_told(session: Session, plan: GroupingPlan) -> None:
    """Of too few districts a difference in turnout never has an interval, whoever votes."""
    boundary_set = boundary_set_of(session, plan.boundaries)
    if boundary_set is None:
        return
    for one in groupings_of(read_geographies(session, boundary_set)[0]):
        ends = one.members(0).sum(), one.members(len(one.labels) - 1).sum()
        if one.name == plan.name and min(ends) < FEWEST_AREAS:
            raise Invalid(
                "threshold-never-told",
                grouping=one.name,
                districts=int(min(ends)),
                least=FEWEST_AREAS,
            )


def _check_only_added(before: Plan, plan: Plan) -> None:
    changes = changed_metrics(before, plan)
    if not changes:
        raise Conflict("nothing-added")
    if changed := [one.before for one in changes if one.before]:
        names = [f"{one.metric} by {one.grouping}" for one in changed]
        raise Conflict("preregistered-metric-changed", metrics=names)


def _metrics(
    promised: Sequence[PromisedMetric], groupings: Sequence[str], quarter: Period
) -> list[MetricPlan]:
    for one in promised:
        if one.metric not in KIND_OF:
            raise Invalid("metric-unknown", metric=one.metric, metrics=sorted(KIND_OF))
        if one.threshold is not None and one.metric not in WITH_GAPS:
            raise Invalid("threshold-not-offered", metric=one.metric, metrics=sorted(WITH_GAPS))
        least = smallest_gap(one.metric)
        most = largest_gap(one.metric, _window_days(one.metric, quarter))
        if one.threshold is not None and not least <= one.threshold <= most:
            raise Invalid("threshold-impossible", metric=one.metric, least=least, most=most)
        if one.threshold is not None and set(groupings) <= {DISTRICTS}:
            raise Invalid("threshold-without-ends", metric=one.metric, grouping=DISTRICTS)
    return [
        MetricPlan(
            one.metric,
            grouping,
            _window_days(one.metric, quarter),
            # Districts have no first and last to set against each other.
            None if grouping == DISTRICTS else one.threshold,
        )
        for one in promised
        for grouping in groupings
    ]


def _window_days(metric: str, quarter: Period) -> int:
    return int(_BY_DAYS.get(KIND_OF[metric], quarter.days))
