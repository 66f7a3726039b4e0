"""A sheet comes back unused, and the voter may vote otherwise again.

Nothing kept joins a voter and a batch. Where voters of the district got sheets at one batch alone,
it is known all the same. Elsewhere whoever takes the sheet back says in public why here, and no
batch counts one voter fewer, for that could be one whose sheet is in its box. So one batch has a
voter too many then, as if a sheet had been kept, and the district's voters are right.
"""

import sqlalchemy as sa

from backend.ballots.paper.check_in import find_right
from backend.ballots.paper.commands import TakeBack
from backend.ballots.paper.hold_batch import hold_batch, hold_papers
from backend.ballots.paper.queries import other_givers
from backend.ballots.paper.rights import refuse_more_than_voters
from backend.ballots.paper.workflow import BatchState
from backend.ballots.voting.models import RollEntry, RollState
from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork

_ROLL = table_of(RollEntry)
_GIVE_BACK = (
    sa.update(_ROLL)
    .where(
        _ROLL.c.cycle_id == sa.bindparam("of"),
        _ROLL.c.voter_key == sa.bindparam("key"),
        _ROLL.c.state == RollState.PAPER.value,
    )
    .values(state=RollState.ELIGIBLE.value)
    .returning(_ROLL.c.voter_key)
)


def take_back_sheet(work: UnitOfWork, command: TakeBack) -> int:
    """Take back an unused sheet while the box is shut; returns how many have one now.

    Raises `Conflict` for who has none of this district, and where nobody says why it is this batch
    and it may be another.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.OPEN)
    session, batch = work.session, held.batch
    hold_papers(session, held.vote.slug)
    entry = find_right(work, held, command.voter)
    given = {"of": held.vote.cycle_id, "key": entry.voter_key}
    is_given = entry.district == batch.district and batch.checked_in
    if not is_given or session.execute(_GIVE_BACK, given).first() is None:
        raise Conflict("paper-voter-without-sheet")
    refuse_more_than_voters(session, batch, 0)
    if others := other_givers(session, batch):
        reason = checked_reason(command.reason, is_needed=False)
        if reason is None:
            numbers = [one.number for one in others]
            raise Conflict("paper-batch-not-known", pointer="/reason", numbers=numbers)
        told = {"batch": batch.number, "place": batch.place, "reason": reason}
        work.decide("paper.taken_back", held.subject, **told)
    else:
        batch.checked_in -= 1
    return batch.checked_in
