"""Maps of the audit room: one figure, the same by kind of problem, and two periods compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request
from sqlalchemy.orm import Session

from backend.audits.district_lines import DistrictFinding, district_findings, newest_with
from backend.audits.few_people import groups_of
from backend.audits.models import RateRun
from backend.audits.queries import latest_run
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.places.models import BoundarySet, District
from backend.places.queries import census_of, current_boundary_set, districts_of
from backend.web.address_filters import read_filters, unreadable
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.finding_view import period_words
from backend.web.audit.map_view import (
    FIGURES,
    RATES,
    ClassMap,
    Figure,
    changes,
    class_map,
    figure_words_of,
    finding_figures,
    grade_map,
    map_title,
    rate_figures,
    rate_sides,
    told_apart,
)
from backend.web.face import blueprint
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice, LegendStep
from equity.measures.disparity_words import METRICS

_STAFF = tuple(sorted(STAFF))
_COLUMNS = (
    "figure",
    "kind",
    "district_code",
    "district_name",
    "value",
    "low_90",
    "high_90",
    "grade",
    "words",
    "source",
    "compared_with",
    "data_sha256",
)
_COMPARED = (*FIGURES[1:], "reporting-rate")
_PERIODS = ("first", "then")


@dataclass(frozen=True, slots=True)
class _Ground:
    """The districts in force with everything known of them."""

    boundary_set: BoundarySet
    districts: tuple[District, ...]
    run: RateRun | None
    findings: tuple[DistrictFinding, ...]


def _maps_form() -> str:
    """What can be chosen."""
    return render_template("audit/audit_maps.html", view=None, choices=_choices(FIGURES, RATES))


@blueprint.get("/audit/maps")
@access(*_STAFF)
@returns_to(_maps_form)
def audit_maps() -> Response:
    """One figure by district, in classes that differ only where intervals do."""
    session = current_session()
    figure, ground = _asked(FIGURES)["figure"], _ground(session)
    shown = None if ground is None else _figures(session, ground, figure)
    if ground is None or shown is None:
        choices = _choices(FIGURES, figure)
        return make_response(render_template("audit/audit_maps.html", view=None, choices=choices))
    always = _always(figure)
    name = figure_words_of(figure)
    sides = rate_sides() if figure == RATES else None
    view = class_map(session, "main", name, shown, always=always, sides=sides)
    is_rate = figure == RATES and ground.run is not None
    page = render_template(
        "audit/audit_maps.html",
        view=view,
        figure=figure,
        choices=_choices(FIGURES, figure),
        title=map_title(figure, view),
        name=name,
        coverage=_coverage(session, ground, shown),
        source=None if figure == RATES else newest_with(ground.findings, figure),
        run=ground.run,
        grades=grade_map(session, shown) if is_rate else None,
        grade_legend=_grade_legend(),
        kinds=_by_kind(session, ground) if is_rate else (),
        period=period_words,
    )
    return make_response(page)


@blueprint.get("/audit/maps.csv")
@access(*_STAFF)
@returns_to(_maps_form)
def audit_maps_csv() -> Response:
    """The table behind the map; of rates also by kind."""
    session = current_session()
    figure, ground = _asked(FIGURES)["figure"], _ground(session)
    return csv_answer(f"{figure}.csv", _COLUMNS, _rows(session, ground, figure) if ground else ())


def _compare_form() -> str:
    """What can be chosen, and of what was chosen what there is."""
    asked = request.args.get("figure", "")
    figure = asked if asked in _COMPARED else _COMPARED[0]
    return render_template(
        "audit/audit_compare.html",
        view=None,
        figure=figure,
        choices=_choices(_COMPARED, figure),
        periods=_periods(
            _ground(current_session()), [request.args.get(name, "") for name in _PERIODS]
        ),
    )


@blueprint.get("/audit/compare")
@access(*_STAFF)
@returns_to(_compare_form)
def audit_compare() -> Response:
    """What changed from one audited period to another, district by district."""
    session = current_session()
    asked, ground = _asked(_COMPARED, _PERIODS), _ground(session)
    figure = asked["figure"]
    pair = None if ground is None else _pair(ground, asked)
    view = None
    if ground is not None and pair is not None:
        moved = changes(ground.districts, *pair, figure)
        title = figure_words_of(figure)
        always = METRICS[figure].comparison.no_difference
        sides = _("clearly less than before"), _("clearly more than before")
        view = class_map(session, "change", title, moved, always=always, most=2, sides=sides)
    page = render_template(
        "audit/audit_compare.html",
        view=view,
        figure=figure,
        choices=_choices(_COMPARED, figure),
        title=_change_title(view) if view else "",
        name=figure_words_of(figure),
        pair=pair,
        periods=_periods(ground, [str(one.id) for one in pair]) if pair else (),
        coverage=_coverage(session, ground, [row.figure for row in view.rows])
        if view and ground
        else "",
        period=period_words,
    )
    return make_response(page)


@blueprint.get("/audit/compare.csv")
@access(*_STAFF)
@returns_to(_compare_form)
def audit_compare_csv() -> Response:
    """Every change with its interval."""
    session = current_session()
    asked, ground = _asked(_COMPARED, _PERIODS), _ground(session)
    figure = asked["figure"]
    pair = None if ground is None else _pair(ground, asked)
    rows: Iterable[dict[str, Any]] = ()
    if ground is not None and pair is not None:
        first, then = pair
        found = changes(ground.districts, first, then, figure)
        more = {"compared_with": f"finding {first.id}", "data_sha256": then.data_sha256}
        rows = [_row(figure, one) | {"source": f"finding {then.id}", **more} for one in found]
    return csv_answer(f"change-of-{figure}.csv", _COLUMNS, rows)


def _asked(figures: Sequence[str], besides: Sequence[str] = ()) -> dict[str, str]:
    """What the address asks for, the first of `figures` where it names none; raises `Invalid`."""
    asked = read_filters(request.args, ("figure", *besides))
    asked["figure"] = asked["figure"] or figures[0]
    if asked["figure"] not in figures:
        raise unreadable("figure", asked["figure"])
    return asked


def _ground(session: Session) -> _Ground | None:
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return None
    run = latest_run(session)
    if run is not None and run.boundary_set_id != boundary_set.id:
        run = None
    districts = tuple(districts_of(session, boundary_set.id).values())
    return _Ground(boundary_set, districts, run, district_findings(session, boundary_set))


def _figures(session: Session, ground: _Ground, figure: str) -> list[Figure] | None:
    if figure == RATES:
        run = ground.run
        return None if run is None else rate_figures(session, run)
    finding = newest_with(ground.findings, figure)
    return None if finding is None else finding_figures(ground.districts, finding, figure)


def _always(figure: str) -> float | None:
    return 1.0 if figure == RATES else None


def _by_kind(session: Session, ground: _Ground) -> tuple[ClassMap, ...]:
    """A small map of each kind of problem, all in the same classes."""
    run = ground.run
    if run is None:
        return ()
    kinds = {group: rate_figures(session, run, group) for group in groups_of(run) if group}
    together = [one for figures in kinds.values() for one in figures]
    breaks = told_apart(together, always=1.0).breaks
    return tuple(
        class_map(session, f"kind-{place}", group, figures, breaks=breaks, sides=rate_sides())
        for place, (group, figures) in enumerate(kinds.items())
    )


def _coverage(session: Session, ground: _Ground, figures: Sequence[Figure]) -> str:
    """Of how many districts, and people, there is a figure at all."""
    census = census_of(session, ground.boundary_set.id)
    people = {one.id: census.get(one.id, {}).get("population") or 0.0 for one in ground.districts}
    total = sum(people.values())
    known = [one for one in figures if one.is_told]
    words = _(
        "There is a figure for %(known)s of %(all)s districts.", known=len(known), all=len(figures)
    )
    if not total:
        return words
    share = 100 * sum(people[one.district.id] for one in known) / total
    more = _("%(share)s of 100 residents live in them.", share=f"{share:.0f}")
    return f"{words} {more}"


def _pair(
    ground: _Ground, asked: Mapping[str, str]
) -> tuple[DistrictFinding, DistrictFinding] | None:
    """The periods asked for, by default the last two quarters that have the figure."""
    having = {str(one.id): one for one in ground.findings if one.has(asked["figure"])}
    if not any(asked[name] for name in _PERIODS):
        quarters = [one for one in having.values() if one.is_quarter]
        return (quarters[-2], quarters[-1]) if len(quarters) > 1 else None
    return _in_order(*(_chosen(ground, having, name, asked[name]) for name in _PERIODS))


def _chosen(
    ground: _Ground, having: Mapping[str, DistrictFinding], name: str, asked: str
) -> DistrictFinding:
    """Of other boundaries, or without the figure, no finding can be compared."""
    if asked not in having:
        called = {str(one.id): _period_of(one) for one in ground.findings}
        raise Invalid(
            "finding-not-comparable",
            pointer=f"/{name}",
            asked=called.get(asked, asked[:60] or _("no period")),
            choices=[_period_of(one) for one in having.values()] or [_("none")],
        )
    return having[asked]


def _in_order(
    first: DistrictFinding, then: DistrictFinding
) -> tuple[DistrictFinding, DistrictFinding]:
    """The earlier period first: a change is from before to after.

    Of days that both have a change would say nothing, and its interval would be wrong.
    """
    first, then = sorted((first, then), key=lambda one: one.starts_on)
    if then.starts_on <= first.ends_on:
        raise Invalid(
            "periods-overlap", pointer="/then", first=_period_of(first), then=_period_of(then)
        )
    return first, then


def _periods(ground: _Ground | None, chosen: Sequence[str]) -> tuple[tuple[Choice, ...], ...]:
    """The options of both fields; `chosen` are ids of findings, and may be of none there is."""
    if ground is None or not ground.findings:
        return ()
    return tuple(
        tuple(Choice(str(one.id), _period_of(one), str(one.id) == id_) for one in ground.findings)
        for id_ in chosen
    )


def _period_of(finding: DistrictFinding) -> str:
    return period_words(finding.starts_on, finding.ends_on)


def _change_title(view: ClassMap) -> str:
    less = sum(row.step is not None and row.step == view.legend[0].step for row in view.rows)
    more = view.told - less
    if not view.told:
        return _("No district changed more than chance may make it")
    return _(
        "Clearly less than before in %(less)s of %(all)s districts, clearly more in %(more)s",
        less=less,
        more=more,
        all=len(view.rows),
    )


def _rows(session: Session, ground: _Ground, figure: str) -> Iterable[dict[str, Any]]:
    if figure != RATES:
        finding = newest_with(ground.findings, figure)
        for one in _figures(session, ground, figure) or ():
            source = {} if finding is None else {"source": f"finding {finding.id}"}
            yield _row(figure, one) | source | {"data_sha256": finding and finding.data_sha256}
        return
    run = ground.run
    for group in () if run is None else groups_of(run):
        for one in () if run is None else rate_figures(session, run, group):
            told = {"kind": group, "source": run and f"rates {run.id}"}
            yield _row(figure, one) | told | {"data_sha256": run and run.data_sha256}


def _row(figure: str, one: Figure) -> dict[str, Any]:
    return {
        "figure": figure,
        "district_code": one.district.code,
        "district_name": one.district.name,
        "value": one.estimate.value,
        "low_90": one.estimate.low,
        "high_90": one.estimate.high,
        "grade": one.grade,
        "words": one.words,
    }


def _choices(figures: Sequence[str], shown: str) -> tuple[Choice, ...]:
    return tuple(Choice(figure, figure_words_of(figure), figure == shown) for figure in figures)


def _grade_legend() -> tuple[LegendStep, ...]:
    return (
        LegendStep(4, _("well known (A)")),
        LegendStep(2, _("roughly known (B)")),
        LegendStep(None, _("cannot tell, silent or hidden")),
    )
