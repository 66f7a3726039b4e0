"""What anybody may see of a ballot before, during and after the vote."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CyclePart, CycleProject
from backend.ballots.cycle.phases import Phase, Span
from backend.ballots.cycle.queries import calendar_of, parts_of, projects_of, public_cycle
from backend.ballots.voting.ballot_form import BallotForm
from backend.ballots.voting.queries import read_form
from backend.core.errors import Conflict


@dataclass(frozen=True, slots=True)
class BallotPage:
    """A settled ballot, part by part in its order, and when it can be filled in."""

    cycle: Cycle
    form: BallotForm
    span: Span
    is_open: bool
    is_over: bool
    parts: Sequence[tuple[CyclePart, Sequence[CycleProject]]]


def ballot_page(session: Session, slug: str, now: datetime) -> BallotPage:
    """Raises `NotFound` on a cycle nobody may see, and `Conflict` before its ballot is settled."""
    cycle = public_cycle(session, slug)
    if cycle.settled_at is None:
        raise Conflict("vote-not-prepared", slug=slug)
    projects = projects_of(session, cycle)
    span = calendar_of(session, cycle).spans[Phase.VOTE]
    return BallotPage(
        cycle,
        read_form(cycle.ballot_form),
        span,
        is_open=span.holds(now) and cycle.counted_at is None,
        is_over=span.ends_at <= now,
        parts=[
            (part, [one for one in projects if one.part_code == part.code])
            for part in parts_of(session, cycle)
        ],
    )
