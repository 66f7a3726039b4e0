"""A resident says of what to be told, on which ways, and when not."""

import sqlalchemy as sa

from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.delivery.notices.models import Notice, NoticeRegistration
from backend.delivery.notices.residents import hold_resident, write_wishes
from backend.delivery.notices.rules import CARRIERS, Kind, Wishes
from backend.delivery.notices.wake import wake


def set_wishes(work: UnitOfWork, wishes: Wishes) -> None:
    """Keep them; what waits is judged by them at once.

    Raises `Invalid` on quiet hours without length, `Forbidden` without a token.
    """
    if wishes.quiet is not None and wishes.quiet.starts == wishes.quiet.ends:
        raise Invalid("quiet-hours-empty", pointer="/quiet/until")
    resident = hold_resident(work)
    write_wishes(resident, wishes)
    work.session.flush()
    its = sa.select(NoticeRegistration.id).where(NoticeRegistration.resident_id == resident.id)
    # Once tried, it waits for a service that asked for time, not for the morning.
    waiting = sa.and_(
        Notice.registration_id.in_(its), Notice.state == "waiting", Notice.attempts == 0
    )
    kinds = work.session.scalars(
        sa.select(NoticeRegistration.kind)
        .join(Notice, Notice.registration_id == NoticeRegistration.id)
        .where(waiting)
        .distinct()
    )
    carriers = {CARRIERS[Kind(kind)] for kind in kinds}
    for carrier in sorted(carriers):
        wake(work, carrier, work.now)
    if carriers:
        work.session.execute(sa.update(Notice).where(waiting).values(due_at=work.now))
