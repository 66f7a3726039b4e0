"""When what may be done with a proposal: by the calendar of its cycle, and by nobody's leave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.require_phase import require_phase
from backend.ballots.cycle.settling import require_unsettled
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.queries import cycle_of
from backend.core.errors import Conflict

PROPOSING = (Phase.IDEAS,)
ARRANGING = (Phase.IDEAS, Phase.FEASIBILITY)
DISCUSSING = (Phase.IDEAS, Phase.FEASIBILITY, Phase.FEEDBACK)


def require_one_of(session: Session, cycle: Cycle, phases: Sequence[Phase], now: datetime) -> None:
    """Raise `Conflict` unless one of `phases` is under way and the ballot is not settled."""
    calendar = require_unsettled(session, cycle, now)
    if calendar.phase_at(now) not in phases:
        require_phase(session, cycle, phases[0], now)


def may_propose(session: Session, cycle: Cycle, now: datetime) -> bool:
    """Whether anybody can propose something now."""
    try:
        require_one_of(session, cycle, PROPOSING, now)
    except Conflict:
        return False
    return True


def require_review_begun(session: Session, proposal: Proposal, now: datetime) -> None:
    """Raise `Conflict` unless feasibility has begun and the ballot is not settled.

    The city may be late and answer after the phase; until it does the proposal stands on the
    overdue list.
    """
    cycle = cycle_of(session, proposal)
    if not require_unsettled(session, cycle, now).has_begun(Phase.FEASIBILITY, now):
        require_phase(session, cycle, Phase.FEASIBILITY, now)


def require_changeable(session: Session, proposal: Proposal, now: datetime) -> None:
    """Raise `Conflict` once the ballot is settled, or its day has come."""
    require_unsettled(session, cycle_of(session, proposal), now)
