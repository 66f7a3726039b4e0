"""`equity targets`: what one capacity can promise, and what equity costs."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from backend.audits.targets.plan import Served, TargetPlan, plan_targets
from backend.audits.targets.read_served import CityDemand, read_served
from backend.cli.city_context import in_city, refusals_in_words
from backend.cli.demand_file import read_demand
from backend.cli.moment_text import read_moment
from backend.cli.printing import print_json
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.web.audit.target_view import hidden_words
from equity.levers.explain_targets import (
    TARGETS_ENGLISH,
    explain_against_today,
    explain_cell,
    explain_spare,
    explain_step,
    explain_targets,
    explain_worse,
)
from equity.levers.targets import FrontierPoint
from equity.sentences import in_words

_ABOVE_ZERO = click.FloatRange(min=0, min_open=True)


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the areas and categories, in the order of the tables."""

    areas: tuple[str, ...]
    categories: tuple[str, ...]


def _moment(_context: click.Context, _option: click.Parameter, text: str | None) -> datetime | None:
    try:
        return None if text is None else read_moment(text)
    except ValueError as error:
        raise click.BadParameter("Give a moment such as 2026-03-01T12:00:00+00:00.") from error


@click.command("targets")
@click.option("--points", type=int, default=9, show_default=True, help="How many choices to show.")
@click.option("--point", type=int, help="Print the targets of this choice.")
@click.option("--capacity", type=_ABOVE_ZERO, help="Hours a day of all crews. Default: today's.")
@click.option("--inspection-hours", type=_ABOVE_ZERO, default=0.5, show_default=True)
@click.option("--km-per-hour", type=_ABOVE_ZERO, default=20.0, show_default=True)
@click.option(
    "--may-drop", is_flag=True, help="Let what is not urgent be worse than anywhere today."
)
@click.option(
    "--beyond-today", is_flag=True, help="Let anything be better than the best served have it."
)
@click.option(
    "--as-of", callback=_moment, metavar="MOMENT", help="As the city was then. Default: now."
)
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path),
    help="A demand instead of the city's own; its columns are in docs/method/levers.md.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def targets_command(file: Path | None, as_of: datetime | None, **asked: Any) -> None:
    """Show targets by area and service beside what is; nothing is changed by it."""
    if file is None:
        _of_city(as_of, **asked)
    elif as_of is not None:
        raise click.UsageError("--as-of is for the city's own demand, not for --csv.")
    else:
        with refusals_in_words():
            served = read_demand(file)
            _show(served, Names(served.areas, served.categories), {}, **asked)


@in_city(only_reads=True)
def _of_city(as_of: datetime | None, km_per_hour: float, **asked: Any) -> None:
    now = as_of or current_runtime().clock.now()
    demand = read_served(current_session(), now, km_per_hour)
    names = Names(demand.area_names, demand.category_names)
    _show(demand.served, names, _basis(demand), km_per_hour=km_per_hour, **asked)


def _basis(demand: CityDemand) -> dict[str, Any]:
    return {
        "since": demand.since.isoformat(),
        "until": demand.until.isoformat(),
        "problems": demand.problems,
        "data_sha256": demand.data_sha256,
    }


def _show(
    served: Served, names: Names, basis: dict[str, Any], *, points: int, point: int | None,
    capacity: float | None, inspection_hours: float, km_per_hour: float, may_drop: bool,
    beyond_today: bool, as_json: bool,
) -> None:  # fmt: skip
    plan = plan_targets(
        served, inspection_hours, capacity, points, may_drop=may_drop, beyond_today=beyond_today
    )
    if point is not None and not 1 <= point <= len(plan.points):
        raise Invalid("point-unknown", most=len(plan.points))
    basis |= {
        "inspection_hours": inspection_hours,
        "km_per_hour": km_per_hour,
        "hours_per_day": plan.hours_per_day,
        "waiting": served.backlog,
        "hours_for_waiting": plan.backlog_hours,
        "importance": dict(zip(served.categories, served.importance.tolist(), strict=True)),
    }
    if as_json:
        print_json(_document(plan, names, basis, point))
    else:
        if "until" in basis:
            click.echo("Reports from {since} to {until}, SHA-256 {data_sha256}.".format(**basis))
        click.echo("\n".join(_lines(plan, names, point)))


def _document(
    plan: TargetPlan, names: Names, basis: dict[str, Any], point: int | None
) -> dict[str, Any]:
    today = plan.today and {
        "efficiency_loss": plan.today.efficiency_loss,
        "equity_loss": plan.today.equity_loss,
        "hours_per_day": plan.today.hours_per_day,
    }
    spare = plan.spare
    shown = [(number, one) for number, one in enumerate(plan.points, start=1)]
    return {
        "basis": basis,
        "today": today,
        "spare_hours": {
            "shares_for_equal_waiting": dict(zip(plan.served.areas, spare.equal, strict=True)),
            "shares_for_least_waiting": dict(zip(plan.served.areas, spare.least, strict=True)),
            "price_of_equal_waiting": spare.price,
        },
        "steps_in_percent_of": "today" if plan.has_today else "choice 1",
        "points": [
            {
                "point": number,
                "efficiency_loss": one.efficiency_loss,
                "equity_loss": one.equity_loss,
                "efficiency_ratio": one.efficiency_ratio,
                "equity_ratio": one.equity_ratio,
                **_ratios(plan, one),
                **_step(plan, number),
                "hours_per_day": one.hours_per_day,
                "words": " ".join(_words(plan, number)),
                "targets": _targets(plan, one, names) if point in {None, number} else None,
            }
            for number, one in shown
        ],
    }


def _ratios(plan: TargetPlan, point: FrontierPoint) -> dict[str, float | None]:
    ratios = plan.against_today(point)
    return {
        "efficiency_of_today": ratios[0] if ratios else None,
        "equity_of_today": ratios[1] if ratios else None,
    }


def _step(plan: TargetPlan, number: int) -> dict[str, float | None]:
    cost, saved = (None, None) if number == 1 else (100 * part for part in plan.step_to(number))
    return {"step_cost_percent": cost, "step_saved_percent": saved}


def _targets(plan: TargetPlan, point: FrontierPoint, names: Names) -> list[dict[str, Any]]:
    worse = [plan.worse_in(point, c) for c in range(len(names.categories))]
    return [
        {
            "area": area,
            "area_name": names.areas[b],
            "category": kind,
            "category_name": names.categories[c],
            "requests_per_day": cell.requests_per_day,
            "target_days": cell.target_days,
            "inspected_share": cell.inspected_share,
            "burden": cell.burden,
            "requests_a_year": plan.requests_a_year(b, c),
            "today": _today_of(plan, b, c),
            "why_none": "hidden" if plan.is_hidden(b, c) else None,
            "is_worse_than_today": b in worse[c] if plan.today else None,
        }
        for b, area in enumerate(plan.served.areas)
        for c, kind in enumerate(plan.served.categories)
        for cell in [plan.cell(point, b, c)]
    ]


def _today_of(plan: TargetPlan, area: int, kind: int) -> dict[str, Any] | None:
    known = plan.served_today(area, kind)
    return known and {"inspected_share": known[0], "days": known[1]}


def _words(plan: TargetPlan, number: int) -> list[str]:
    point = plan.points[number - 1]
    found = [explain_targets(point)]
    if number > 1:
        found.append(explain_step(*plan.step_to(number), is_of_today=plan.has_today))
    if ratios := plan.against_today(point):
        found.append(explain_against_today(*ratios))
    return [in_words([one], TARGETS_ENGLISH) for one in found]


def _lines(plan: TargetPlan, names: Names, point: int | None) -> list[str]:
    lines = [
        f"All crews together have {plan.hours_per_day:.1f} hours a day. {_backlog_words(plan)}"
        "From the most efficient to the most equitable:"
    ]
    numbers = range(1, len(plan.points) + 1)
    lines += [f"{number:2}  {' '.join(_words(plan, number))}" for number in numbers]
    lines.append(in_words([explain_spare(plan.spare.price)], TARGETS_ENGLISH))
    if point is None:
        return [*lines, "See the targets of a choice: --point N. Nothing was changed."]
    lines.append(f"Targets of choice {point}; nothing was changed:")
    if plan.served.is_pooled is not None:
        lines.append(hidden_words())
    chosen = plan.points[point - 1]
    for c, category in enumerate(names.categories):
        worse = [names.areas[b] for b in plan.worse_in(chosen, c)]
        words = in_words([explain_worse(worse, len(names.areas))], TARGETS_ENGLISH)
        lines.append(f"{category} ({words})" if worse else category)
        for b, area in enumerate(names.areas):
            cell = plan.cell(chosen, b, c)
            words = _cell_words(cell.inspected_share, cell.target_days)
            lines.append(f"  {area}: {words}{_today_words(plan, b, c)}")
    return lines


def _today_words(plan: TargetPlan, area: int, kind: int) -> str:
    """How many are reported and how they are served, after what could be promised."""
    known = plan.served_today(area, kind)
    if plan.is_hidden(area, kind):
        today = "; today hidden"
    else:
        today = f"; today {_cell_words(*known)}" if known else ""
    return f"{today}; {plan.requests_a_year(area, kind):,} reported in a year"


def _cell_words(inspected_share: float, days: float | None) -> str:
    return in_words([explain_cell(inspected_share, days)], TARGETS_ENGLISH)


def _backlog_words(plan: TargetPlan) -> str:
    waiting = plan.served.backlog
    if not waiting:
        return ""
    if not plan.backlog_hours:
        return f"{waiting} wait already, and no hour is left to work them off: as many go on. "
    return (
        f"{waiting} wait already: {plan.backlog_hours:.2f} of these hours work them off in a year. "
    )
