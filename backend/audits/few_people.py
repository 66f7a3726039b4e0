"""Of which kinds of problem a district's rate stays hidden: those few people stand behind."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.district_lines import DistrictFinding, district_findings, newest_with
from backend.audits.models import ALL_SERVICES, RateRun
from backend.core.channels import OWN_CHANNELS
from backend.core.city_cache import CityCache
from backend.core.db import table_of
from backend.places.models import BoundarySet
from backend.places.queries import districts_of
from backend.reports.models import Incident, ServiceRequest
from equity.measures.linked_tables import Cell
from equity.measures.suppression import SuppressionRule

_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)
_COUNTED = (
    sa.select(
        _INCIDENT.c.district_id,
        sa.func.count(_REQUEST.c.incident_id.distinct()).label("problems"),
        sa.func.count(_REQUEST.c.reporter_hash.distinct()).label("people"),
        sa.func.sum(sa.case((_REQUEST.c.reporter_hash.is_(None), 1), else_=0)).label("unknown"),
    )
    .join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    .where(
        _REQUEST.c.channel.not_in([channel.value for channel in OWN_CHANNELS]),
        _INCIDENT.c.district_id.is_not(None),
    )
)
_IS_ANYBODY_KNOWN = sa.select(sa.exists().where(_REQUEST.c.reporter_hash.is_not(None)))
_kept: CityCache[Mapping[int, frozenset[str]]] = CityCache()


def groups_of(run: RateRun) -> dict[str, tuple[str, ...]]:
    """By name the services whose rates were fitted together; all of them by the name of none."""
    found: dict[str, list[str]] = run.parameters.get("services", {})
    return {ALL_SERVICES: (), **{name: tuple(members) for name, members in found.items()}}


def hidden_rates(session: Session, run: RateRun) -> Mapping[int, frozenset[str]]:
    """By district the groups of services, and all together, of which no rate is shown.

    Those with too few problems or people by the rule of findings; and all of a district of whose
    problems the newest finding hides anything. Rates are no counts, so none can be worked out from
    the others. All people unknown count as one; where nobody is known at all, each problem stands
    for one. Counted once for each fit and finding.
    """
    boundary_set = session.get_one(BoundarySet, run.boundary_set_id)
    newest = newest_with(district_findings(session, boundary_set), "reporting-rate")
    version = run.id, newest and newest.id
    return _kept.get(session, version, lambda: _hidden(session, run, newest))


def _hidden(
    session: Session, run: RateRun, newest: DistrictFinding | None
) -> Mapping[int, frozenset[str]]:
    groups, told = frozenset(groups_of(run)), _told(session, run)
    districts = districts_of(session, run.boundary_set_id)
    return {
        id_: groups
        if newest is not None and newest.hides_problems(one.code)
        else groups - told.get(id_, set())
        for id_, one in districts.items()
    }


def _told(session: Session, run: RateRun) -> dict[int, set[str]]:
    """By district the groups of which a rate may be told."""
    groups, rule = groups_of(run), SuppressionRule()
    is_known = session.scalar(_IS_ANYBODY_KNOWN)
    told: dict[int, set[str]] = {}
    group_of = {service: name for name, members in groups.items() for service in members}
    named = sa.case(group_of, value=_INCIDENT.c.service_code) if group_of else sa.null()
    # All together are those of no name; a service of no group has no rate of its own.
    for name in (sa.literal(ALL_SERVICES), named):
        counted = _COUNTED.add_columns(name.label("name"))
        for row in session.execute(counted.group_by(_INCIDENT.c.district_id, "name")):
            people = row.people + (row.unknown > 0) if is_known else row.problems
            is_told = not rule.is_small(Cell(row.problems, people))
            told.setdefault(row.district_id, set()).update([row.name] if is_told else [])
    return told
