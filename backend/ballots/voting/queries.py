"""A cycle's vote as it stands: its form, parts, keys and gates; and the reads of roll and box."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import CITYWIDE, Cycle, CyclePart, CyclePhase
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle, parts_of, projects_of, public_cycle
from backend.ballots.cycle.require_phase import require_phase
from backend.ballots.models import Election
from backend.ballots.voting.ballot_content import longest_ballot
from backend.ballots.voting.ballot_form import (
    BadForm,
    BallotForm,
    BallotPart,
    BallotProject,
    form_from_json,
)
from backend.ballots.voting.credential import VoteKeys, vote_keys
from backend.ballots.voting.envelope import read_public_key
from backend.ballots.voting.models import CountedPart, RollEntry, SealedBallot, VotingSecret
from backend.core.city_cache import CityCache
from backend.core.db import table_of
from backend.core.errors import Conflict, Invalid
from backend.core.runtime import Runtime

_CYCLE, _PHASE = table_of(Cycle), table_of(CyclePhase)
_SECRET, _ROLL, _BOX = table_of(VotingSecret), table_of(RollEntry), table_of(SealedBallot)
_VOTE = (
    sa.select(
        _CYCLE.c.id,
        _CYCLE.c.slug,
        _CYCLE.c.title,
        _CYCLE.c.ballot_form,
        _CYCLE.c.published_at,
        _CYCLE.c.settled_at,
        _CYCLE.c.times_covered,
        _CYCLE.c.voting_key,
        _CYCLE.c.counted_at,
        _SECRET.c.secret,
        _PHASE.c.starts_at,
        _PHASE.c.ends_at,
    )
    .join(_PHASE, sa.and_(_PHASE.c.cycle_id == _CYCLE.c.id, _PHASE.c.phase == Phase.VOTE.value))
    .outerjoin(_SECRET, _SECRET.c.cycle_id == _CYCLE.c.id)
    .where(_CYCLE.c.slug == sa.bindparam("slug"))
)
_ENTRY = sa.select(
    _ROLL.c.voter_key, _ROLL.c.state, _ROLL.c.district, _ROLL.c.is_test, _ROLL.c.nonce_hash
).where(_ROLL.c.cycle_id == sa.bindparam("cycle_id"))
_BY_KEY = _ENTRY.where(_ROLL.c.voter_key == sa.bindparam("hashed"))
_BY_KEYS = _ENTRY.where(_ROLL.c.voter_key.in_(sa.bindparam("hashes", expanding=True)))
_BY_CODE = _ENTRY.where(_ROLL.c.code_hash == sa.bindparam("hashed"))
# Key, state, district, whether it is a test, and the hash of the nonce it was used with.
Entry: TypeAlias = sa.Row[str, str, str, bool, str]
_IN_BOX = sa.select(_BOX.c.sequence, _BOX.c.attempt_hash).where(
    _BOX.c.cycle_id == sa.bindparam("cycle_id"), _BOX.c.box_key == sa.bindparam("box_key")
)


@dataclass(frozen=True, slots=True)
class BallotPaper:
    """What is settled before the vote: the form, and what can be chosen in each part.

    `size` is that of the longest ballot in bytes; amounts are in 1/`money_scale` of `currency`.
    """

    form: BallotForm
    parts: tuple[BallotPart, ...]
    size: int
    currency: str
    money_scale: int


@dataclass(frozen=True, slots=True)
class Vote:
    """One cycle's vote; `keys` are gone once its ballots are counted."""

    cycle_id: int
    slug: str
    title: str
    public_key: X25519PublicKey
    keys: VoteKeys
    paper: BallotPaper
    starts_at: datetime
    ends_at: datetime


_PAPERS: CityCache[BallotPaper] = CityCache()


def prepared_vote(session: Session, runtime: Runtime, slug: str) -> Vote:
    """The vote of a cycle whose ballot is settled and whose voting key is set.

    Raises `NotFound`, and `Conflict` where there is nothing to vote on yet or no longer.
    """
    row = session.execute(_VOTE, {"slug": slug}).one_or_none()
    if row is None or row.published_at is None:
        find_cycle(session, slug)
        raise Conflict("cycle-not-published", slug=slug)
    if row.counted_at is not None:
        raise Conflict("vote-counted", slug=slug)
    if row.settled_at is None or row.voting_key is None or row.secret is None:
        raise Conflict("vote-not-prepared", slug=slug)
    try:
        public_key = read_public_key(row.voting_key)
    except ValueError as error:
        raise Conflict("vote-not-prepared", slug=slug) from error
    paper = _PAPERS.get(
        session,
        (row.id, row.settled_at, row.times_covered),
        lambda: ballot_paper(session, find_cycle(session, slug)),
    )
    keys = vote_keys(runtime.settings.hash_key, slug, row.secret)
    return Vote(row.id, slug, row.title, public_key, keys, paper, row.starts_at, row.ends_at)


def open_vote(
    session: Session, runtime: Runtime, slug: str, now: datetime, *, is_test: bool
) -> Vote:
    """The vote, where it is under way; for tests, where it has not begun."""
    vote = prepared_vote(session, runtime, slug)
    require_open(session, vote, now, is_test=is_test)
    return vote


def require_open(session: Session, vote: Vote, now: datetime, *, is_test: bool) -> None:
    """Raise `Conflict` unless the vote is under way; for tests, unless it has not begun.

    What is tried while people vote is too easily taken for a vote.
    """
    if is_test:
        if now >= vote.starts_at:
            raise Conflict("vote-code-is-test")
    elif not vote.starts_at <= now < vote.ends_at:
        require_phase(session, find_cycle(session, vote.slug), Phase.VOTE, now)


def ballot_paper(session: Session, cycle: Cycle) -> BallotPaper:
    """The form and the parts with their projects; raises `Invalid` on a form that cannot be."""
    projects: dict[str, list[BallotProject]] = {}
    for one in projects_of(session, cycle):
        project = BallotProject(one.code, one.cost, one.category, one.title)
        projects.setdefault(one.part_code, []).append(project)
    parts = tuple(
        BallotPart(
            part.code,
            part.code == CITYWIDE,
            part.budget,
            tuple(projects[part.code]),
            part.name,
        )
        for part in parts_of(session, cycle)
        if part.code in projects
    )
    form = read_form(cycle.ballot_form)
    size = longest_ballot(form, parts)
    return BallotPaper(form, parts, size, cycle.currency, cycle.money_scale)


def read_form(document: Mapping[str, Any]) -> BallotForm:
    """The form; raises `Invalid` where it cannot be."""
    try:
        return form_from_json(document)
    except BadForm as error:
        raise Invalid(error.slug, **error.facts) from error


def entry_of_voter(session: Session, cycle_id: int, voter_key: str) -> Entry | None:
    """The right to vote of the voter whom the roll knows by this keyed hash."""
    where = {"cycle_id": cycle_id, "hashed": voter_key}
    return session.execute(_BY_KEY, where).one_or_none()


def entry_of_number(session: Session, cycle_id: int, hashes: Sequence[str]) -> Entry | None:
    """The right to vote behind a register number, by the first of its hashes that the roll has."""
    found = session.execute(_BY_KEYS, {"cycle_id": cycle_id, "hashes": list(hashes)})
    return min(found, key=lambda entry: hashes.index(entry.voter_key), default=None)


def entry_of_code(session: Session, cycle_id: int, code_hash: str) -> Entry | None:
    """The right to vote that an access code with this keyed hash stands for."""
    where = {"cycle_id": cycle_id, "hashed": code_hash}
    return session.execute(_BY_CODE, where).one_or_none()


def in_box(session: Session, vote: Vote, box_key: str) -> sa.Row[int, str] | None:
    """`sequence` and `attempt_hash` of the ballot there, None where is none."""
    where = {"cycle_id": vote.cycle_id, "box_key": box_key}
    return session.execute(_IN_BOX, where).one_or_none()


def counted_parts(session: Session, cycle: Cycle) -> list[tuple[CyclePart, Election]]:
    """Each part with its result, in the order of the cycle; none before the count."""
    wanted = (
        sa.select(CyclePart, Election)
        .join(
            CountedPart,
            sa.and_(
                CountedPart.cycle_id == CyclePart.cycle_id,
                CountedPart.part_code == CyclePart.code,
            ),
        )
        .join(Election, Election.id == CountedPart.election_id)
        .where(CyclePart.cycle_id == cycle.id)
        .order_by(CyclePart.position)
    )
    return [(part, election) for part, election in session.execute(wanted)]


def counted_cycle(session: Session, slug: str) -> Cycle:
    """The cycle at `slug`; raises `NotFound`, and `Conflict` before its ballots are counted."""
    cycle = public_cycle(session, slug)
    if cycle.counted_at is None:
        raise Conflict("vote-not-counted", slug=slug)
    return cycle


def cycle_of_election(session: Session, election: Election) -> Cycle | None:
    """The cycle one part of which this is the result of, None for an imported election."""
    wanted = sa.select(Cycle).join(CountedPart, CountedPart.cycle_id == Cycle.id)
    return session.scalar(wanted.where(CountedPart.election_id == election.id))


def roll_size(session: Session, cycle_id: int) -> dict[str, int]:
    """How many rights to vote, without tests, are in each state."""
    counted = (
        sa.select(RollEntry.state, sa.func.count().label("entries"))
        .where(RollEntry.cycle_id == cycle_id, sa.not_(RollEntry.is_test))
        .group_by(RollEntry.state)
        .order_by(RollEntry.state)
    )
    return {row.state: row.entries for row in session.execute(counted)}
