"""What the page of targets shows: choices, a chart of them, and one choice by district."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import format_decimal

from backend.audits.targets.plan import TargetPlan
from backend.audits.targets.read_served import CityDemand
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from equity.levers.targets import FrontierPoint
from equity.measures.suppression import SuppressionRule

_LEFT, _BOTTOM, _WIDTH, _HEIGHT = 40.0, 206.0, 290.0, 180.0
_SMALL_COST = 0.01
_LEAST_PERCENT = 0.1


@dataclass(frozen=True, slots=True)
class Dot:
    """A choice in the chart, in pixels."""

    x: float
    y: float
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The choices, and where a hundred per cent is; today stands there if it is known."""

    dots: tuple[Dot, ...]
    usual_x: float
    usual_y: float
    has_today: bool


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A point of the frontier; figures in per cent."""

    number: int
    is_chosen: bool
    waiting: str
    difference: str
    step: str


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A district's target for a service beside how it is served today."""

    district_name: str
    requests: str
    today: str
    target: str


@dataclass(frozen=True, slots=True)
class ServiceTargets:
    """A service with its districts; `catalogue` is the target it has now, `worse` says in which of
    them it would be served worse than today."""

    name: str
    catalogue: str
    worse: str
    rows: tuple[TargetRow, ...]


@dataclass(frozen=True, slots=True)
class SpareRow:
    """A district's part of hours beyond today's, in per cent."""

    district_name: str
    equal: str
    least: str


@dataclass(frozen=True, slots=True)
class TargetsView:
    """The page, with the choice `chosen` laid open; `backlog` is what is assumed of what waits,
    `hidden` what is not told."""

    finding: str
    hours: str
    problems: int
    since: datetime
    until: datetime
    data_sha256: str
    backlog: str
    has_today: bool
    spare: tuple[SpareRow, ...]
    spare_price: str
    hidden: str
    chosen: int
    choices: tuple[ChoiceRow, ...]
    chart: Chart
    worse: str
    services: tuple[ServiceTargets, ...]


def hidden_words() -> str:
    """What stays hidden, what that protects and what not."""
    rule = SuppressionRule()
    return _(
        "How a district is served is hidden where fewer than %(count)s problems or %(people)s "
        "people stand behind it, and so are others from which it could be worked out: figures of "
        "so few would speak of single people. How many problems there are is open data and hidden "
        "nowhere, and each report’s own page says what became of it; how many people are behind "
        "them is told nowhere.",
        count=rule.least_count,
        people=rule.least_people,
    )


def usual_choice(plan: TargetPlan) -> int:
    """The most equitable that costs all together next to nothing; numbered from 1."""
    cheap = [one.efficiency_ratio <= 1 + _SMALL_COST for one in plan.points]
    return max(number for number, is_cheap in enumerate(cheap, start=1) if is_cheap)


def targets_view(
    city: CityDemand, plan: TargetPlan, target_hours: dict[str, int], chosen: int
) -> TargetsView:
    """With the choice of this number laid open."""
    ratios = [plan.ratios(point) for point in plan.points]
    point = plan.points[chosen - 1]
    kinds = range(len(city.category_names))
    worse = [[city.area_names[b] for b in plan.worse_in(point, c)] for c in kinds]
    return TargetsView(
        finding=_finding(plan),
        hours=_figure(plan.hours_per_day),
        problems=city.problems,
        since=city.since,
        until=city.until,
        data_sha256=city.data_sha256,
        backlog=_backlog(plan),
        spare=tuple(
            SpareRow(name, _percent(equal), _percent(least))
            for name, equal, least in zip(
                city.area_names, plan.spare.equal, plan.spare.least, strict=True
            )
        ),
        spare_price=_percent(plan.spare.price - 1),
        has_today=plan.has_today,
        hidden=hidden_words(),
        chosen=chosen,
        choices=tuple(
            ChoiceRow(
                number,
                number == chosen,
                _percent(waiting),
                _percent(difference),
                _step(*plan.step_to(number)) if number > 1 else _("none"),
            )
            for number, (waiting, difference) in enumerate(ratios, start=1)
        ),
        chart=_chart(plan, ratios, chosen),
        worse=_worse(plan, city.category_names, worse),
        services=tuple(
            ServiceTargets(
                name,
                _hours(target_hours[code]),
                _("Worse than today in: %(names)s.", names=", ".join(worse[c])) if worse[c] else "",
                tuple(
                    _row(plan, point, district, b, c) for b, district in enumerate(city.area_names)
                ),
            )
            for c, (code, name) in enumerate(
                zip(city.served.categories, city.category_names, strict=True)
            )
        ),
    )


def _finding(plan: TargetPlan) -> str:
    point = plan.points[usual_choice(plan) - 1]
    if len(plan.points) == 1:
        return _("Here the least waiting is also the most alike")
    return _(
        "For %(cost)s more waiting than the least, districts could differ %(saved)s less",
        cost=_percent(point.efficiency_ratio - 1),
        saved=_percent(1 - point.equity_ratio),
    )


def _worse(plan: TargetPlan, names: Sequence[str], worse: Sequence[Sequence[str]]) -> str:
    if plan.today is None:
        return ""
    if not any(worse):
        return _("No district would be served worse than today in anything.")
    return _(
        "Worse than today in some of the %(all)s districts: %(kinds)s. Each service below names "
        "them.",
        all=len(plan.served.areas),
        kinds=", ".join(
            _("%(name)s (in %(count)s)", name=name, count=len(areas))
            for name, areas in zip(names, worse, strict=True)
            if areas
        ),
    )


def _backlog(plan: TargetPlan) -> str:
    waiting = plan.served.backlog
    if not waiting:
        return _("Nothing waits now that nobody looked at yet.")
    if not plan.backlog_hours:
        return ngettext(
            "One problem waits now that nobody looked at yet. No hour is left to work it off: one "
            "goes on waiting.",
            "%(num)s problems wait now that nobody looked at yet. No hour is left to work them "
            "off: as many go on waiting.",
            waiting,
        )
    return ngettext(
        "One problem waits now that nobody looked at yet. To work it off within a year takes "
        "%(hours)s of these hours a day; what is promised rests on the others.",
        "%(num)s problems wait now that nobody looked at yet. To work them off within a year takes "
        "%(hours)s of these hours a day; what is promised rests on the others.",
        waiting,
        hours=format_decimal(round(plan.backlog_hours, 2)),
    )


def _chart(plan: TargetPlan, ratios: list[tuple[float, float]], chosen: int) -> Chart:
    most_x = max(1.0, *(difference for _waiting, difference in ratios))
    most_y = max(1.0, *(waiting for waiting, _difference in ratios))

    def place(waiting: float, difference: float) -> tuple[float, float]:
        x = round(_LEFT + _WIDTH * difference / most_x, 1)
        return x, round(_BOTTOM - _HEIGHT * waiting / most_y, 1)

    dots = (Dot(*place(*one), number == chosen) for number, one in enumerate(ratios, start=1))
    return Chart(tuple(dots), *place(1.0, 1.0), plan.has_today)


def _step(cost: float, saved: float) -> str:
    return _(
        "%(cost)s more waiting, %(saved)s less difference",
        cost=_percent(cost),
        saved=_percent(saved),
    )


def _row(plan: TargetPlan, point: FrontierPoint, district: str, b: int, c: int) -> TargetRow:
    cell, today = plan.cell(point, b, c), plan.served_today(b, c)
    unsaid = _("hidden") if plan.is_hidden(b, c) else _("not known")
    return TargetRow(
        district_name=district,
        requests=format_decimal(plan.requests_a_year(b, c)),
        today=_service(*today) if today else unsaid,
        target=_service(cell.inspected_share, cell.target_days),
    )


def _service(share: float, days: float | None) -> str:
    if days is None or round(100 * share) == 0:
        return _("nothing is looked at")
    of_100 = round(100 * share)
    if days < 1:
        return _("%(share)s of 100 in %(hours)s hours", share=of_100, hours=_figure(24 * days))
    return _("%(share)s of 100 in %(days)s days", share=of_100, days=_figure(days))


def _hours(hours: int) -> str:
    if hours < 48:
        return _("%(hours)s hours", hours=hours)
    return _("%(days)s days", days=_figure(hours / 24))


def _percent(share: float) -> str:
    percent = 100 * max(share, 0.0)
    if 1e-6 < percent < _LEAST_PERCENT:
        return _("under %(least)s %%", least=_figure(_LEAST_PERCENT))
    return f"{_figure(percent)} %"


def _figure(value: float) -> str:
    return str(format_decimal(round(value, 1)))
