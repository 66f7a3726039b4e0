"""How each district is served, side by side: every figure with its interval, none that is hidden.

Districts stand in the order of their names: these are no marks, and there is no first and no last.
"""

from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy.orm import Session

from backend.audits.findings.parameters import Kind
from backend.core.i18n import gettext as _
from backend.web.audit.district_figures import (
    METRICS,
    NO_LINE,
    REPORTING,
    DistrictFigure,
    DistrictFigures,
    figures_by_district,
)
from backend.web.audit.finding_map import figures_map
from backend.web.audit.finding_words import kind_caveat, metric_words
from backend.web.audit.interval_chart import Scale
from backend.web.view_models import LegendStep, MapView

_KINDS = {
    REPORTING: Kind.REPORTING,
    "waiting-days": Kind.RESPONSE,
    "closed-without-action": Kind.CLOSING,
    "reopened": Kind.CLOSING,
}


@dataclass(frozen=True, slots=True)
class ServedMetric:
    """One figure of all districts, with where it is from and what it does not say."""

    id: str
    title: str
    caveat: str
    sentences: tuple[str, ...]
    period: str
    finding_id: int
    csv_url: str
    scale: Scale
    map: MapView | None
    legend: tuple[LegendStep, ...]


@dataclass(frozen=True, slots=True)
class ServedView:
    """Metrics, and a row for each district with a figure of each metric, in the same order."""

    metrics: tuple[ServedMetric, ...]
    rows: tuple[tuple[str, tuple[DistrictFigure, ...]], ...]


def served_view(session: Session) -> ServedView:
    """The page; without metrics where no finding has any by district."""
    wanted = sorted(METRICS, key=lambda name: name == REPORTING)
    found = [figures for name in wanted if (figures := figures_by_district(session, name))]
    names = sorted({name for figures in found for name in figures.names.values()})
    by_name = [
        {figures.names[code]: figure for code, figure in figures.by_code.items()}
        for figures in found
    ]
    untold = DistrictFigure(_("not in this audit"), "", NO_LINE, False)
    return ServedView(
        metrics=tuple(_metric(session, figures) for figures in found),
        rows=tuple(
            (name, tuple(figures.get(name, untold) for figures in by_name)) for name in names
        ),
    )


def _metric(session: Session, figures: DistrictFigures) -> ServedMetric:
    drawn, legend = figures_map(session, figures.metric, figures.lines, figures.result)
    title = metric_words(figures.metric)
    return ServedMetric(
        id=figures.metric,
        title=title,
        caveat=kind_caveat(_KINDS[figures.metric]),
        sentences=figures.sentences,
        period=figures.period,
        finding_id=figures.finding_id,
        csv_url=url_for("web.finding_csv", id=figures.finding_id),
        scale=figures.scale,
        map=drawn and replace(drawn, title=title),
        legend=legend,
    )
