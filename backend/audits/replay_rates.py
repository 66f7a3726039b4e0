"""Fitting rates again, of what was known when they were fitted, to see whether they come out."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.code_version import code_version
from backend.audits.findings.logged import Difference, short
from backend.audits.fit_rates import FittedRates, compute_rates
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.queries import VARIANT_OF
from backend.audits.vary_rates import Varied, choice_of, compute_variant
from backend.places.queries import districts_of


@dataclass(frozen=True, slots=True)
class RatesReplay:
    """What came of it, of so many `figures`. Where the data are not the same, reports of that time
    came in late, were joined, moved or erased since, and differences may be theirs."""

    is_same_data: bool
    is_same_code: bool
    figures: int
    differences: tuple[Difference, ...]

    @property
    def is_equal(self) -> bool:
        """To the digit."""
        return not self.differences


def replay_rates(session: Session, run: RateRun) -> RatesReplay:
    """Fit again by the same choice; nothing is stored. Raises `Conflict` where nothing is left."""
    if nightly := run.parameters.get(VARIANT_OF):
        of = session.get_one(RateRun, uuid.UUID(nightly))
        varied = compute_variant(session, run.fitted_at, of, choice_of(run), run.fitted_at)
        return held_against(session, run, varied)
    return held_against(session, run, compute_rates(session, run.fitted_at, again=run))


def held_against(session: Session, run: RateRun, again: FittedRates | Varied) -> RatesReplay:
    """What is stored of a fit against what came out when it was made again."""
    stored = _stored(session, run)
    return RatesReplay(
        again.run["data_sha256"] == run.data_sha256,
        run.parameters.get("code_version") == code_version(),
        len(stored),
        tuple(_differences(session, run, stored, again.rows)),
    )


def _stored(session: Session, run: RateRun) -> list[AreaRate]:
    wanted = sa.select(AreaRate).where(AreaRate.rate_run_id == run.id)
    return list(session.scalars(wanted.order_by(AreaRate.district_id, AreaRate.service_code)))


def _differences(
    session: Session, run: RateRun, stored: Iterable[AreaRate], rows: Iterable[Mapping[str, Any]]
) -> Iterator[Difference]:
    districts = districts_of(session, run.boundary_set_id)
    again = {(row["district_id"], row["service_code"]): row for row in rows}
    for one in stored:
        service = one.service_code or "all services"
        where = f"{districts[one.district_id].code}, {service}"
        row = again.pop((one.district_id, one.service_code), None)
        if row is None:
            yield Difference(where, "there", "not there")
            continue
        for name, value in row.items():
            if getattr(one, name) != value:
                yield Difference(f"{where}, {name}", short(getattr(one, name)), short(value))
    for id_, service in again:
        name = "all services" if service == ALL_SERVICES else service
        yield Difference(f"{districts[id_].code}, {name}", "not there", "there")
