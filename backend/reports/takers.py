"""Who in the city and beside it can be given a report."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.models import Body, Team


def teams(session: Session) -> list[Team]:
    """The city's teams, by name."""
    return list(session.scalars(sa.select(Team).order_by(Team.name, Team.code)))


def bodies(session: Session) -> list[Body]:
    """The other bodies reports are handed over to, by name."""
    return list(session.scalars(sa.select(Body).order_by(Body.name, Body.code)))
