"""Staff show how a step of the plan goes, or what came of it."""

from backend.ballots.cycle.queries import find_cycle
from backend.ballots.delivery.commands import AddMilestonePhoto
from backend.ballots.delivery.hold_project import check_deliverer
from backend.ballots.delivery.queries import find_milestone, find_winner
from backend.core.uow import UnitOfWork
from backend.photos.commands import OpenSlot
from backend.photos.open_slot import Opened, Welcome, open_slot


def add_milestone_photo(work: UnitOfWork, command: AddMilestonePhoto) -> Opened:
    """Room for a photo, also when all is built; announcing it again is the same room.

    Whoever may send it may judge photos too, so it is shown as soon as it is ready. Raises
    `Forbidden`, `NotFound`, and what `open_slot` raises.
    """
    check_deliverer(work)
    cycle = find_cycle(work.session, command.cycle)
    project = find_winner(work.session, cycle, command.code)
    milestone = find_milestone(work.session, project, command.number)
    welcome = Welcome(f"{cycle.slug}/{project.code}/{milestone.number}", is_cleared=True)
    slot = OpenSlot(command.id, milestone.subject, command.size_bytes, command.alt_text)
    return open_slot(work, slot, lambda: welcome)
