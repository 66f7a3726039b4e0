"""A ballot goes into the box: checked, sealed, and acknowledged by a receipt."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.cycle.statement import amount_words
from backend.ballots.voting.ballot_content import content_of
from backend.ballots.voting.ballot_form import Choices, check, in_form_order
from backend.ballots.voting.box import Envelope, hold_open, put_in_box
from backend.ballots.voting.codes import published_id
from backend.ballots.voting.commands import CastBallot
from backend.ballots.voting.credential import Credential
from backend.ballots.voting.envelope import seal
from backend.ballots.voting.queries import BallotPaper, Vote, in_box, prepared_vote, require_open
from backend.core.errors import Fact, Invalid
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the voter keeps: `receipt`, and under which id each part will be published."""

    receipt: str
    sequence: int
    published_ids: Mapping[str, str]


def cast_ballot(work: UnitOfWork, command: CastBallot) -> Receipt:
    """Put the ballot in, or in the place of the voter's one before.

    Raises `Invalid` with everything wrong with it, `Forbidden` on a credential that is not ours,
    and `Conflict` when the vote is not open or the ballot is out of turn. Nothing is logged: who
    casts is nobody, and when is nobody's business.
    """
    hold_open(work.session, command.slug)
    vote = prepared_vote(work.session, work.runtime, command.slug)
    credential = vote.keys.read(command.credential)
    require_open(work.session, vote, work.now, is_test=credential.is_test)
    parts = {code: one for code, one in command.parts.items() if one.projects}
    check_ballot(vote.paper, parts, credential.district)
    receipt = vote.keys.receipt(credential, command.sequence, command.attempt)
    ordered = in_form_order(vote.paper.form, vote.paper.parts, parts)
    content = content_of(credential.district, command.channel, ordered)
    put_in_box(
        work.session,
        vote,
        sealed_envelope(vote, credential, command.sequence, command.attempt, receipt, content),
    )
    ids = {code: published_id(receipt, code) for code in parts}
    return Receipt(receipt, command.sequence, ids)


def ballot_status(session: Session, runtime: Runtime, slug: str, credential_text: str) -> int:
    """How often the holder of the credential has cast, 0 for never; the last one counts."""
    vote = prepared_vote(session, runtime, slug)
    credential = vote.keys.read(credential_text)
    there = in_box(session, vote, vote.keys.box_key(credential))
    return 0 if there is None else int(there.sequence)


def check_ballot(paper: BallotPaper, parts: Mapping[str, Choices], district: str | None) -> None:
    """Raise `Invalid` for the first thing that is wrong, with the others behind it."""
    found = check(paper.form, paper.parts, parts, district)
    if found:
        first, *others = (
            Invalid(error.slug, pointer=error.pointer, **_in_words(paper, error.facts))
            for error in found
        )
        first.faults = tuple(others)
        raise first


def _in_words(paper: BallotPaper, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts for a sentence: money with its currency."""
    over = facts.get("over")
    return {**facts, "over": amount_words(paper, over)} if isinstance(over, int) else {**facts}


def sealed_envelope(
    vote: Vote,
    credential: Credential,
    sequence: int,
    attempt: str,
    receipt: str,
    content: Mapping[str, Any],
) -> Envelope:
    """The ballot's envelope; the city's mark inside tells it from one that somebody else sealed."""
    box_key = vote.keys.box_key(credential)
    mark = vote.keys.mark(box_key, sequence, receipt)
    sealed = seal(
        vote.public_key,
        place_of(vote.slug, box_key),
        {**content, "receipt": receipt, "mark": mark},
        vote.paper.size,
    )
    told = json.dumps(content, sort_keys=True)
    attempt_hash = vote.keys.attempt_hash(credential, attempt, told)
    return Envelope(box_key, sequence, attempt_hash, credential.is_test, sealed)


def place_of(slug: str, box_key: str) -> str:
    """What binds an envelope to its place: moved elsewhere it does not open."""
    return f"evenward ballot {slug} {box_key}"
