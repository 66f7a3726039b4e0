"""Move a date of a published cycle: a public act with a reason, never a quiet edit."""

import sqlalchemy as sa

from backend.ballots.cycle.commands import MoveDate
from backend.ballots.cycle.models import Cycle, CycleDateMove, CyclePhase
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of, find_cycle
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def can_open(cycle: Cycle, phase: Phase) -> bool:
    """Whether a phase opens when its day comes: a vote needs its settled ballot and its key."""
    is_ready = cycle.settled_at is not None and cycle.voting_key is not None
    return phase is not Phase.VOTE or is_ready


def move_date(work: UnitOfWork, command: MoveDate) -> Cycle:
    """Give one phase other dates, also a later close to a vote under way.

    The cycle is held meanwhile, so that it is closed either before this or by the new date. A vote
    whose day came before it was settled and had its key opened for nobody, so it can be put off.
    """
    session = work.session
    reason = checked_reason(command.reason, is_needed=True)
    cycle = find_cycle(session, command.slug, lock=True)
    if cycle.published_at is None:
        raise Conflict("cycle-not-published", slug=cycle.slug)
    if command.phase is Phase.VOTE and cycle.counted_at is not None:
        raise Conflict("phase-is-over", phase=command.phase.value)
    calendar, span = calendar_of(session, cycle), command.span
    old = calendar.spans[command.phase]
    if old == span:
        raise Conflict("dates-are-the-same", phase=command.phase.value)
    calendar.moved(command.phase, span, work.now, has_opened=can_open(cycle, command.phase))
    session.execute(
        sa.update(CyclePhase)
        .where(CyclePhase.cycle_id == cycle.id, CyclePhase.phase == command.phase.value)
        .values(starts_at=span.starts_at, ends_at=span.ends_at)
    )
    session.add(
        CycleDateMove(
            cycle_id=cycle.id,
            phase=command.phase.value,
            old_starts_at=old.starts_at,
            old_ends_at=old.ends_at,
            starts_at=span.starts_at,
            ends_at=span.ends_at,
            reason=reason,
            at=work.now,
            actor=work.actor.key,
        )
    )
    work.decide(
        "cycle.date_moved",
        f"cycle:{cycle.slug}",
        phase=command.phase.value,
        old_starts_at=old.starts_at.isoformat(),
        old_ends_at=old.ends_at.isoformat(),
        starts_at=span.starts_at.isoformat(),
        ends_at=span.ends_at.isoformat(),
        reason=reason,
    )
    return cycle
