"""Weight sets: proposed by code from one fit, put in force by a person, and never edited."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.actors import Role
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.triage.events import WeightsDecided
from backend.triage.models import DistrictWeight, WeightSet
from backend.triage.preview_weights import preview_of
from equity.levers.weights import area_weights, weights_digest
from equity.rates.reporting_rate import AreaRate

MAX_STRENGTH = 5.0


@dataclass(frozen=True, slots=True)
class ProposeWeights:
    """Weights from `rates` (area = district row id in text) of the fit `rate_run`."""

    rate_run: str
    rates: Sequence[AreaRate]
    strength: float


@dataclass(frozen=True, slots=True)
class DecideWeights:
    """Put a proposed set in force, or take one back."""

    set_id: uuid.UUID
    is_approval: bool
    reason: str


_DECIDERS = frozenset({Role.ANALYST, Role.ADMIN})


def propose_weights(work: UnitOfWork, command: ProposeWeights) -> WeightSet:
    """Store a set; nothing changes in the queue until an analyst approves it."""
    if work.actor.role not in _DECIDERS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    if not 0 <= command.strength <= MAX_STRENGTH:
        raise Invalid("strength-not-valid", pointer="/strength", most=MAX_STRENGTH)
    weights = area_weights(command.rates, command.strength)
    newest = work.session.scalar(sa.select(sa.func.max(WeightSet.version))) or 0
    weight_set = WeightSet(
        id=work.runtime.ids.uuid(),
        version=newest + 1,
        state="proposed",
        strength=command.strength,
        rate_run=command.rate_run,
        proposed_at=work.now,
        proposed_by=work.actor.key,
        preview=preview_of(work.session, weights, work.now),
    )
    work.session.add(weight_set)
    work.session.flush()
    work.session.add_all(
        DistrictWeight(
            weight_set_id=weight_set.id,
            district_id=int(one.area),
            weight=one.weight,
            median_rate=one.median_rate,
            upper_rate=one.upper_limit,
        )
        for one in weights
    )
    work.decide(
        "weights.proposed",
        f"weights:{weight_set.version}",
        rate_run=command.rate_run,
        strength=command.strength,
        weights={one.area: one.weight for one in weights},
        digest=weights_digest(weights),
    )
    return weight_set


def decide_weights(work: UnitOfWork, command: DecideWeights) -> WeightSet:
    """Approve a proposed set, which retires the one in force, or retire a set."""
    if work.actor.role not in _DECIDERS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    reason = checked_reason(command.reason, is_needed=True)
    sets = work.session.scalars(sa.select(WeightSet).with_for_update()).all()
    chosen = next((one for one in sets if one.id == command.set_id), None)
    if chosen is None:
        raise NotFound("weight-set-not-found")
    if chosen.state == "retired" or (command.is_approval and chosen.state != "proposed"):
        raise Conflict("weight-set-decided", version=chosen.version, state=chosen.state)
    for one in sets:
        if command.is_approval and one.state == "approved":
            one.state = "retired"
    chosen.state = "approved" if command.is_approval else "retired"
    chosen.decided_at, chosen.decided_by = work.now, work.actor.key
    chosen.reason = reason
    work.decide(f"weights.{chosen.state}", f"weights:{chosen.version}", reason=reason)
    work.emit(WeightsDecided(chosen.version))
    return chosen
