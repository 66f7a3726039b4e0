"""The map of a figure by district, as a finding has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from backend.audits.district_lines import estimate_of
from backend.audits.findings.groups import DISTRICTS
from backend.audits.findings.words import rounded
from backend.core.i18n import gettext as _
from backend.places.models import BoundarySet, District
from backend.places.queries import boundary_set_of, districts_of
from backend.web.audit.finding_words import figure_words, metric_words
from backend.web.audit.map_view import Figure, class_map
from backend.web.maps import Shading, city_map
from backend.web.view_models import LegendStep, MapView
from equity.measures.disparity_words import METRICS

Line: TypeAlias = Mapping[str, Any]
Drawn: TypeAlias = tuple[MapView | None, tuple[LegendStep, ...]]
_STEPS = 5


def figures_map(session: Session, metric: str, lines: Iterable[Line], result: Line) -> Drawn:
    """The districts by their figures, on the boundaries the finding was made on.

    What was counted in full has even classes; of all else two districts differ in colour only where
    their whole intervals lie apart. None where fewer than two have a figure.
    """
    boundary_set = boundary_set_of(session, result["boundaries"][0]["sha256"])
    if boundary_set is None:
        return None, ()
    of_name = {line["about"]: line for line in lines if line["grouping"] == DISTRICTS}
    found = [
        (district, line)
        for district in districts_of(session, boundary_set.id).values()
        if (line := of_name.get(result["districts"].get(district.code, ""))) is not None
    ]
    if METRICS[metric].is_full_count:
        drawn, legend = _evenly_shaded(session, metric, found, boundary_set)
    else:
        drawn, legend = _told_apart(session, metric, found, boundary_set)
    return drawn and replace(drawn, title=metric_words(metric)), legend


def _told_apart(
    session: Session, metric: str, found: Sequence[tuple[District, Line]], ground: BoundarySet
) -> Drawn:
    figures = [Figure(one, estimate_of(line), figure_words(line)) for one, line in found]
    if sum(one.is_told for one in figures) < 2:
        return None, ()
    drawn = class_map(session, metric, metric_words(metric), figures, boundary_set=ground)
    return drawn.map, drawn.legend


def _evenly_shaded(
    session: Session, metric: str, found: Sequence[tuple[District, Line]], ground: BoundarySet
) -> Drawn:
    values = [value for _, line in found if (value := line["estimate"]["value"]) is not None]
    if len(values) < 2:
        return None, ()
    least, most = min(values), max(values)
    edges = [least + (most - least) * step / _STEPS for step in range(_STEPS + 1)]
    shading = {
        one.id: Shading(
            _step(line["estimate"]["value"], edges), f"{line['about']}: {figure_words(line)}"
        )
        for one, line in found
    }
    legend = (
        *(
            LegendStep(step, _("%(low)s to %(high)s", low=rounded(low), high=rounded(high)))
            for step, (low, high) in enumerate(pairwise(edges))
        ),
        LegendStep(None, _("nothing is said")),
    )
    drawn = city_map(session, metric_words(metric), shading, boundary_set=ground)
    return drawn, legend


def _step(value: float | None, edges: Sequence[float]) -> int | None:
    return None if value is None else sum(value >= edge for edge in edges[1:-1])
