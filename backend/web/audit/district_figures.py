"""What the newest findings say of each district: nothing that a finding hides, and no figure alone.

Nothing is computed here. A figure is the one of the newest finding that has it by district.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.groups import DISTRICTS
from backend.audits.findings.words import is_likely, sentence_of
from backend.audits.models import Finding
from backend.audits.queries import find_finding
from backend.core.city_cache import CityCache
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.places.queries import current_boundary_set
from backend.web.audit.finding_view import finding_headline, period_words
from backend.web.audit.finding_words import figure_words, interval_words
from backend.web.audit.interval_chart import Interval, Scale, scale_of

Line: TypeAlias = Mapping[str, Any]
REPORTING = "reporting-rate"
_SAID = {
    REPORTING: marked("between %(low)s and %(high)s times as often as on average"),
    "waiting-days": marked("between %(low)s and %(high)s days"),
    "closed-without-action": marked("between %(low)s and %(high)s of every 100"),
    "reopened": marked("between %(low)s and %(high)s of every 100"),
}
METRICS = tuple(_SAID)
# A city audits a quarter at a time: older ones say nothing of how it is now.
_NEWEST = 12
# An older quarter that is audited late does not speak for today; of one day's end a quarter comes
# before a year.
_LATEST_FIRST = sa.select(Finding.id).order_by(
    Finding.ends_on.desc(), Finding.starts_on.desc(), Finding.id.desc()
)
NO_LINE = Interval(None, None, None, False)
"""Where there is nothing to draw."""


@dataclass(frozen=True, slots=True)
class DistrictFigure:
    """One district's figure: its interval in words and as a line, or why there is none."""

    words: str
    likely: str
    chart: Interval
    is_told: bool


@dataclass(frozen=True, slots=True)
class DistrictFigures:
    """One metric of every district, by the codes and by the names of the finding's districts.

    `result` is as much of the stored result as maps and sentences need.
    """

    metric: str
    finding_id: int
    period: str
    scale: Scale
    by_code: Mapping[str, DistrictFigure]
    names: Mapping[str, str]
    sentences: tuple[str, ...]
    lines: tuple[Line, ...]
    result: Line


@dataclass(frozen=True, slots=True)
class _Source:
    """A finding and as much of its result as is shown."""

    id: int
    period: str
    result: Line


_kept: CityCache[dict[str, _Source]] = CityCache()
_headline: CityCache[tuple[int, str, str] | None] = CityCache()


def newest_finding(session: Session) -> tuple[int, str, str] | None:
    """Its id, headline and period."""
    newest = session.scalar(_LATEST_FIRST.limit(1))
    return _headline.get(
        session, newest, lambda: None if newest is None else _line(session, newest)
    )


def _line(session: Session, id_: int) -> tuple[int, str, str]:
    finding = find_finding(session, id_)
    period = period_words(finding.starts_on, finding.ends_on)
    return id_, finding_headline(finding), period


def figures_by_district(session: Session, metric: str) -> DistrictFigures | None:
    """The newest there is, None where no finding has any."""
    found = _newest(session).get(metric)
    if found is None:
        return None
    result = found.result
    lines = [line for line in result["measures"] if line["metric"] == metric]
    own = [line for line in lines if line["grouping"] == DISTRICTS and not line["is_gap"]]
    scale = scale_of(line["estimate"] for line in own)
    by_name = {line["about"]: _figure(metric, line, scale) for line in own}
    return DistrictFigures(
        metric=metric,
        finding_id=found.id,
        period=found.period,
        scale=scale,
        by_code={
            code: by_name[name] for code, name in result["districts"].items() if name in by_name
        },
        names={code: name for code, name in result["districts"].items() if name in by_name},
        sentences=tuple(
            sentence_of(line, result["currency"])
            for line in lines
            if line["is_gap"] and line["estimate"]["low"] is not None
        ),
        lines=tuple(own),
        result=result,
    )


def coverage_now(session: Session) -> DistrictFigures | None:
    """How readily people report, where the newest audit was made on the districts in force."""
    figures, boundaries = figures_by_district(session, REPORTING), current_boundary_set(session)
    if figures is None or boundaries is None:
        return None
    is_same = figures.result["boundaries"][0]["sha256"] == boundaries.source_sha256
    return figures if is_same else None


def _figure(metric: str, line: Line, scale: Scale) -> DistrictFigure:
    chart, (low, high) = scale.place(line["estimate"]), interval_words(line["estimate"])
    if low is None:
        words = figure_words(line)
        return DistrictFigure(words, "", chart, False)
    if low == high == "0":
        # Nothing of the kind was seen, which is no proof that it never happens.
        return DistrictFigure(_("none seen in these days"), "", chart, True)
    words = _(_SAID[metric], low=low, high=high)
    likely = figure_words(line).partition(" (")[0] if is_likely(line) else ""
    return DistrictFigure(words, likely, chart, True)


def _newest(session: Session) -> dict[str, _Source]:
    """By metric the newest finding with figures of it by district; findings never change."""
    made_last = session.scalar(sa.select(sa.func.max(Finding.id)))
    return _kept.get(session, made_last, lambda: _read(session))


def _read(session: Session) -> dict[str, _Source]:
    ids = session.scalars(_LATEST_FIRST.limit(_NEWEST)).all()
    found: dict[str, _Source] = {}
    for id_ in ids:
        if len(found) == len(METRICS):
            break
        finding = find_finding(session, id_)
        kept = _part(json.loads(finding.result))
        source = _Source(id_, period_words(finding.starts_on, finding.ends_on), kept)
        for line in kept["measures"]:
            if line["grouping"] == DISTRICTS:
                found.setdefault(line["metric"], source)
    return found


def _part(result: Line) -> Line:
    measures: Sequence[Line] = [one for one in result["measures"] if one["metric"] in METRICS]
    names = ("boundaries", "districts", "currency")
    return {"measures": measures, **{name: result[name] for name in names}}
