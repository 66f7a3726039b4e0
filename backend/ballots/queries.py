"""Which elections: every read of the ballots slice, always ordered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.models import Election, ElectionProject, Participation
from backend.core.errors import NotFound


def elections(session: Session) -> list[Election]:
    """All elections, newest first."""
    return list(session.scalars(sa.select(Election).order_by(Election.id.desc())))


def find_election(session: Session, slug: str) -> Election:
    """The election at `slug`; raises `NotFound`."""
    # PostgreSQL takes no NUL as text.
    found = (
        None if "\0" in slug else session.scalar(sa.select(Election).where(Election.slug == slug))
    )
    if found is None:
        raise NotFound("election-not-found", slug=slug[:120])
    return found


def projects_of(session: Session, election: Election) -> list[ElectionProject]:
    """The projects in the order the rule considered them."""
    return list(
        session.scalars(
            sa.select(ElectionProject)
            .where(ElectionProject.election_id == election.id)
            .order_by(ElectionProject.rank)
        )
    )


def participation_of(session: Session, election: Election) -> list[Participation]:
    """Who took part, by dimension and group."""
    return list(
        session.scalars(
            sa.select(Participation)
            .where(Participation.election_id == election.id)
            .order_by(Participation.dimension, Participation.group_name)
        )
    )
