"""A sheet comes back unused, and the voter may vote otherwise again.

Nothing kept joins a voter and a batch. Where voters of the district got sheets at one batch alone,
it is known all the same. Elsewhere only an administrator takes it back and says in public why here,
and no batch counts one voter fewer, for that could be one whose sheet is in its box. So one batch
has a voter too many then, as if a sheet had been kept, and the district's voters are right.

The number of the sheet is used up: whoever brings a copy of what lies in a box has that sheet not
keyed any more, and whose sheet was keyed gives nothing back.
"""

import sqlalchemy as sa

from backend.ballots.paper.check_in import find_right
from backend.ballots.paper.commands import TakeBack
from backend.ballots.paper.hold_batch import hold_batch, hold_papers
from backend.ballots.paper.queries import other_givers
from backend.ballots.paper.rights import room_in_district
from backend.ballots.paper.rules import sheet_number
from backend.ballots.paper.sheets import hash_of, spend_sheet
from backend.ballots.paper.workflow import BatchState
from backend.ballots.voting.models import RollEntry, RollState
from backend.core.actors import Role
from backend.core.db import table_of
from backend.core.errors import Conflict, Forbidden
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

    Raises `Conflict` for who has none of this district, on a number that is used, and where fewer
    voters than counted sheets would be left; `Forbidden` where it may be another batch's, unless
    by an administrator, and `Invalid` then without a reason.
    """
    held = hold_batch(work, command.slug, command.batch, BatchState.OPEN)
    session, batch = work.session, held.batch
    hold_papers(session, held.vote.slug)
    entry = find_right(work, held, command.voter)
    given = {"of": held.vote.cycle_id, "key": entry.voter_key}
    is_given = entry.district == batch.district and batch.checked_in
    if not is_given or session.execute(_GIVE_BACK, given).first() is None:
        raise Conflict("paper-voter-without-sheet")
    number = sheet_number(command.sheet)
    spend_sheet(session, batch, hash_of(work.runtime.settings.hash_key, held.vote.slug, number))
    if room_in_district(session, batch) < 0:
        raise Conflict("paper-more-ballots-than-voters")
    if others := other_givers(session, batch):
        if work.actor.role is not Role.ADMIN:
            raise Forbidden("paper-batch-not-known", numbers=[one.number for one in others])
        reason = checked_reason(command.reason, is_needed=True)
        told = {"batch": batch.number, "place": batch.place, "reason": reason}
        work.decide("paper.taken_back", held.subject, **told)
    else:
        batch.checked_in -= 1
    return batch.checked_in
