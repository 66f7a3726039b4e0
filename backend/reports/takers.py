"""Who in the city and beside it can be given a report."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.models import Body, Team


def teams(session: Session) -> list[Team]:
    """The city's teams that take anything new, by name."""
    query = sa.select(Team).where(Team.is_active)
    return list(session.scalars(query.order_by(Team.name, Team.code)))


def bodies(session: Session) -> list[Body]:
    """The other bodies reports are handed over to, by name."""
    query = sa.select(Body).where(Body.is_active)
    return list(session.scalars(query.order_by(Body.name, Body.code)))
