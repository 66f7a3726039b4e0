"""Somebody of the city has read a message: it becomes a report, or it is set aside."""

from backend.core.channels import Channel
from backend.core.errors import Conflict, Forbidden, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.intake.commands import LeadState, SetLeadAside, TakeLeadUp
from backend.reports.intake.fetch_picture import forget_pictures
from backend.reports.intake.models import Lead, LeadPicture
from backend.reports.intake.queries import find_lead
from backend.reports.workflow import DESK


def set_lead_aside(work: UnitOfWork, command: SetLeadAside) -> None:
    """It is no report; kept for a while, so that a mistake can be taken back.

    Raises `Forbidden`, `NotFound`, `Conflict` where it is settled, `Invalid` without a reason.
    """
    require_desk(work)
    reason = checked_reason(command.reason, is_needed=True)
    lead = find_lead(work.session, command.id, lock=True)
    if lead.state != LeadState.NEW:
        raise Conflict("lead-settled", state=lead.state)
    lead.reason = reason
    _settle(work, lead, LeadState.SET_ASIDE)
    work.decide("lead.set_aside", f"lead:{lead.id}", has_reason=True)


def take_lead_up(work: UnitOfWork, command: TakeLeadUp) -> None:
    """It waits again; raises `Forbidden`, `NotFound`, `Conflict` where nobody set it aside."""
    require_desk(work)
    lead = find_lead(work.session, command.id, lock=True)
    if lead.state != LeadState.SET_ASIDE or lead.sealed is None:
        raise Conflict("lead-settled", state=lead.state)
    lead.state, lead.reason = LeadState.NEW, None
    lead.settled_at = lead.settled_by = None
    work.decide("lead.taken_up", f"lead:{lead.id}")


def accept_lead(work: UnitOfWork, lead: Lead, channel: Channel, number: str) -> None:
    """It is the report `number` now, which says what is needed; nothing else of it is kept."""
    if lead.channel != channel:
        raise Invalid("lead-came-otherwise", pointer="/channel", channel=lead.channel)
    lead.number, lead.sealed, lead.sender_hash = number, None, None
    # Those that are still to be had come to the report.
    forget_pictures(work, (LeadPicture.lead_id == lead.id) & LeadPicture.sealed.is_(None))
    _settle(work, lead, LeadState.ACCEPTED)


def require_desk(work: UnitOfWork) -> None:
    """Raise `Forbidden` unless the actor's role may type for others."""
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)


def _settle(work: UnitOfWork, lead: Lead, state: LeadState) -> None:
    lead.state, lead.settled_at, lead.settled_by = state, work.now, work.actor.key
