"""What findings say of single districts, out of their stored results and nothing else.

So whatever a finding hides, because too few people stand behind it or because it would give such a
figure away, is hidden wherever these lines are shown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.orm import Session, undefer

from backend.audits.findings.cases_of import OTHER_WAYS, WAYS
from backend.audits.findings.groups import DISTRICTS
from backend.audits.findings.parameters import METRICS_OF, Kind
from backend.audits.findings.period import Period
from backend.audits.models import Finding
from backend.core.city_cache import CityCache
from backend.places.models import BoundarySet
from equity.measures.cluster_bootstrap import Estimate

Line: TypeAlias = Mapping[str, Any]
CHANNELS = (*WAYS, OTHER_WAYS)
_HIDDEN = "hidden"
_OF_PROBLEMS = tuple(
    metric
    for kind in (Kind.REPORTING, Kind.RESPONSE, Kind.CLOSING, Kind.PARTICIPATION)
    for metric in METRICS_OF[kind]
)


@dataclass(frozen=True, slots=True)
class DistrictFinding:
    """One finding by district: `lines` by metric and district code, `by_way` of channels by the way
    and district code; `vote` is the one that was counted, if any."""

    id: int
    starts_on: date
    ends_on: date
    made_at: datetime
    code_version: str
    data_sha256: str
    currency: str
    vote: str | None
    lines: Mapping[tuple[str, str], Line]
    by_way: Mapping[tuple[str, str], Line]

    @property
    def is_quarter(self) -> bool:
        """Whether it is of one quarter of the calendar."""
        return len(Period(self.starts_on, self.ends_on).quarters) == 1

    def has(self, metric: str) -> bool:
        """Whether it gives this figure of any district."""
        return any(name == metric for name, _ in self.lines)

    def hides_problems(self, code: str) -> bool:
        """Whether it hides anything of a district's problems or of who told of them."""
        return any(
            is_hidden(self.lines[metric, code])
            for metric in _OF_PROBLEMS
            if (metric, code) in self.lines
        )


_cache: CityCache[tuple[DistrictFinding, ...]] = CityCache()


def district_findings(session: Session, boundary_set: BoundarySet) -> tuple[DistrictFinding, ...]:
    """The newest finding of each period that was made on these boundaries, oldest period first."""
    newest = session.scalar(sa.select(sa.func.max(Finding.id)))
    version = newest, boundary_set.source_sha256
    return _cache.get(session, version, lambda: _read(session, boundary_set))


def newest_with(found: tuple[DistrictFinding, ...], metric: str) -> DistrictFinding | None:
    """The latest that gives a figure: of a quarter if there is one."""
    having = [one for one in found if one.has(metric)]
    return max(having, key=lambda one: (one.is_quarter, one.ends_on), default=None)


def estimate_of(line: Line | None) -> Estimate:
    """The figure of a line; none where there is no line."""
    return Estimate(None) if line is None else Estimate(**line["estimate"])


def is_hidden(line: Line) -> bool:
    """Whether nothing may be said."""
    return bool(line["sentence"]["key"] == _HIDDEN)


def _read(session: Session, boundary_set: BoundarySet) -> tuple[DistrictFinding, ...]:
    last_of_each = sa.select(sa.func.max(Finding.id)).group_by(Finding.starts_on, Finding.ends_on)
    wanted = sa.select(Finding).where(Finding.id.in_(last_of_each)).options(undefer(Finding.result))
    found = []
    for finding in session.scalars(wanted.order_by(Finding.ends_on, Finding.starts_on)):
        result = json.loads(finding.result)
        if result["boundaries"][0]["sha256"] == boundary_set.source_sha256:
            found.append(by_district(finding, result))
    return tuple(found)


def by_district(finding: Finding, result: Mapping[str, Any]) -> DistrictFinding:
    """The lines of a finding with this stored result."""
    codes = {name: code for code, name in result["districts"].items()}
    ways = {f"{name} by {way}": (way, code) for name, code in codes.items() for way in CHANNELS}
    own = [line for line in result["measures"] if line["grouping"] == DISTRICTS]
    return DistrictFinding(
        finding.id,
        finding.starts_on,
        finding.ends_on,
        finding.made_at,
        finding.code_version,
        finding.data_sha256,
        result["currency"],
        result["vote"] and result["vote"]["title"],
        {(one["metric"], codes[one["about"]]): one for one in own if one["about"] in codes},
        {ways[one["about"]]: one for one in own if one["about"] in ways},
    )
