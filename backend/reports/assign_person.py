"""Staff give an incident to one of them."""

from uuid import UUID

from sqlalchemy.orm import Session

from backend.accounts.models import StaffAccount
from backend.core.actors import Role
from backend.core.errors import Forbidden, Invalid
from backend.core.uow import UnitOfWork
from backend.reports.commands import AssignPerson
from backend.reports.models import Incident
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident
from backend.reports.take_step import check_version, own_step_since
from backend.reports.workflow import DESK

_PREFIX = "staff:"


def assign_person(work: UnitOfWork, command: AssignPerson) -> Incident:
    """Say who works on it; nobody outside is told. The same form sent again changes nothing.

    Raises `Forbidden`, `Conflict` when somebody else was faster, `Invalid` when there is nobody of
    that key who works the queue.
    """
    return give_incident(work, find_incident(work.session, command.number, lock=True), command)


def give_incident(work: UnitOfWork, incident: Incident, command: AssignPerson) -> Incident:
    """The same with an incident that is found and locked already."""
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    if _is_given(work, incident, command):
        return incident
    check_version(work, incident, command.version)
    if command.assignee is not None and not _works_queue(work.session, command.assignee):
        raise Invalid("assignee-unknown", pointer="/assignee")
    if incident.assignee != command.assignee:
        values = (incident.assignee, command.assignee)
        incident.assignee = command.assignee
        note_change(work, incident, "assignment", values=values)
    return incident


def _is_given(work: UnitOfWork, incident: Incident, command: AssignPerson) -> bool:
    """Whether the actor gave it to the same colleague just before, by a form that came twice."""
    step = own_step_since(work, incident, command.version)
    if step is None or step.kind != "assignment":
        return False
    return step.to_value == incident.assignee == command.assignee


def _works_queue(session: Session, key: str) -> bool:
    try:
        id_ = UUID(key.removeprefix(_PREFIX))
    except ValueError:
        return False
    account = session.get(StaffAccount, id_)
    if account is None or not account.is_active or key != account.key:
        return False
    return Role(account.role) in DESK
