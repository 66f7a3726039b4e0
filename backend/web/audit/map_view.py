"""Maps of figures by district whose classes differ only where intervals do, with their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from backend.audits.district_lines import DistrictFinding, estimate_of
from backend.audits.few_people import groups_of, hidden_rates
from backend.audits.findings.words import rounded
from backend.audits.models import ALL_SERVICES, RateRun
from backend.audits.queries import rates_of
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.places.models import BoundarySet, District
from backend.places.queries import districts_of
from backend.web.audit.finding_words import metric_words
from backend.web.audit.interval_chart import Interval, Scale, scale_of
from backend.web.audit.profile_words import change_line_words, line_words, rate_words
from backend.web.maps import Shading, city_map
from backend.web.view_models import LegendStep, MapView
from equity.measures.cluster_bootstrap import Estimate
from equity.measures.disparity_words import METRICS
from equity.measures.told_apart import Classes, classes_told_apart
from equity.measures.two_periods import change
from equity.rates.events import UNKNOWN

RATES = "relative-rate"
FIGURES = (
    RATES,
    "waiting-days",
    "median-wait",
    "closed-without-action",
    "reopened",
    "reporters-per-thousand",
)
# Which colours of the ramp are as far apart as can be, by the number of classes.
_STEPS = {1: (2,), 2: (1, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}


@dataclass(frozen=True, slots=True)
class Figure:
    """A district's figure, in words too."""

    district: District
    estimate: Estimate
    words: str
    grade: str = ""

    @property
    def ends(self) -> dict[str, float | None]:
        """As a scale reads it."""
        return {name: getattr(self.estimate, name) for name in ("value", "low", "high")}

    @property
    def is_told(self) -> bool:
        """Whether there is an interval at all."""
        return self.estimate.low is not None


@dataclass(frozen=True, slots=True)
class MapRow:
    """A district in the table: its figure, and its class or why it has none."""

    figure: Figure
    place: Interval
    class_words: str
    step: int | None


@dataclass(frozen=True, slots=True)
class ClassMap:
    """A map with its legend and table; `told` districts of all have a class."""

    id: str
    title: str
    map: MapView | None
    legend: tuple[LegendStep, ...]
    scale: Scale
    usual: float | None
    rows: tuple[MapRow, ...]
    told: int
    known: int

    @property
    def has_classes(self) -> bool:
        """Whether there are two at least."""
        return len(self.legend) > 2


def rate_figures(session: Session, run: RateRun, group: str = ALL_SERVICES) -> list[Figure]:
    """Reporting rates of a group of services, hidden where too few people stand behind one."""
    districts = districts_of(session, run.boundary_set_id)
    services = groups_of(run)[group]
    hidden = hidden_rates(session, run)
    rates = {
        rate.district_id: rate for rate in rates_of(session, run, services[0] if services else "")
    }
    found = []
    for id_, district in districts.items():
        rate = rates.get(id_)
        is_hidden = group in hidden[id_]
        estimate = Estimate(None)
        if rate is not None and not is_hidden:
            estimate = Estimate(rate.likely, rate.low, rate.high)
        grade = "" if rate is None or is_hidden else rate.grade
        found.append(Figure(district, estimate, rate_words(rate, is_hidden=is_hidden), grade))
    return found


def finding_figures(
    districts: Sequence[District], finding: DistrictFinding, metric: str
) -> list[Figure]:
    """What a finding has of each district."""
    lines = [finding.lines.get((metric, one.code)) for one in districts]
    return [
        Figure(one, estimate_of(line), line_words(line))
        for one, line in zip(districts, lines, strict=True)
    ]


def changes(
    districts: Sequence[District], first: DistrictFinding, then: DistrictFinding, metric: str
) -> list[Figure]:
    """How each district's figure changed from one finding to the other, with its interval."""
    comparison = METRICS[metric].comparison
    found = []
    for one in districts:
        before, after = (
            estimate_of(finding.lines.get((metric, one.code))) for finding in (first, then)
        )
        moved = change(before, after, comparison)
        found.append(Figure(one, moved, change_line_words(moved, comparison)))
    return found


def class_map(
    session: Session,
    id_: str,
    title: str,
    figures: Sequence[Figure],
    *,
    always: float | None = None,
    most: int = 5,
    breaks: Sequence[float] | None = None,
    sides: tuple[str, str] | None = None,
    boundary_set: BoundarySet | None = None,
) -> ClassMap:
    """The map of one figure; with `breaks` those of other maps beside it.

    `sides` is what lies below and above the only break. Without a `boundary_set` the districts are
    those in force.
    """
    if breaks is None:
        breaks = told_apart(figures, always=always, most=most).breaks
    words = sides if sides and len(breaks) == 1 else _class_words(breaks)
    steps = _STEPS[len(breaks) + 1]
    scale = scale_of(one.ends for one in figures)
    rows = tuple(_row(one, _class_of(one, breaks), scale, words, steps) for one in figures)
    shading = {row.figure.district.id: _shading(row) for row in rows}
    legend = (
        *(LegendStep(steps[place], text) for place, text in enumerate(words)),
        LegendStep(None, _("cannot tell")),
    )
    return ClassMap(
        id_,
        title,
        city_map(session, title, shading, boundary_set=boundary_set),
        legend,
        scale,
        None if always is None else scale.at(always),
        rows,
        sum(row.step is not None for row in rows),
        sum(one.is_told for one in figures),
    )


def _row(
    one: Figure, place: int, scale: Scale, words: Sequence[str], steps: Sequence[int]
) -> MapRow:
    step = None if place == UNKNOWN else steps[place]
    return MapRow(one, scale.place(one.ends), _row_words(one, place, words), step)


def _shading(row: MapRow) -> Shading:
    about = row.figure
    return Shading(row.step, f"{about.district.name}: {about.words}. {row.class_words}.")


def rate_sides() -> tuple[str, str]:
    """What a rate says whose whole interval lies below what is usual, and above."""
    return _("clearly less readily than is usual"), _("clearly more readily")


def told_apart(figures: Sequence[Figure], *, always: float | None, most: int = 5) -> Classes:
    """Classes that these figures have together."""
    ends = [(one.estimate.low, one.estimate.high) for one in figures]
    return classes_told_apart(
        [low for low, _high in ends], [high for _low, high in ends], always=always, most=most
    )


def grade_map(session: Session, figures: Sequence[Figure]) -> MapView | None:
    """How much is known of each district: grade A, B, or nothing to tell."""
    step: Mapping[str, int] = {"A": 4, "B": 2}
    shading = {
        one.district.id: Shading(
            step.get(one.grade),
            f"{one.district.name}: {one.grade or _('hidden: too few people')}",
        )
        for one in figures
    }
    return city_map(session, _("How much is known of each district"), shading)


def figure_words_of(figure: str) -> str:
    """What a figure is called."""
    if figure == RATES:
        return _("Reports of the same kind of problem, against the city's average")
    return metric_words(figure)


def map_title(figure: str, view: ClassMap) -> str:
    """What the map shows beyond doubt."""
    shown = [row.figure for row in view.rows]
    if not view.has_classes or not view.told:
        return _("No two districts can be told apart")
    if figure == RATES:
        less = sum(one.estimate.high is not None and one.estimate.high < 1 for one in shown)
        more = sum(one.estimate.low is not None and one.estimate.low > 1 for one in shown)
        return _(
            "In %(less)s of %(all)s districts people report clearly less readily than is usual, "
            "in %(more)s clearly more readily",
            less=less,
            more=more,
            all=len(shown),
        )
    return ngettext(
        "One of %(all)s districts can be told from the others",
        "%(num)s of %(all)s districts can be told apart",
        view.told,
        all=len(shown),
    )


def _class_of(one: Figure, breaks: Sequence[float]) -> int:
    low, high = one.estimate.low, one.estimate.high
    if low is None or high is None or low == high:
        return UNKNOWN
    first = sum(low > edge for edge in breaks)
    return first if first == sum(high >= edge for edge in breaks) else UNKNOWN


def _class_words(breaks: Sequence[float]) -> list[str]:
    edges = [rounded(edge) for edge in breaks]
    if not edges:
        return [_("all alike, as far as anybody can tell")]
    return [
        _("wholly below %(high)s", high=edges[0]),
        *(
            _("wholly from %(low)s to %(high)s", low=low, high=high)
            for low, high in pairwise(edges)
        ),
        _("wholly above %(low)s", low=edges[-1]),
    ]


def _row_words(one: Figure, place: int, words: Sequence[str]) -> str:
    if place != UNKNOWN:
        return words[place]
    return _("cannot tell on which side") if one.is_told else _("nothing is told")
