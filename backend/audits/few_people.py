"""Of which kinds of problem a district's figures stay hidden: those few people stand behind."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from backend.audits.district_lines import DistrictFinding, district_findings, newest_with
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.queries import fitted_rate, rates_of
from backend.core.city_cache import CityCache
from backend.places.models import BoundarySet
from backend.places.queries import districts_of
from equity.rates.reporting_rate import AreaRate as FittedRate
from equity.rates.reporting_rate import Grade

HIDDEN = "hidden"
"""Among the parameters of a fit: what `backend.audits.hide_cells` found when it was fitted."""

_kept: CityCache[Mapping[int, frozenset[str]]] = CityCache()


def groups_of(run: RateRun) -> dict[str, tuple[str, ...]]:
    """By name the services whose rates were fitted together; all of them by the name of none."""
    found: dict[str, list[str]] = run.parameters.get("services", {})
    return {ALL_SERVICES: (), **{name: tuple(members) for name, members in found.items()}}


def hidden_rates(session: Session, run: RateRun) -> Mapping[int, frozenset[str]]:
    """By district the groups of services, and all together, of which no figure is shown.

    What the fit found to be small, or to give such a figure away; and all of a district of whose
    problems the newest finding hides anything. Of a fit made before any was looked for everything
    is hidden, until the next night.
    """
    boundary_set = session.get_one(BoundarySet, run.boundary_set_id)
    newest = newest_with(district_findings(session, boundary_set), "reporting-rate")
    version = run.id, newest and newest.id
    return _kept.get(session, version, lambda: _hidden(session, run, newest))


def told_rates(session: Session, run: RateRun) -> list[FittedRate]:
    """The rates of all services together, by district, as far as they may be told.

    Weights, outreach and sweeps are made from these: whoever is shown what follows from a rate,
    and from the others, could work a hidden one out of it. What is hidden is what nobody can tell;
    that a district is silent is told.
    """
    hidden = hidden_rates(session, run)
    return [
        _untold(rate) if ALL_SERVICES in hidden[row.district_id] else rate
        for row in rates_of(session, run)
        for rate in [fitted_rate(row)]
    ]


def told_grade(rate: AreaRate, is_hidden: bool) -> str:
    """The grade where it may be told: that a district is silent singles nobody out, and somebody
    should go there."""
    return "" if is_hidden and rate.grade != Grade.S else rate.grade


def _untold(rate: FittedRate) -> FittedRate:
    grade = rate.grade if rate.grade is Grade.S else Grade.C
    return replace(
        rate, grade=grade, relative_rate=None, low=None, high=None, effective_duplicates=None
    )


def _hidden(
    session: Session, run: RateRun, newest: DistrictFinding | None
) -> Mapping[int, frozenset[str]]:
    groups, found = frozenset(groups_of(run)), run.parameters.get(HIDDEN)
    return {
        id_: groups
        if found is None or (newest is not None and newest.hides_problems(one.code))
        else frozenset(name for name in groups if one.code in found.get(name, ()))
        for id_, one in districts_of(session, run.boundary_set_id).items()
    }
