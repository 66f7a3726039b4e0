"""All that is known of one district, from the newest fit, the findings and the census."""

from collections.abc import Mapping
from dataclasses import dataclass

import shapely
from sqlalchemy.orm import Session

from backend.audits.district_lines import DistrictFinding, district_findings, newest_with
from backend.audits.few_people import groups_of, hidden_rates
from backend.audits.models import AreaRate, RateRun
from backend.audits.queries import latest_run, rates_of
from backend.core.city_cache import CityCache
from backend.core.errors import NotFound
from backend.places.models import BoundarySet, District
from backend.places.queries import (
    census_margins_of,
    census_of,
    current_boundary_set,
    district_shapes,
    districts_of,
)
from geo.adjacency import neighbour_pairs

QUARTERS = 8
"""How far back a trend goes."""


@dataclass(frozen=True, slots=True)
class CensusRow:
    """One measure here with its 90 % margin, and of the neighbours that have it by their codes."""

    measure: str
    value: float | None
    margin: float | None
    neighbours: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class KindRate:
    """How readily residents report a group of services (all: the empty name); None where nobody
    was asked of it. `is_hidden` where too few people stand behind it."""

    group: str
    services: tuple[str, ...]
    rate: AreaRate | None
    is_hidden: bool

    @property
    def shown(self) -> AreaRate | None:
        """The rate where it may be shown and there is a figure."""
        is_told = self.rate is not None and self.rate.relative_rate is not None
        return self.rate if is_told and not self.is_hidden else None


@dataclass(frozen=True, slots=True)
class DistrictProfile:
    """`quarters` are the findings of quarters on these boundaries, oldest first, `QUARTERS` at
    most; `of_metric` the newest finding that has a figure."""

    district: District
    boundary_set: BoundarySet
    neighbours: tuple[District, ...]
    census: tuple[CensusRow, ...]
    run: RateRun | None
    kinds: tuple[KindRate, ...]
    findings: tuple[DistrictFinding, ...]

    @property
    def quarters(self) -> tuple[DistrictFinding, ...]:
        return tuple(one for one in self.findings if one.is_quarter)[-QUARTERS:]

    def newest_with(self, metric: str) -> DistrictFinding | None:
        """The newest finding that gives a figure of some district."""
        return newest_with(self.findings, metric)


_neighbours: CityCache[Mapping[str, tuple[str, ...]]] = CityCache()


def district_profile(session: Session, code: str) -> DistrictProfile:
    """The district in force with this code; raises `NotFound`."""
    boundary_set = current_boundary_set(session)
    by_code = {}
    if boundary_set is not None:
        by_code = {one.code: one for one in districts_of(session, boundary_set.id).values()}
    if boundary_set is None or code not in by_code:
        raise NotFound("district-not-found", code=code[:60])
    district = by_code[code]
    around = tuple(by_code[one] for one in neighbours_of(session, boundary_set)[code])
    findings = district_findings(session, boundary_set)
    run = latest_run(session)
    if run is not None and run.boundary_set_id != boundary_set.id:
        run = None
    return DistrictProfile(
        district,
        boundary_set,
        around,
        _census(session, boundary_set, district, around),
        run,
        () if run is None else _kinds(session, run, district),
        findings,
    )


def neighbours_of(session: Session, boundary_set: BoundarySet) -> Mapping[str, tuple[str, ...]]:
    """By code of each district those it shares a border with, by their names."""
    version = boundary_set.id, boundary_set.imported_at
    return _neighbours.get(session, version, lambda: _read_neighbours(session, boundary_set))


def _read_neighbours(session: Session, boundary_set: BoundarySet) -> Mapping[str, tuple[str, ...]]:
    rows = district_shapes(session, boundary_set.id)
    codes = [row[1] for row in rows]
    order = [one.code for one in districts_of(session, boundary_set.id).values()]
    found: dict[str, set[str]] = {code: set() for code in codes}
    for one, other in neighbour_pairs(shapely.from_wkb([row[2] for row in rows])).tolist():
        found[codes[one]].add(codes[other])
        found[codes[other]].add(codes[one])
    return {code: tuple(sorted(near, key=order.index)) for code, near in found.items()}


def _census(
    session: Session,
    boundary_set: BoundarySet,
    district: District,
    around: tuple[District, ...],
) -> tuple[CensusRow, ...]:
    figures = census_of(session, boundary_set.id)
    margins = census_margins_of(session, boundary_set.id).get(district.id, {})
    measures = {measure for own in figures.values() for measure in own}
    # Residents first: everything else is a share of them.
    ordered = sorted(measures, key=lambda measure: (measure != "population", measure))
    here = figures.get(district.id, {})
    return tuple(
        CensusRow(
            measure,
            here.get(measure),
            margins.get(measure),
            {
                one.code: figures[one.id][measure]
                for one in around
                if measure in figures.get(one.id, {})
            },
        )
        for measure in ordered
    )


def _kinds(session: Session, run: RateRun, district: District) -> tuple[KindRate, ...]:
    hidden = hidden_rates(session, run)[district.id]
    found = []
    for name, services in groups_of(run).items():
        rates = rates_of(session, run, services[0] if services else "")
        rate = next((one for one in rates if one.district_id == district.id), None)
        found.append(KindRate(name, services, rate, name in hidden))
    return tuple(found)
