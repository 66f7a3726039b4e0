"""The first entry of a city's decision log, so that an empty log is always a fault."""

from backend.core.decision_log import FOUNDING, is_begun
from backend.core.uow import UnitOfWork


def found_city(work: UnitOfWork) -> None:
    """Begin the log unless it is begun."""
    if not is_begun(work.session):
        work.decide(FOUNDING, "city")
