"""The newest rates by another choice of what is left out, how long is watched, and which model.

Kept as a fit of its own that names the one it is held against, so that nobody who asks for the
newest rates gets it (`backend.audits.queries.latest_run`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.audits.findings.code_version import code_version
from backend.audits.fit_rates import MODEL, fit_on, ground_of, rate_row
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.observe import as_ticks, read_request_log
from backend.audits.queries import VARIANT_OF, latest_run
from backend.audits.rate_inputs import with_census
from backend.core.actors import Role
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.jobs import Job, PreparedJob
from backend.core.uow import UnitOfWork
from backend.places.queries import census_of
from equity.errors import EquityError
from equity.rates.events import ObservationRule, Requests, observe
from equity.rates.reporting_rate import Grade

JOB = "vary_rates"
BLACKOUTS = (0.0, 0.5, 1.0, 2.0, 4.0)
LIMITS = (30.0, 100.0, 200.0)
MODELS = (MODEL, "poisson", "negbin", "zip")
_MAY_ASK = frozenset({Role.ANALYST, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Choice:
    """Days left out after the first report, days watched at most, and the model."""

    blackout_days: float
    limit_days: float
    model: str


class Conclusion(StrEnum):
    """What a district's rate says of it."""

    LESS = "less"
    MORE = "more"
    UNSURE = "unsure"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Varied:
    """A fit by another choice that is not stored yet; without rows where there is none."""

    run: dict[str, Any]
    rows: tuple[dict[str, Any], ...]


def conclusion(row: AreaRate) -> Conclusion:
    """Sure only where the whole interval lies on one side of what is usual."""
    if row.low is None or row.high is None or row.grade == Grade.C:
        return Conclusion.UNTOLD
    if row.high < 1:
        return Conclusion.LESS
    return Conclusion.MORE if row.low > 1 else Conclusion.UNSURE


def choice_of(run: RateRun) -> Choice:
    """By which choice a fit was made; the nightly ones have the model's long name alone."""
    facts = run.parameters
    return Choice(facts["blackout_days"], facts["limit_days"], facts.get("chosen_model", MODEL))


def variant_by(variants: Sequence[RateRun], choice: Choice) -> RateRun | None:
    """The newest of these made by a choice."""
    return next((one for one in variants if choice_of(one) == choice), None)


def check_offered(choice: Choice) -> None:
    """Raise `Invalid` for what nobody is offered: each choice takes a fit."""
    for name, offered in (
        ("blackout_days", BLACKOUTS),
        ("limit_days", LIMITS),
        ("model", MODELS),
    ):
        if getattr(choice, name) not in offered:
            raise Invalid(
                "choice-not-offered", pointer=f"/{name}", choices=[str(one) for one in offered]
            )


def ask_for_variant(work: UnitOfWork, choice: Choice) -> None:
    """Have the newest rates fitted by another choice, in the background; once is enough."""
    if work.actor.role not in _MAY_ASK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    check_offered(choice)
    if latest_run(work.session) is None:
        raise Conflict("rates-missing")
    if not is_awaited(work.session, choice):
        work.enqueue(JOB, **asdict(choice))


def is_awaited(session: Session, choice: Choice) -> bool:
    """Whether it is asked for and not there yet."""
    waiting = sa.select(Job.payload).where(Job.kind == JOB, Job.state.in_(("waiting", "running")))
    return asdict(choice) in list(session.scalars(waiting))


def _compute(session: Session, now: datetime, payload: dict[str, Any]) -> Varied | None:
    """Only reads; None where no fit is left to hold it against."""
    run = latest_run(session)
    return None if run is None else compute_variant(session, now, run, Choice(**payload))


def compute_variant(
    session: Session, now: datetime, run: RateRun, choice: Choice, known_at: datetime | None = None
) -> Varied:
    """The rates by another choice than `run`, of what there is or was `known_at` a moment; only
    reads."""
    log = read_request_log(session, run.boundary_set_id, known_at)
    census = census_of(session, run.boundary_set_id)
    # Free districts leave nothing for a census to explain.
    requests = with_census(log.requests, census) if choice.model == MODEL else log.requests
    facts = {
        "city": run.parameters.get("city"),
        "blackout_days": choice.blackout_days,
        "limit_days": choice.limit_days,
        "chosen_model": choice.model,
        "code_version": code_version(),
        VARIANT_OF: str(run.id),
    }
    try:
        rows = _fitted(session, run, choice, requests, as_ticks([now])[0])
    except EquityError as error:
        facts["refusal"], rows = error.slug, ()
    kept = {
        "fitted_at": now,
        "boundary_set_id": run.boundary_set_id,
        "data_from": run.data_from,
        "data_until": now,
        "data_sha256": log.sha256,
        "parameters": facts,
    }
    return Varied(kept, rows)


def _fitted(
    session: Session, run: RateRun, choice: Choice, requests: Requests, end_at: np.datetime64
) -> tuple[dict[str, Any], ...]:
    rule = ObservationRule(choice.limit_days, choice.blackout_days, end_at)
    census = census_of(session, run.boundary_set_id)
    ground = ground_of(session, run.boundary_set_id, requests, end_at, census)
    # Who is silent is a matter of residents and reports, whatever is chosen here.
    rates = fit_on(observe(requests, rule), replace(ground, turnout=None), model=choice.model)
    return tuple({**rate_row(ALL_SERVICES, one), "reports": 0} for one in rates.areas)


def _store(work: UnitOfWork, varied: Varied | None) -> None:
    if varied is None:
        return
    run = RateRun(id=work.runtime.ids.uuid(), **varied.run)
    work.session.add(run)
    work.session.flush()
    rows = [{"rate_run_id": run.id, **row} for row in varied.rows]
    if rows:
        work.session.execute(sa.insert(AreaRate), rows)
    work.decide(
        "rates.varied",
        f"rates:{run.id}",
        data_sha256=run.data_sha256,
        parameters=run.parameters,
    )


VARY_RATES_JOB = PreparedJob(_compute, _store)
