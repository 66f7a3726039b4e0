"""Messages that nobody needs any more are let go, and who sent them."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.reports.intake.commands import LeadState
from backend.reports.intake.fetch_picture import forget_pictures
from backend.reports.intake.models import Lead, LeadPicture
from backend.reports.privacy.wipe_traces import wipe_traces

JOB = "forget_leads"
# In which a mistake can be taken back.
SET_ASIDE_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=365)


def forget_leads(work: UnitOfWork, _payload: dict[str, Any]) -> None:
    """What was set aside goes after a month, what nobody read after a year.

    Their photos go with the next sweep of photos, as nothing waits for them.
    """
    is_old = sa.or_(
        sa.and_(Lead.state == LeadState.SET_ASIDE, Lead.settled_at < work.now - SET_ASIDE_FOR),
        Lead.received_at < work.now - KEPT_FOR,
    )
    forgotten = work.session.execute(
        sa.update(Lead)
        .where(Lead.sealed.is_not(None), is_old)
        .values(sealed=None, sender_hash=None, reason=None, state=LeadState.SET_ASIDE)
        .returning(Lead.id)
    ).all()
    if forgotten:
        forget_pictures(work, LeadPicture.lead_id.in_([row.id for row in forgotten]))
        work.decide("retention.applied", "leads", days=SET_ASIDE_FOR.days, leads=len(forgotten))
        wipe_traces(work)
