"""Keep the city's list of what money is spent for."""

from backend.ballots.delivery.commands import StatePurpose
from backend.ballots.delivery.hold_project import check_deliverer
from backend.ballots.delivery.models import SpendingPurpose
from backend.ballots.delivery.rules import checked_purpose
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork


def state_purpose(work: UnitOfWork, command: StatePurpose) -> SpendingPurpose:
    """Add a purpose, close it to new entries or open it again.

    Raises `Invalid`, and `Conflict` where a code would get another name: what was spent under it
    would say something else.
    """
    check_deliverer(work)
    name = checked_purpose(command.code, command.name)
    known = work.session.get(SpendingPurpose, command.code)
    if known is not None and known.name != name:
        raise Conflict("purpose-has-a-name", code=command.code, name=known.name)
    if known is not None and known.is_open == command.is_open:
        return known
    purpose = known or SpendingPurpose(code=command.code, name=name)
    purpose.is_open = command.is_open
    work.session.add(purpose)
    work.decide("purpose.stated", f"purpose:{command.code}", is_open=command.is_open)
    return purpose
