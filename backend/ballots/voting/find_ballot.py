"""After the count: whoever has a receipt looks up the ballot as it was counted."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.models import Ballot, Election, ElectionProject
from backend.ballots.voting.codes import published_id, read_code
from backend.ballots.voting.queries import counted_cycle, counted_parts
from backend.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class FoundPart:
    """What a ballot says in one part: projects in their order in it, with points if there are any.

    `id` is where it stands in the published file of `election`.
    """

    name: str
    election: str
    id: str
    projects: tuple[str, ...]
    points: tuple[int, ...] | None


def find_ballot(session: Session, slug: str, receipt_text: str) -> list[FoundPart]:
    """The parts the receipt's ballot filled in; raises `NotFound` where there is none.

    Nothing is written: who looked up what is nobody's business.
    """
    cycle, receipt, found = counted_cycle(session, slug), read_code(receipt_text), []
    if receipt is None:
        raise NotFound("receipt-not-valid", pointer="/receipt")
    for part, election in counted_parts(session, cycle):
        id_ = published_id(receipt, part.code)
        ballot = session.get(Ballot, (election.id, id_))
        if ballot is not None:
            projects = _names(session, election, ballot.choices)
            points = None if ballot.points is None else tuple(ballot.points)
            found.append(FoundPart(part.name, election.slug, id_, projects, points))
    if not found:
        raise NotFound("receipt-unknown", pointer="/receipt")
    return found


def _names(session: Session, election: Election, positions: list[int]) -> tuple[str, ...]:
    wanted = sa.select(ElectionProject.position, ElectionProject.name).where(
        ElectionProject.election_id == election.id, ElectionProject.position.in_(positions)
    )
    names = {row.position: row.name for row in session.execute(wanted)}
    return tuple(names[position] for position in positions)
