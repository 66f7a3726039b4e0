"""After the count: what databases keep of rows that are gone."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.voting.models import RollEntry, SealedBallot, VoteCode, VotingSecret
from backend.core.db import Base, empty_journal

_OF_VOTE: tuple[type[Base], ...] = (SealedBallot, RollEntry, VoteCode, VotingSecret)


def clear_traces(session: Session, models: Sequence[type[Base]] = _OF_VOTE) -> bool:
    """Empty SQLite's journal; write PostgreSQL's tables anew: live rows, by key.

    Called outside of any transaction. False where somebody who reads or writes stands in the way.
    PostgreSQL's own log and every backup are the operator's to delete.
    """
    engine = session.get_bind().engine
    if engine.dialect.name == "sqlite":
        return empty_journal(session)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for model in models:
            name = model.__tablename__
            connection.execute(sa.text(f"CLUSTER {name} USING pk_{name}"))
    return True
