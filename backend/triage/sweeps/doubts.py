"""What of a recorded day can hardly be: possible, and far more often a slip of the pen."""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from backend.core.errors import Invalid
from backend.core.i18n import marked
from backend.triage.sweeps.models import Sweep, SweepOuting
from backend.triage.sweeps.queries import find_plan, stops_of, walked_places
from backend.triage.sweeps.workflow import PlanState

# Nobody looks at a street on both sides who walks faster.
FASTEST_KM_PER_HOUR = 8
# Of the stops of a day; with fewer than this a crew takes the day again.
FEWEST_WALKED = 0.2


class Doubt(StrEnum):
    """Why somebody should look once more."""

    REPLACED = "replaced"
    NOT_TAKEN = "not taken"
    TOO_FAST = "too fast"
    HARDLY_WALKED = "hardly walked"


# Whole sentences, as catalogues hold them: the limit stands in one of them.
WORDS = {
    Doubt.REPLACED: marked("Another plan has replaced this one."),
    Doubt.NOT_TAKEN: marked("Nobody took this day to walk it."),
    Doubt.TOO_FAST: marked("Nobody walks 8 km an hour and looks: check the times and the metres."),
    Doubt.HARDLY_WALKED: marked("Nearly every stop is missed: most of the day was not walked."),
}


def check_doubts(session: Session, sweep: Sweep) -> None:
    """Raise `Invalid` where anything can hardly be, so that nothing of the record is kept."""
    session.flush()
    doubts = doubts_about(session, sweep)
    if doubts:
        raise Invalid("sweep-day-doubted", pointer="/sure", doubts=[one.value for one in doubts])


def doubts_about(session: Session, sweep: Sweep) -> list[Doubt]:
    """Everything that can hardly be about a day as it was recorded just now."""
    plan = find_plan(session, sweep.plan_id)
    stops = len(stops_of(session, plan.id, sweep.day))
    hours = (sweep.ended_at - sweep.started_at) / timedelta(hours=1)
    found = {
        Doubt.REPLACED: plan.state == PlanState.REPLACED,
        Doubt.NOT_TAKEN: session.get(SweepOuting, (plan.id, sweep.day)) is None,
        Doubt.TOO_FAST: sweep.metres_walked / 1000 > FASTEST_KM_PER_HOUR * hours,
        Doubt.HARDLY_WALKED: len(walked_places(session, sweep)) < FEWEST_WALKED * stops,
    }
    return [doubt for doubt, holds in found.items() if holds]
