"""A participatory-budget cycle: what it is about, its parts with their money, its dates.

Money is integers of `1 / money_scale` currency units. A part is the whole city (`CITYWIDE`) or one
district, each with a budget and a vote of its own.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base

CITYWIDE = "citywide"


class Cycle(Base):
    """One cycle, from needs to reassessment.

    Once `published_at` is set its statement stands: remit, money, level of participation, what is
    out of scope, the form of the ballot, the rule with every parameter. `settled_at` is when the
    projects on the ballot and the budgets were settled. `voting_key` is the public key that ballots
    are sealed with; the private one is never here. `counted_at` is when the vote was counted.
    `times_covered` is how often words on the settled ballot were covered.
    `budget_formula` is None where every part's budget is stated; `budget_sources` says where the
    figures of the formula were from when it was computed.
    """

    __tablename__ = "cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    currency: Mapped[str] = mapped_column(sa.String(3))
    money_scale: Mapped[int]
    budget: Mapped[int] = mapped_column(sa.BigInteger)
    remit: Mapped[str] = mapped_column(sa.Text)
    out_of_scope: Mapped[str] = mapped_column(sa.Text)
    participation_level: Mapped[str] = mapped_column(sa.String(20))
    ballot_form: Mapped[dict[str, Any]]
    rule: Mapped[dict[str, Any]]
    budget_formula: Mapped[dict[str, Any] | None]
    budget_sources: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    voting_key: Mapped[str | None] = mapped_column(sa.Text)
    counted_at: Mapped[datetime | None]
    times_covered: Mapped[int] = mapped_column(default=0, server_default="0")


class CyclePart(Base):
    """The city or one district in a cycle, with its own money.

    `share` is how a formula came to the budget: the parts of `DistrictShare` and the figures, as
    decimal numbers and fractions in text.
    """

    __tablename__ = "cycle_part"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    position: Mapped[int]
    budget: Mapped[int] = mapped_column(sa.BigInteger)
    population: Mapped[int | None]
    share: Mapped[dict[str, Any] | None]


class CyclePhase(Base):
    """When one phase of a cycle is; dates that moved are told with their reasons."""

    __tablename__ = "cycle_phase"

    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), primary_key=True)
    phase: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class CycleDateMove(Base):
    """A date that was moved, by whom and why."""

    __tablename__ = "cycle_date_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"), index=True)
    phase: Mapped[str] = mapped_column(sa.String(20))
    old_starts_at: Mapped[datetime]
    old_ends_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(sa.String(80))


class CycleProject(Base):
    """A project on the ballot of one part, as it was settled before the vote.

    `code` is its short name on the ballot and in the `.pb` file; `proposal_number` is the proposal
    it came from. `is_winner` is None until the count.
    """

    __tablename__ = "cycle_project"
    __table_args__ = (
        sa.UniqueConstraint("cycle_id", "code"),
        sa.ForeignKeyConstraint(
            ["cycle_id", "part_code"], ["cycle_part.cycle_id", "cycle_part.code"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(sa.ForeignKey("cycle.id"))
    part_code: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(300))
    category: Mapped[str | None] = mapped_column(sa.String(120))
    cost: Mapped[int] = mapped_column(sa.BigInteger)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    proposal_number: Mapped[str | None] = mapped_column(sa.String(10), index=True)
    is_winner: Mapped[bool | None]
