"""An administrator closes a staff account: what it holds is freed or given to somebody else."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.change_staff import disable_staff
from backend.accounts.queries import staff_named
from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.reports.assign_person import give_incident
from backend.reports.commands import AssignPerson
from backend.reports.models import Incident
from backend.reports.queries import lock_incidents

_IS_HELD = sa.and_(Incident.closed_at.is_(None), Incident.assignee.is_not(None))


def held_counts(session: Session) -> dict[str, int]:
    """How many open incidents each account has, by its key; none where it has none."""
    counted = sa.select(Incident.assignee, sa.func.count()).where(_IS_HELD)
    rows = session.execute(counted.group_by(Incident.assignee))
    return {key: count for key, count in rows if key}


def close_account(work: UnitOfWork, username: str, heir: str | None) -> int:
    """Let somebody sign in no more and give their open incidents to `heir`, a key, or to nobody.

    Returns how many those were; raises what `disable_staff` and `give_incident` raise.
    """
    session, holder = work.session, staff_named(work.session, username).key
    if heir == holder:
        raise Invalid("assignee-unknown", pointer="/heir")
    of_theirs = _IS_HELD & (Incident.assignee == holder)
    # First what is locked in the order of ids, then the log, as everybody does.
    lock_incidents(session, session.scalars(sa.select(Incident.id).where(of_theirs)).all())
    # As they are now that nobody else changes them.
    incidents = session.scalars(
        sa.select(Incident)
        .where(of_theirs)
        .order_by(Incident.id)
        .execution_options(populate_existing=True)
    ).all()
    for one in incidents:
        give_incident(work, one, AssignPerson(one.number, heir, one.version))
    disable_staff(work, username)
    return len(incidents)
