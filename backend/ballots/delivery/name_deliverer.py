"""Say who builds a project: a department or an organisation that anybody can ask."""

from backend.ballots.delivery.commands import NameDeliverer
from backend.ballots.delivery.hold_project import hold_project, note_change
from backend.ballots.delivery.models import ProjectDelivery
from backend.ballots.delivery.rules import MAX_CONTACT, MAX_NAME
from backend.core.public_words import checked_line, checked_reason
from backend.core.uow import UnitOfWork


def name_deliverer(work: UnitOfWork, command: NameDeliverer) -> ProjectDelivery:
    """Name it, or another one in its place for a reason; raises `Invalid` and as `hold_project`."""
    name = checked_line(command.deliverer, "/deliverer", MAX_NAME)
    contact = checked_line(command.public_contact, "/public_contact", MAX_CONTACT)
    held = hold_project(work, command.cycle, command.code, command.version)
    delivery, before = held.delivery, held.delivery.deliverer
    if (before, delivery.public_contact) == (name, contact):
        return delivery
    reason = checked_reason(command.reason, is_needed=before not in (None, name))
    delivery.deliverer, delivery.public_contact = name, contact
    note_change(work, held, "deliverer", before=before, after=name, words=reason)
    work.decide("project.deliverer_named", held.subject, is_first=before is None)
    return delivery
