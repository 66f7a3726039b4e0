"""What was to be told was taken back before anybody was told."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.delivery.notices.leave_notices import SETTLES
from backend.delivery.notices.models import Notice

_AT_ONCE = 500
_NOTICE = table_of(Notice)


def withdraw_notices(work: UnitOfWork, subjects: Collection[str], happened_at: datetime) -> None:
    """Nobody is told of what happened to the subjects at that moment.

    Where it took the place of something that waited, whoever that was for is told at once how
    things stand now.
    """
    known = sorted(subjects)
    for start in range(0, len(known), _AT_ONCE):
        its = sa.and_(
            _NOTICE.c.subject.in_(known[start : start + _AT_ONCE]),
            _NOTICE.c.state == "waiting",
            _NOTICE.c.happened_at == happened_at,
        )
        work.session.execute(sa.delete(_NOTICE).where(its, _NOTICE.c.revision == 1))
        work.session.execute(
            sa.update(_NOTICE)
            .where(its)
            .values(due_at=work.now + SETTLES, revision=_NOTICE.c.revision + 1)
        )
