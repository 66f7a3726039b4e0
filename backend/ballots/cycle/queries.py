"""Which cycles, and what belongs to one: every read of cycles, always ordered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import (
    CITYWIDE,
    Cycle,
    CycleDateMove,
    CyclePart,
    CyclePhase,
    CycleProject,
)
from backend.ballots.cycle.phases import Calendar, Phase, Span
from backend.core.errors import NotFound


def cycles(session: Session) -> list[Cycle]:
    """All cycles, newest first."""
    return list(session.scalars(sa.select(Cycle).order_by(Cycle.id.desc())))


def public_cycles(session: Session) -> list[Cycle]:
    """The published ones, newest first."""
    return [cycle for cycle in cycles(session) if cycle.published_at is not None]


def public_cycle(session: Session, slug: str) -> Cycle:
    """The published cycle at `slug`; raises `NotFound` also on a draft."""
    found = find_cycle(session, slug)
    if found.published_at is None:
        raise NotFound("cycle-not-found", slug=slug[:120])
    return found


def find_cycle(session: Session, slug: str, *, lock: bool = False) -> Cycle:
    """The cycle at `slug`, held against others' changes where `lock`; raises `NotFound`."""
    wanted = sa.select(Cycle).where(Cycle.slug == slug)
    if lock:
        # As it is now, whatever this transaction read before it had the lock.
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    # PostgreSQL takes no NUL as text.
    found = None if "\0" in slug else session.scalar(wanted)
    if found is None:
        raise NotFound("cycle-not-found", slug=slug[:120])
    return found


def calendar_of(session: Session, cycle: Cycle) -> Calendar:
    """The dates of its phases, in their order."""
    wanted = sa.select(CyclePhase).where(CyclePhase.cycle_id == cycle.id)
    rows = session.scalars(wanted.order_by(CyclePhase.starts_at))
    return Calendar({Phase(row.phase): Span(row.starts_at, row.ends_at) for row in rows})


def parts_of(session: Session, cycle: Cycle) -> list[CyclePart]:
    """The city and the districts of a cycle, in the order it names them."""
    wanted = sa.select(CyclePart).where(CyclePart.cycle_id == cycle.id)
    return list(session.scalars(wanted.order_by(CyclePart.position)))


def part_names(session: Session, cycle: Cycle) -> dict[str, str]:
    """What people call the parts of a cycle, by their codes."""
    return {part.code: part.name for part in parts_of(session, cycle)}


def district_codes(session: Session, cycle: Cycle) -> list[str]:
    """The codes of the districts somebody may live in."""
    return [part.code for part in parts_of(session, cycle) if part.code != CITYWIDE]


def projects_of(session: Session, cycle: Cycle) -> list[CycleProject]:
    """The projects on the ballot, part by part, in the ballot's order; none until settled."""
    wanted = sa.select(CycleProject).where(CycleProject.cycle_id == cycle.id)
    return list(session.scalars(wanted.order_by(CycleProject.position)))


def proposals_on_ballot(session: Session, cycle: Cycle) -> frozenset[str] | None:
    """Their numbers; None until the ballot is settled, and where it is the city's own list."""
    numbers = (project.proposal_number for project in projects_of(session, cycle))
    return frozenset(number for number in numbers if number) or None


def date_moves_of(session: Session, cycle: Cycle) -> list[CycleDateMove]:
    """Every date that was moved, oldest first."""
    wanted = sa.select(CycleDateMove).where(CycleDateMove.cycle_id == cycle.id)
    return list(session.scalars(wanted.order_by(CycleDateMove.id)))
