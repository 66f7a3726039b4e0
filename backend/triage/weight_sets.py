"""Weight sets: proposed by code from one fit, put in force by a person, and never edited."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.actors import Role
from backend.core.errors import Conflict, Forbidden, Invalid, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.places.queries import current_districts
from backend.triage.events import WeightsDecided
from backend.triage.models import DistrictWeight, WeightSet
from backend.triage.preview_weights import preview_of
from backend.triage.queries import ROLLED_BACK, versions_once_in_force, weights_of
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
    """Put a proposed set in force, or take one back.

    `in_force` is the version that was in force as far as the decider saw, empty for none; None
    where nobody looked.
    """

    set_id: uuid.UUID
    is_approval: bool
    reason: str
    in_force: str | None = None


@dataclass(frozen=True, slots=True)
class RollBackWeights:
    """Put a set in force again that once was; `in_force` as in `DecideWeights`."""

    set_id: uuid.UUID
    reason: str
    in_force: str | None = None


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
    """Approve a proposed set, which retires the one in force, or retire a set.

    Nobody approves what they proposed themselves; whoever proposed it may take it back. Raises
    `Conflict` where another set is in force than the decider saw.
    """
    reason = _checked(work, command.reason)
    sets, chosen = _locked(work, command.set_id)
    if chosen.state == "retired" or (command.is_approval and chosen.state != "proposed"):
        raise Conflict("weight-set-decided", version=chosen.version, state=chosen.state)
    if command.is_approval and chosen.proposed_by == work.actor.key:
        raise Forbidden("weights-own-proposal", version=chosen.version)
    if command.is_approval:
        _check_in_force(sets, command.in_force)
        _retire_in_force(sets)
    chosen.state = "approved" if command.is_approval else "retired"
    _settle(work, chosen, reason)
    work.decide(f"weights.{chosen.state}", f"weights:{chosen.version}", reason=reason)
    work.emit(WeightsDecided(chosen.version))
    return chosen


def roll_back_weights(work: UnitOfWork, command: RollBackWeights) -> WeightSet:
    """Put an earlier set in force again, which retires the one that is.

    Two people decided on it before, so one may go back to it; what never was in force, or weighs
    districts that are not in force, cannot be gone back to.
    """
    reason = _checked(work, command.reason)
    sets, chosen = _locked(work, command.set_id)
    if chosen.state != "retired" or chosen.version not in versions_once_in_force(work.session):
        raise Conflict("weights-never-in-force", version=chosen.version)
    weighed = {one.district_id for one, _name in weights_of(work.session, chosen)}
    if not weighed <= {one.id for one in current_districts(work.session)}:
        raise Conflict("weights-of-other-districts", version=chosen.version)
    _check_in_force(sets, command.in_force)
    before = _in_force(sets)
    _retire_in_force(sets)
    chosen.state = "approved"
    _settle(work, chosen, reason)
    work.decide(ROLLED_BACK, f"weights:{chosen.version}", reason=reason, instead_of=before)
    work.emit(WeightsDecided(chosen.version))
    return chosen


def _checked(work: UnitOfWork, reason: str) -> str | None:
    """The reason; raises where the actor may not decide, or gave none."""
    if work.actor.role not in _DECIDERS:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    return checked_reason(reason, is_needed=True)


def _locked(work: UnitOfWork, set_id: uuid.UUID) -> tuple[Sequence[WeightSet], WeightSet]:
    """All sets, and the one that is meant."""
    sets = work.session.scalars(sa.select(WeightSet).with_for_update()).all()
    chosen = next((one for one in sets if one.id == set_id), None)
    if chosen is None:
        raise NotFound("weight-set-not-found")
    return sets, chosen


def _in_force(sets: Sequence[WeightSet]) -> int | None:
    return next((one.version for one in sets if one.state == "approved"), None)


def _check_in_force(sets: Sequence[WeightSet], seen: str | None) -> None:
    now = str(_in_force(sets) or "")
    if seen is not None and seen != now:
        raise Conflict("weights-in-force-changed", in_force=now or "none")


def _retire_in_force(sets: Sequence[WeightSet]) -> None:
    for one in sets:
        if one.state == "approved":
            one.state = "retired"


def _settle(work: UnitOfWork, chosen: WeightSet, reason: str | None) -> None:
    chosen.decided_at, chosen.decided_by = work.now, work.actor.key
    chosen.reason = reason
