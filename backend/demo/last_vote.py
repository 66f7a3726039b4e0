"""Last year's vote of the made-up town: its ballots come to the count as an opened box holds them.

Sealing and opening 4,000 envelopes would take a second of every start; all that comes after, from
the check against the rights to vote that were used up to the last winner, is the count itself.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from backend.ballots.analyse import JOB as ANALYSE_ELECTION
from backend.ballots.analyse import analyse_now
from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import find_cycle, parts_of, projects_of
from backend.ballots.models import Election
from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.workflow import BatchState
from backend.ballots.voting.access_codes import make_codes
from backend.ballots.voting.ballot_form import Choices
from backend.ballots.voting.codes import code_from
from backend.ballots.voting.commands import BallotChannel, MakeCodes
from backend.ballots.voting.count_ballots import count_opened
from backend.ballots.voting.models import RollEntry, RollState
from backend.ballots.voting.open_box import OpenedBallot, OpenedBox
from backend.ballots.voting.queries import prepared_vote
from backend.core.db import table_of
from backend.core.jobs import Job
from backend.core.uow import UnitOfWork
from backend.demo.election import Ballot

_ROLL = table_of(RollEntry)
# Of ten codes that were handed out as many were used.
_USED_OF_TEN = 7
_ANY = "whole-city"


def hand_out_codes(work: UnitOfWork, slug: str, ballots: Sequence[Ballot]) -> None:
    """As many codes for each district as its voters and those who stayed at home need."""
    for district, count in _by_district(work, slug, ballots).items():
        handed_out = MakeCodes(slug, count * 10 // _USED_OF_TEN, district or _ANY, district)
        make_codes(work, handed_out)


def count_last_vote(
    work: UnitOfWork,
    slug: str,
    ballots: Sequence[Ballot],
    numbers: Mapping[int, str],
    keyers: tuple[str, str],
) -> None:
    """Use up codes, count what was voted, and find out about the result all there is to find.

    `numbers`: those of the proposals by the place of their wish. `keyers` typed the sheets in.
    """
    cycle = find_cycle(work.session, slug)
    parts = {part.code for part in parts_of(work.session, cycle)}
    codes = {one.proposal_number: one.code for one in projects_of(work.session, cycle)}
    opened = []
    for ballot in ballots:
        choices = {
            part: Choices(tuple(codes[numbers[place]] for place in places))
            for part, places in ballot.approved.items()
        }
        district = ballot.district_id if ballot.district_id in parts else None
        channel = BallotChannel.PAPER if ballot.is_on_paper else BallotChannel.WEB
        receipt = code_from(work.runtime.ids.token())
        opened.append(OpenedBallot(receipt, district, channel, choices))
    opened.sort(key=lambda ballot: ballot.receipt)
    _use_codes(work, cycle.id, opened)
    _seal_paper(work, cycle, opened, keyers)
    vote = prepared_vote(work.session, work.runtime, slug)
    count_opened(work, cycle, vote, OpenedBox(tuple(opened), unreadable=0))
    for election in work.session.scalars(sa.select(Election).order_by(Election.id)):
        analyse_now(work, election)
    # The count asked for it in the background; this was it.
    work.session.execute(sa.delete(Job).where(Job.kind == ANALYSE_ELECTION))


def _by_district(work: UnitOfWork, slug: str, ballots: Sequence[Ballot]) -> Counter[str | None]:
    """Ballots by the district their voter has a part of the budget in."""
    parts = {part.code for part in parts_of(work.session, find_cycle(work.session, slug))}
    homes = (ballot.district_id for ballot in ballots)
    return Counter(home if home in parts else None for home in homes)


def _use_codes(work: UnitOfWork, cycle_id: int, opened: Sequence[OpenedBallot]) -> None:
    """One code for each ballot; which one it was follows from nothing but chance."""
    wanted = sa.select(_ROLL.c.district, _ROLL.c.voter_key).where(_ROLL.c.cycle_id == cycle_id)
    unused = defaultdict[str | None, list[str]](list)
    for district, key in work.session.execute(wanted.order_by(_ROLL.c.voter_key)):
        unused[district].append(key)
    use = (
        sa.update(_ROLL)
        .where(_ROLL.c.cycle_id == cycle_id, _ROLL.c.voter_key == sa.bindparam("key"))
        .values(state=sa.bindparam("to"))
    )
    rows = [
        {
            "key": unused[one.district].pop(),
            "to": RollState.PAPER if one.channel is BallotChannel.PAPER else RollState.ONLINE,
        }
        for one in opened
    ]
    work.session.connection().execute(use, rows)


def _seal_paper(
    work: UnitOfWork, cycle: Cycle, opened: Sequence[OpenedBallot], keyers: tuple[str, str]
) -> None:
    """One box of sheets for each district, keyed twice without a difference, and its numbers."""
    counts = Counter(one.district for one in opened if one.channel is BallotChannel.PAPER)
    names = {part.code: part.name for part in parts_of(work.session, cycle)}
    for number, district in enumerate(sorted(counts, key=lambda code: code or ""), start=1):
        place = f"Box of {names[district]}" if district else "Box in the town hall"
        sheets = dict.fromkeys(("checked_in", "sheets", "keyed", "valid"), counts[district])
        told: dict[str, Any] = {
            "place": place,
            "district": district,
            "invalid": 0,
            "blank": 0,
            "faults": {},
            "causes": {},
            "reason": None,
            **sheets,
        }
        first, second = keyers
        work.session.add(
            PaperBatch(
                cycle_id=cycle.id,
                number=number,
                state=BatchState.SEALED.value,
                first_keyer=first,
                second_keyer=second,
                **told,
            )
        )
        work.decide("paper.sealed", f"cycle:{cycle.slug}", batch=number, refused=0, **told)
