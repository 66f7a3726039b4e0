"""What the city was asked for in the last year, district by service, and how it was served."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.targets.hide_few import HiddenCells, hide_few
from backend.audits.targets.plan import IMPORTANCE_OF_BAND, Served
from backend.audits.targets.read_problems import Problems, read_problems
from backend.core.errors import Conflict
from backend.places.queries import current_districts
from backend.reports.models import Service
from equity.levers.targets import travel_hours_of
from equity.measures.burden import NEVER_DAYS
from equity.measures.inspected_share import inspected_within
from equity.rates.events import Codes, Floats, Mask

YEAR_DAYS = 365
LEAST_A_YEAR = 0.5
"""A pair without a report counts as half a report a year: it is promised something too."""


@dataclass(frozen=True, slots=True, eq=False)
class CityDemand:
    """What is asked of the city, with the names of districts and services as the tables have them.

    `problems` arose between `since` and `until`; `data_sha256` is of what all of it rests on.
    """

    served: Served
    area_names: tuple[str, ...]
    category_names: tuple[str, ...]
    since: datetime
    until: datetime
    problems: int
    data_sha256: str


@dataclass(frozen=True, slots=True, eq=False)
class _Waits:
    """Problems with the cell of each: columns (n,). Those that are not of the last year wait since
    longer."""

    problems: Problems
    kind: Codes
    is_of_year: Mask

    def table(self, chosen: Mask, shape: tuple[int, int]) -> Floats:
        """(areas, categories) how many of the `chosen` there are."""
        cell = self.problems.area[chosen] * shape[1] + self.kind[chosen]
        return np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)

    def waiting(self, shape: tuple[int, int]) -> Floats:
        """(areas, categories) how many wait now."""
        is_open = ~self.problems.is_inspected & np.isfinite(self.problems.days)
        return self.table(is_open, shape)

    def hidden(self, shape: tuple[int, int]) -> HiddenCells:
        """Of which problems of the last year it must not be told how they were served."""
        year = self.is_of_year
        return hide_few(
            self.problems.area[year], self.kind[year], self.problems.reporter[year], shape
        )


def read_served(session: Session, now: datetime, km_per_hour: float) -> CityDemand:
    """Of the last year up to `now`, or of as much of it as there is, and what waits since longer;
    only reads.

    How problems of few people are served is in none of it (`hide_few`): the service as it is in the
    whole city stands in, and an even share of what waits in such districts together. Raises
    `Conflict` where there are no districts or no reports.
    """
    districts = tuple(current_districts(session))
    if not districts:
        raise Conflict("no-boundaries")
    since = now - timedelta(days=YEAR_DAYS)
    places = {one.id: place for place, one in enumerate(districts)}
    problems = read_problems(session, places, since, now)
    is_of_year = problems.opened > since.timestamp()
    if not is_of_year.any():
        raise Conflict("no-reports")
    began = datetime.fromtimestamp(problems.opened[is_of_year].min(), UTC)
    order = (Service.severity_band, Service.name, Service.code)
    services = session.scalars(
        sa.select(Service).where(Service.code.in_(problems.services)).order_by(*order)
    ).all()
    kinds = {one.code: place for place, one in enumerate(services)}
    ranks = np.array([kinds[code] for code in problems.services], np.intp)
    waits = _Waits(problems, ranks[problems.service], is_of_year)
    shape = (len(districts), len(services))
    hidden, counts = waits.hidden(shape), waits.table(is_of_year, shape)
    span = max((now - began) / timedelta(days=1), 1.0)
    per_day = np.maximum(counts / span, LEAST_A_YEAR / YEAR_DAYS)
    share, days = _service_today(waits, hidden)
    stops = np.maximum((per_day * share).sum(axis=1), LEAST_A_YEAR / YEAR_DAYS)
    square_km = np.array([one.area_m2 for one in districts]) / 1e6
    served = Served(
        areas=tuple(one.code for one in districts),
        categories=tuple(one.code for one in services),
        requests_per_day=per_day,
        importance=np.array([IMPORTANCE_OF_BAND[one.severity_band] for one in services]),
        travel_hours=travel_hours_of(square_km, stops, km_per_hour),
        inspected_share=share,
        days=days,
        is_pooled=hidden.cells,
        waiting=hidden.evened(waits.waiting(shape)),
    )
    area_names = tuple(one.name for one in districts)
    category_names = tuple(one.name for one in services)
    number, sha256 = int(counts.sum()), problems.sha256
    return CityDemand(served, area_names, category_names, began, now, number, sha256)


def _service_today(waits: _Waits, hidden: HiddenCells) -> tuple[Floats, Floats]:
    """(areas, categories) the share somebody came for, and after how many days."""
    share, days = np.zeros(hidden.cells.shape), np.full(hidden.cells.shape, np.nan)
    areas = waits.problems.area
    for kind, is_untold in enumerate(hidden.services):
        of_kind = waits.is_of_year & (waits.kind == kind)
        of_all = waits.is_of_year if is_untold else of_kind
        share[:, kind], days[:, kind] = _inspected(waits, of_all)
        for area in np.flatnonzero(~hidden.cells[:, kind]):
            share[area, kind], days[area, kind] = _inspected(waits, of_kind & (areas == area))
    return share, days


def _inspected(waits: _Waits, chosen: Mask) -> tuple[float, float]:
    problems = waits.problems
    return inspected_within(problems.days[chosen], problems.is_inspected[chosen], NEVER_DAYS)
