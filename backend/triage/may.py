"""Who may plan, decide and record: staff, and never a program."""

from backend.core.errors import Forbidden
from backend.core.uow import UnitOfWork


def require_person(work: UnitOfWork) -> None:
    """Raise `Forbidden` for residents and for machines."""
    if not work.actor.is_staff or work.actor.is_machine:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
