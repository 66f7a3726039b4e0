"""A batch that never was: begun by mistake, and no sheet and no voter belongs to it."""

import sqlalchemy as sa

from backend.ballots.paper.commands import CloseMistake
from backend.ballots.paper.hold_batch import Held, hold_batch, move
from backend.ballots.paper.queries import doubts_of
from backend.ballots.paper.workflow import BatchState
from backend.core.actors import Role
from backend.core.decision_log import Decision
from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork


def close_mistake(work: UnitOfWork, command: CloseMistake) -> None:
    """Let the count wait for it no longer; the batch and the reason stay in public.

    Raises `Forbidden` unless by an administrator or whoever began it, and `Conflict` where
    somebody got a sheet or is on the list to settle, or a sheet was found.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.OPEN, BatchState.COUNTED)
    batch = held.batch
    if work.actor.role is not Role.ADMIN and not _has_begun(work, held):
        raise Forbidden("paper-batch-of-others", number=batch.number)
    reason = checked_reason(command.reason, is_needed=True)
    if batch.checked_in or batch.sheets or batch.first_keyer or doubts_of(work.session, batch):
        raise Conflict("paper-batch-in-use", number=batch.number)
    batch.reason = reason
    move(batch, BatchState.MISTAKEN)
    told = {"batch": batch.number, "place": batch.place, "reason": reason}
    work.decide("paper.mistaken", held.subject, **told)


def _has_begun(work: UnitOfWork, held: Held) -> bool:
    """Whether the log says that this person began it; its facts are canonical, by name."""
    begun = sa.select(Decision.actor).where(
        Decision.subject == held.subject,
        Decision.action == "paper.opened",
        Decision.facts.startswith(f'{{"batch":{held.batch.number},', autoescape=True),
    )
    return work.session.scalar(begun) == work.actor.key
