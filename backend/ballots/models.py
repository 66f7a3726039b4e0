"""Finished elections: projects, ballots, who took part, and what was published of the outcome.

A ballot has a random id, no moment and no voter; on SQLite its table has no rowid, because the
order of rows would replay the order of voting. Who took part is kept as counts only.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base


class Election(Base):
    """One participatory-budget vote; money is integers of `1 / money_scale` currency units.

    `rule_parameters` are those of the transcript. `is_comparison`: the rule is ours, because the
    file does not say how the city counted. `is_held_here`: it came from no file; `source_sha256` is
    that of its address. `analysis` is what `analyse.py` found, computed once.
    """

    __tablename__ = "election"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    place: Mapped[str] = mapped_column(sa.String(200))
    vote_type: Mapped[str] = mapped_column(sa.String(20))
    named_rule: Mapped[str] = mapped_column(sa.String(60))
    currency: Mapped[str] = mapped_column(sa.String(3))
    money_scale: Mapped[int]
    budget: Mapped[int] = mapped_column(sa.BigInteger)
    voters: Mapped[int]
    meta: Mapped[dict[str, Any]]
    source_sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    imported_at: Mapped[datetime]
    spent: Mapped[int | None] = mapped_column(sa.BigInteger)
    rule_parameters: Mapped[dict[str, Any] | None]
    transcript_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    is_comparison: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_held_here: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    analysis: Mapped[dict[str, Any] | None]


class ElectionProject(Base):
    """A project people could vote for; `rank`, `verdict` and `is_winner` come from the tally.

    `is_official` is whether the file says that the city's own rule chose it, None where it says
    nothing; `selected` is the file's own figure (2: from a reserve, 3: from other money). `further`
    are the columns of the file that have no place of their own.
    """

    __tablename__ = "election_project"
    __table_args__ = (sa.UniqueConstraint("election_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    election_id: Mapped[int] = mapped_column(sa.ForeignKey("election.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(120))
    name: Mapped[str] = mapped_column(sa.Text)
    category: Mapped[str | None] = mapped_column(sa.Text)
    cost: Mapped[int] = mapped_column(sa.BigInteger)
    votes: Mapped[int]
    score: Mapped[int] = mapped_column(sa.BigInteger)
    rank: Mapped[int | None]
    is_winner: Mapped[bool] = mapped_column(default=False)
    is_official: Mapped[bool | None]
    verdict: Mapped[str | None] = mapped_column(sa.String(30))
    selected: Mapped[int | None]
    neighborhood: Mapped[str | None] = mapped_column(sa.Text)
    subunit: Mapped[str | None] = mapped_column(sa.Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    further: Mapped[dict[str, Any] | None]


class Ballot(Base):
    """One ballot; `choices` are project positions in the ballot's order, `points` their points."""

    __tablename__ = "ballot"
    __table_args__ = ({"sqlite_with_rowid": False},)

    election_id: Mapped[int] = mapped_column(sa.ForeignKey("election.id"), primary_key=True)
    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    choices: Mapped[list[Any]]
    points: Mapped[list[Any] | None]


class Participation(Base):
    """How many voters of one group took part; None where the group is too small to show."""

    __tablename__ = "participation"

    election_id: Mapped[int] = mapped_column(sa.ForeignKey("election.id"), primary_key=True)
    dimension: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    group_name: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    voters: Mapped[int | None]


class ElectionFile(Base):
    """What was published of an election, to the byte, as strangers' hashes hang on it.

    `content` is compressed (zlib); `sha256` is that of the file as it is taken away.
    """

    __tablename__ = "election_file"

    election_id: Mapped[int] = mapped_column(sa.ForeignKey("election.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
