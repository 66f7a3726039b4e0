"""A vote for tests: a settled cycle, trustees with a key, voters with codes of their own."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from acting import do
from cycles import LENGTH, go_to, make_cycle
from worlds import NOON, World

from backend.ballots.cycle.models import CyclePhase, CycleProject
from backend.ballots.cycle.phases import ORDER, Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.voting.ballot_form import Choices
from backend.ballots.voting.cast_ballot import Receipt, cast_ballot
from backend.ballots.voting.commands import (
    AccessCode,
    BallotChannel,
    CastBallot,
    ImportRoll,
    PrepareVote,
    RollRow,
    TakeCredential,
)
from backend.ballots.voting.envelope import public_key_of
from backend.ballots.voting.import_roll import import_roll
from backend.ballots.voting.prepare_vote import set_voting_key
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.voter_hashes import roll_hashes
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work

SLUG = "town-budget-2026"
TRUSTEES_KEY = bytes(range(32))
# Code, part, cost in cents, category.
PROJECTS = (
    ("C1", "citywide", 30_000_00, "parks"),
    ("C2", "citywide", 20_000_00, "parks"),
    ("C3", "citywide", 15_000_00, "roads"),
    ("W1", "SW", 12_000_00, None),
    ("W2", "SW", 9_000_00, None),
    ("E1", "SE", 30_000_00, None),
)


def make_vote(
    world: World, projects: Sequence[tuple[str, str, int, str | None]] = PROJECTS, **changes: object
) -> None:
    """A cycle of the usual dates with its projects and a key, on the day before the vote."""
    make_cycle(**changes)
    settle_vote(world, projects)


def settle_vote(
    world: World, projects: Sequence[tuple[str, str, int, str | None]] = PROJECTS
) -> None:
    """The same for a cycle that is there."""
    with unit_of_work(OPERATOR) as work:
        cycle = find_cycle(work.session, SLUG)
        cycle.settled_at = NOON
        work.session.add_all(
            CycleProject(
                cycle_id=cycle.id,
                position=position,
                code=code,
                part_code=part,
                title=f"Project {code}",
                cost=cost,
                category=category,
            )
            for position, (code, part, cost, category) in enumerate(projects)
        )
    do(OPERATOR, set_voting_key, PrepareVote(SLUG, public_key_of(TRUSTEES_KEY)))
    go_to(world, Phase.VOTE, days=-1)


def code_of(voter: int) -> str:
    """The access code in the letter of a voter."""
    return f"{voter:016}"


def enrol(voters: Mapping[int, str | None]) -> None:
    """Put voters on the roll, each with a district and a code."""
    hashes = roll_hashes(current_runtime().settings.hash_key, SLUG)
    rows = [
        RollRow(hashes.voter(str(voter)), district, code_hash=hashes.code(dashed(code_of(voter))))
        for voter, district in voters.items()
    ]
    do(OPERATOR, import_roll, ImportRoll(SLUG, rows))


def dashed(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, 16, 4))


def credential_of(voter: int, nonce: str | None = None) -> str:
    """What the voter's letter is exchanged for."""
    asked = TakeCredential(SLUG, AccessCode(code_of(voter)), nonce)
    return do(ANONYMOUS, take_credential, asked)


def a_ballot(credential: str, sequence: int = 1, **parts: str) -> CastBallot:
    """`citywide="C1 C2"` and so on."""
    return CastBallot(
        SLUG,
        credential,
        sequence,
        f"{sequence:032x}",
        {code: Choices(tuple(projects.split())) for code, projects in parts.items()},
        BallotChannel.APP,
    )


def cast(voter: int, sequence: int = 1, **parts: str) -> Receipt:
    """The receipt for the voter's ballot."""
    return do(ANONYMOUS, cast_ballot, a_ballot(credential_of(voter), sequence, **parts))


def vote_until(ends_at: datetime) -> None:
    """Move the calendar so that the vote of ten days ends then, for programs with a real clock."""
    with unit_of_work(OPERATOR) as work:
        for phase in work.session.scalars(sa.select(CyclePhase)):
            later = ORDER.index(Phase(phase.phase)) - ORDER.index(Phase.VOTE)
            phase.ends_at = ends_at + later * LENGTH
            phase.starts_at = phase.ends_at - LENGTH
