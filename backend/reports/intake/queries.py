"""Which reports were typed by whom, and which messages wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.channels import Channel
from backend.core.db import table_of
from backend.core.errors import NotFound
from backend.core.keys import KeyRing
from backend.photos.models import Photo
from backend.reports.intake.commands import LeadState, LeadWords
from backend.reports.intake.models import EnteredReport, Lead, LeadPicture
from backend.reports.intake.rules import plain_batch
from backend.reports.models import ServiceRequest
from backend.reports.photos.queries import IS_OF_REPORT

_LEAD, _PICTURE, _ENTERED, _PHOTO = map(table_of, (Lead, LeadPicture, EnteredReport, Photo))
KEPT_LEADS = sa.select(_LEAD.c.id).where(_LEAD.c.sealed.is_not(None))
"""Messages whose photos are kept, for they can still become a report."""


@dataclass(frozen=True, slots=True)
class LeadPhoto:
    """A photo that came with a message: `rendering_id` is None until it can be looked at."""

    rendering_id: UUID | None
    state: str


@dataclass(frozen=True, slots=True)
class AwaitedPictures:
    """How many pictures are still to be fetched, and how many were not to be had."""

    waiting: int
    left_out: int


@dataclass(frozen=True, slots=True)
class ReadLead:
    """A message as the desk reads it; `said` is None once it is forgotten, or cannot be opened.

    `alike` counts what else waits from the same sender.
    """

    id: UUID
    channel: Channel
    received_at: datetime
    state: LeadState
    said: LeadWords | None
    is_danger: bool
    number: str | None
    reason: str | None
    alike: int


def find_lead(session: Session, id_: UUID, *, lock: bool = False) -> Lead:
    """The message with this id; raises `NotFound`."""
    lead = session.get(Lead, id_, with_for_update=lock)
    if lead is None:
        raise NotFound("lead-unknown")
    return lead


def said_in(keyring: KeyRing, lead: Lead) -> LeadWords | None:
    """What a message says, None once it is forgotten or where it cannot be opened."""
    known = keyring.open_if_possible(lead.sealed, lead.id.bytes) if lead.sealed else None
    if known is None:
        return None
    return LeadWords(
        sender=known["sender"],
        words=known["words"],
        subject=known["subject"],
        left_out=int(known["left_out"]),
        is_automatic=bool(known["automatic"]),
    )


def read_lead(session: Session, keyring: KeyRing, id_: UUID) -> ReadLead:
    """One message; raises `NotFound`."""
    return _read(session, keyring, [find_lead(session, id_)])[0]


def leads_in(
    session: Session, keyring: KeyRing, state: LeadState, *, limit: int, offset: int = 0
) -> list[ReadLead]:
    """Those that wait, danger first and then the longest; of those that are settled the latest."""
    query = sa.select(Lead).where(Lead.state == state)
    order = (
        (Lead.is_danger.desc(), Lead.received_at, Lead.id)
        if state is LeadState.NEW
        else (Lead.settled_at.desc(), Lead.id.desc())
    )
    rows = session.scalars(query.order_by(*order).limit(limit).offset(offset)).all()
    return _read(session, keyring, rows)


def lead_counts(session: Session) -> Mapping[LeadState, int]:
    """How many messages there are in each state."""
    rows = session.execute(sa.select(_LEAD.c.state, sa.func.count()).group_by(_LEAD.c.state))
    found = {LeadState(state): count for state, count in rows}
    return {state: found.get(state, 0) for state in LeadState}


def photos_of_lead(session: Session, id_: UUID) -> list[LeadPhoto]:
    """The photos that came with a message, in their order."""
    rows = session.execute(
        sa.select(_PHOTO.c.rendering_id, _PHOTO.c.state)
        .where(IS_OF_REPORT, _PHOTO.c.subject_id == id_)
        .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
    )
    return [LeadPhoto(*row) for row in rows]


def pictures_of_lead(session: Session, id_: UUID) -> AwaitedPictures:
    """The pictures of a message that its provider holds, or that were not to be had."""
    row = session.execute(
        sa.select(sa.func.count(_PICTURE.c.sealed), sa.func.count()).where(
            _PICTURE.c.lead_id == id_
        )
    ).one()
    return AwaitedPictures(row[0], row[1] - row[0])


def entries_of(session: Session, requests: Sequence[UUID]) -> Mapping[UUID, EnteredReport]:
    """Who typed these reports, for those that somebody of the city typed."""
    query = sa.select(EnteredReport).where(EnteredReport.service_request_id.in_(requests))
    return {one.service_request_id: one for one in session.scalars(query)}


def sheet_is_report(session: Session, batch: str, sheet: int, *, apart: UUID) -> str | None:
    """The number of the report typed from this sheet, other than `apart`; None where none was.

    Where several are, from before names were compared so, the first.
    """
    return session.scalar(
        sa.select(ServiceRequest.number)
        .join(EnteredReport, EnteredReport.service_request_id == ServiceRequest.id)
        .where(
            EnteredReport.batch.in_(_spellings(session, batch)),
            EnteredReport.sheet == sheet,
            ServiceRequest.id != apart,
        )
        .order_by(ServiceRequest.received_at, ServiceRequest.id)
        .limit(1)
    )


def last_sheet(session: Session, batch: str) -> int:
    """The highest number typed from a batch, 0 before the first."""
    names = _spellings(session, batch)
    query = sa.select(sa.func.max(_ENTERED.c.sheet)).where(_ENTERED.c.batch.in_(names))
    return session.scalar(query) or 0


def _spellings(session: Session, batch: str) -> list[str]:
    """How the batch's name was written so far. Databases fold letters each in its own way."""
    names = session.scalars(sa.select(_ENTERED.c.batch).distinct().order_by(_ENTERED.c.batch))
    return [name for name in names if name and plain_batch(name) == plain_batch(batch)]


def _read(session: Session, keyring: KeyRing, leads: Sequence[Lead]) -> list[ReadLead]:
    senders = {one.sender_hash for one in leads} - {None}
    waiting = session.execute(
        sa.select(_LEAD.c.sender_hash, sa.func.count())
        .where(_LEAD.c.state == LeadState.NEW, _LEAD.c.sender_hash.in_(senders))
        .group_by(_LEAD.c.sender_hash)
    )
    alike = {row[0]: row[1] for row in waiting}
    return [
        ReadLead(
            id=one.id,
            channel=Channel(one.channel),
            received_at=one.received_at,
            state=LeadState(one.state),
            said=said_in(keyring, one),
            is_danger=one.is_danger,
            number=one.number,
            reason=one.reason,
            alike=max(0, alike.get(one.sender_hash, 0) - (one.state == LeadState.NEW)),
        )
        for one in leads
    ]
