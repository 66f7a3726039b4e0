"""Access codes: printed in batches, known by their hashes alone, ended where they are lost."""

from dataclasses import dataclass

import sqlalchemy as sa

from backend.ballots.cycle.queries import district_codes, find_cycle
from backend.ballots.voting.codes import code_from, read_code
from backend.ballots.voting.commands import MakeCodes, VoidCodes
from backend.ballots.voting.models import RollEntry, RollState
from backend.ballots.voting.prepare_vote import cycle_to_prepare
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork

MOST_CODES = 100_000
_LONGEST_BATCH = 40


@dataclass(frozen=True, slots=True)
class VoidedCodes:
    """How many rights to vote ended, and how many could not because they were used."""

    voided: int
    used: int


def make_codes(work: UnitOfWork, command: MakeCodes) -> list[str]:
    """New codes, told this once; each is a right to vote of its own."""
    cycle = cycle_to_prepare(work, command.slug)
    districts = district_codes(work.session, cycle)
    if not 1 <= command.count <= MOST_CODES:
        raise Invalid("code-count-not-valid", count=command.count, most=MOST_CODES)
    if command.district is not None and command.district not in districts:
        raise Invalid("code-district-unknown", district=command.district, districts=districts)
    taken = sa.select(RollEntry.voter_key).where(
        RollEntry.cycle_id == cycle.id, RollEntry.batch == command.batch
    )
    if not 1 <= len(command.batch) <= _LONGEST_BATCH or work.session.scalar(taken.limit(1)):
        raise Conflict("code-batch-taken", batch=command.batch[:_LONGEST_BATCH])
    codes = [code_from(work.runtime.ids.token()) for _ in range(command.count)]
    hashes = roll_hashes(work.runtime.settings.hash_key, cycle.slug)
    rows = [
        {
            "cycle_id": cycle.id,
            "voter_key": hashed,
            "code_hash": hashed,
            "state": RollState.ELIGIBLE,
            "district": command.district,
            "is_test": command.is_test,
            "batch": command.batch,
        }
        for hashed in sorted(map(hashes.code, codes))
    ]
    work.session.execute(sa.insert(RollEntry), rows)
    work.decide(
        "vote.codes_made",
        f"cycle:{cycle.slug}",
        batch=command.batch,
        count=command.count,
        is_test=command.is_test,
    )
    return codes


def void_codes(work: UnitOfWork, command: VoidCodes) -> VoidedCodes:
    """End rights to vote that are not used; a ballot in the box stays, for nobody can find it.

    Where nothing ends, nothing is logged. Raises `NotFound` where there is no such code or batch,
    and `Conflict` once the vote is counted.
    """
    cycle = find_cycle(work.session, command.slug, lock=True)
    if cycle.counted_at is not None:
        raise Conflict("vote-counted", slug=cycle.slug)
    reason = checked_reason(command.reason, is_needed=True)
    which = _which(work, command)
    of_cycle = sa.and_(RollEntry.cycle_id == cycle.id, which)
    states = list(work.session.scalars(sa.select(RollEntry.state).where(of_cycle)))
    if not states:
        if command.batch is not None:
            raise NotFound("code-batch-unknown", batch=command.batch)
        raise NotFound("vote-code-unknown")
    voided = work.session.execute(
        sa.update(RollEntry)
        .where(of_cycle, RollEntry.state == RollState.ELIGIBLE)
        .values(state=RollState.VOID)
        .returning(RollEntry.batch)
    )
    batches = list(voided.scalars())
    ended = len(batches)
    used = sum(state in (RollState.ONLINE, RollState.PAPER) for state in states)
    if ended:
        # That of a single code too; a code in a letter is of none.
        facts = {"batch": batches[0], "count": ended, "reason": reason}
        work.decide("vote.codes_voided", f"cycle:{cycle.slug}", **facts)
    return VoidedCodes(ended, used)


def _which(work: UnitOfWork, command: VoidCodes) -> sa.ColumnElement[bool]:
    if command.batch is not None:
        return RollEntry.batch == command.batch
    code = read_code(command.code or "")
    hashes = roll_hashes(work.runtime.settings.hash_key, command.slug)
    return RollEntry.code_hash == (hashes.code(code) if code else "")
