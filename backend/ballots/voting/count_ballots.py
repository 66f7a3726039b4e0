"""The count: the box is opened once, after the vote, and what is stored then holds no envelope."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CyclePart, CycleProject
from backend.ballots.cycle.queries import find_cycle, parts_of, projects_of
from backend.ballots.cycle.require_phase import city_minute
from backend.ballots.models import ElectionProject
from backend.ballots.store_election import store_election
from backend.ballots.tally.participation import participation
from backend.ballots.voting.box import hold_alone
from backend.ballots.voting.commands import BallotChannel, CountBallots
from backend.ballots.voting.events import CountBegun
from backend.ballots.voting.models import (
    CountedPart,
    RollEntry,
    RollState,
    SealedBallot,
    VoteCode,
    VotingSecret,
)
from backend.ballots.voting.open_box import OpenedBallot, OpenedBox, open_box
from backend.ballots.voting.part_profile import PartVote, part_vote
from backend.ballots.voting.queries import Vote, prepared_vote, roll_size
from backend.core.db import table_of
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork
from backend.places.queries import the_city

_ROLL = table_of(RollEntry)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many ballots counted, how many were set aside, and where each part's result stands."""

    ballots: int
    unreadable: int
    elections: dict[str, str]


def count_ballots(work: UnitOfWork, command: CountBallots) -> Counted:
    """Open, check, tally every part, and leave neither envelope nor secret behind.

    Raises `Conflict` before the end of the vote, once it is counted, where envelopes do not open
    (unless they are set aside), and where there are more ballots than rights to vote used. All of
    it is one transaction: a count that fails leaves everything as it was.
    """
    session = work.session
    hold_alone(session, command.slug)
    cycle = find_cycle(session, command.slug, lock=True)
    vote = prepared_vote(session, work.runtime, command.slug)
    if work.now < vote.ends_at:
        raise Conflict("vote-not-over", ends_at=city_minute(session, vote.ends_at))
    work.emit(CountBegun(cycle.id, cycle.slug, command.without_paper))
    box = open_box(session, vote, command.private_key, is_test=False)
    if box.unreadable and not command.sets_aside:
        raise Conflict("ballots-not-readable", count=box.unreadable, ballots=len(box.ballots))
    return count_opened(work, cycle, vote, box)


def count_opened(work: UnitOfWork, cycle: Cycle, vote: Vote, box: OpenedBox) -> Counted:
    """The count from the opened box on, for a cycle that the caller holds; raises as the above."""
    session = work.session
    _refuse_stuffed(session, vote, box.ballots)
    on_ballot = {part.code for part in vote.paper.parts}
    elections = {
        part.code: _store_part(work, cycle, vote, part, box.ballots)
        for part in parts_of(session, cycle)
        if part.code in on_ballot
    }
    used = roll_size(session, cycle.id)
    _forget_votes(session, cycle.id)
    cycle.counted_at = work.now
    work.decide(
        "vote.counted",
        f"cycle:{cycle.slug}",
        entitled=sum(used.values()) - used.get(RollState.VOID, 0),
        credentials=used.get(RollState.ONLINE, 0),
        on_paper=used.get(RollState.PAPER, 0),
        ballots=len(box.ballots),
        ballots_on_paper=sum(one.channel is BallotChannel.PAPER for one in box.ballots),
        unreadable=box.unreadable,
        elections=elections,
    )
    return Counted(len(box.ballots), box.unreadable, elections)


def _refuse_stuffed(session: Session, vote: Vote, ballots: Sequence[OpenedBallot]) -> None:
    """Raise `Conflict` where a district has more ballots than rights to vote were used there."""
    issued = sa.select(_ROLL.c.district, _ROLL.c.state, sa.func.count().label("entries"))
    issued = issued.where(_ROLL.c.cycle_id == vote.cycle_id, sa.not_(_ROLL.c.is_test))
    rights = Counter[tuple[str | None, bool]]()
    for row in session.execute(issued.group_by(_ROLL.c.district, _ROLL.c.state)):
        if row.state in (RollState.ONLINE, RollState.PAPER):
            rights[row.district, row.state == RollState.PAPER] = row.entries
    cast = Counter((one.district, one.channel is BallotChannel.PAPER) for one in ballots)
    if any(count > rights[key] for key, count in cast.items()):
        raise Conflict("more-ballots-than-voters", ballots=cast.total(), voters=rights.total())


def _store_part(
    work: UnitOfWork,
    cycle: Cycle,
    vote: Vote,
    part: CyclePart,
    ballots: Sequence[OpenedBallot],
) -> str:
    """Tally one part, mark its winners, and return the address of its result."""
    session, city = work.session, the_city(work.session)
    projects = [one for one in projects_of(session, cycle) if one.part_code == part.code]
    counted: PartVote = part_vote(
        cycle,
        part,
        projects,
        ballots,
        vote.paper.form,
        city=city,
        district_names={one.code: one.name for one in parts_of(session, cycle)},
        days=(vote.starts_at, vote.ends_at),
    )
    election = store_election(
        work,
        counted.profile,
        counted.rule,
        title=counted.profile.meta.entries["description"],
        place=city.name,
        slug_words=f"{cycle.slug} {part.code}",
        took_part=participation(counted.profile),
        ballot_ids=counted.ids,
        money=counted.money,
    )
    session.add(CountedPart(cycle_id=cycle.id, part_code=part.code, election_id=election.id))
    _mark_winners(session, projects, election.id)
    return election.slug


def _mark_winners(session: Session, projects: Sequence[CycleProject], election_id: int) -> None:
    won = set(
        session.scalars(
            sa.select(ElectionProject.code).where(
                ElectionProject.election_id == election_id, ElectionProject.is_winner
            )
        )
    )
    for project in projects:
        project.is_winner = project.code in won


def _forget_votes(session: Session, cycle_id: int) -> None:
    """Delete envelopes, codes and the secret, and write every row of the roll anew, without nonce.

    On PostgreSQL a row carries the number of the transaction that wrote it: now all have this one.
    In which order they lie is for `clear_traces`.
    """
    for model in (SealedBallot, VoteCode, VotingSecret):
        of_cycle = table_of(model).c.cycle_id == cycle_id
        session.execute(sa.delete(table_of(model)).where(of_cycle))
    session.execute(sa.update(_ROLL).where(_ROLL.c.cycle_id == cycle_id).values(nonce_hash=None))
