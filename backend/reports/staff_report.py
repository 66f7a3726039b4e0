"""Everything staff may know of one incident, gathered once for every face."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.keys import KeyRing
from backend.reports.duplicates.queries import standing_merges_into
from backend.reports.intake.models import EnteredReport
from backend.reports.intake.queries import entries_of
from backend.reports.models import (
    Comment,
    Contact,
    Follower,
    Incident,
    IncidentChange,
    ModeratedText,
    ServiceRequest,
)
from backend.reports.public_words import IS_RESIDENTS_REASON
from backend.reports.queries import requests_of
from backend.reports.workflow import CLOSED_STATES, DESK, PAUSED_STATES, Move, State, moves_from

# With what was hidden, which staff can still read.
_THREAD = (
    sa.select(Comment)
    .where(Comment.incident_id == sa.bindparam("incident_id"))
    .order_by(Comment.at, Comment.id)
)
_STATE_KINDS = frozenset({"state", "link", "unlink", "undo"})
# Whoever follows two reports that were joined follows once.
_FOLLOWERS = (
    sa.select(sa.func.count(Follower.follower_hash.distinct()))
    .join(ServiceRequest, ServiceRequest.id == Follower.service_request_id)
    .where(ServiceRequest.incident_id == sa.bindparam("incident_id"))
)
_REASONS = (
    sa.select(IncidentChange)
    .where(
        IncidentChange.incident_id == sa.bindparam("incident_id"),
        IS_RESIDENTS_REASON,
        sa.not_(IncidentChange.is_reason_hidden),
    )
    .order_by(IncidentChange.id)
)


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """One report with what nobody outside may read.

    `contact` has what of name, phone, email and note was given; `moderated` is what the public
    reads instead of its words, None where it reads those. `entered` says who of the city typed it.
    `is_contact_kept_back` is where there is a contact and whoever asks does not work the queue.
    """

    request: ServiceRequest
    contact: Mapping[str, str]
    moderated: str | None
    entered: EnteredReport | None = None
    is_contact_kept_back: bool = False
    is_contact_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which others were awaited; `until` is None while they are."""

    state: State
    since: datetime
    until: datetime | None
    reason: str | None


def staff_requests(
    session: Session, keyring: KeyRing, incident_id: int, viewer: Actor
) -> list[StaffRequest]:
    """The requests under an incident, oldest first; contacts for whoever works the queue alone."""
    requests = requests_of(session, incident_id)
    ids = [one.id for one in requests]
    sealed = session.scalars(sa.select(Contact).where(Contact.service_request_id.in_(ids)))
    texts = session.scalars(
        sa.select(ModeratedText).where(ModeratedText.service_request_id.in_(ids))
    )
    may_read = viewer.role in DESK
    contacts = {
        one.service_request_id: keyring.open_if_possible(one.sealed, one.service_request_id.bytes)
        if may_read
        else None
        for one in sealed
    }
    moderated = {one.service_request_id: one.description for one in texts}
    entered = entries_of(session, ids)
    return [
        StaffRequest(
            one,
            contacts.get(one.id) or {},
            moderated.get(one.id),
            entered.get(one.id),
            is_contact_kept_back=one.id in contacts and not may_read,
            is_contact_unreadable=may_read and contacts.get(one.id, {}) is None,
        )
        for one in requests
    ]


def thread_of(session: Session, incident_id: int) -> list[Comment]:
    """Every comment under an incident, the hidden ones too, oldest first."""
    return list(session.scalars(_THREAD, {"incident_id": incident_id}))


def followers_of(session: Session, incident_id: int) -> int:
    """How many follow what lies under an incident without having reported it themselves."""
    return session.scalars(_FOLLOWERS, {"incident_id": incident_id}).one()


def shown_reasons(session: Session, incident_id: int) -> list[IncidentChange]:
    """The steps with a resident's reason that the public reads and staff may hide."""
    return list(session.scalars(_REASONS, {"incident_id": incident_id}))


def joined_numbers(session: Session, incident_id: int) -> list[str]:
    """Numbers of what was joined to an incident and can be parted from it, oldest first."""
    merges = standing_merges_into(session, incident_id)
    return [session.get_one(Incident, one.incident_id).number for one in merges]


def open_moves(state: State, actor: Actor, appealed_against: str | None) -> list[Move]:
    """The steps the actor may take now: nobody closes what is appealed against themselves."""
    is_theirs = appealed_against == actor.key
    return [
        move
        for move in moves_from(state, actor.role)
        if not (is_theirs and move.after in CLOSED_STATES)
    ]


def pauses_in(history: Iterable[IncidentChange]) -> Iterator[Pause]:
    """The stretches in which an incident waited for others, from its history in order.

    What was taken back counts as if never done: the clock ran, or stood, all that time.
    """
    begun: IncidentChange | None = None
    for step in _standing_steps(history):
        if begun is not None:
            yield _pause(begun, step.at)
        begun = step if step.to_state in PAUSED_STATES else None
    if begun is not None:
        yield _pause(begun, None)


def _standing_steps(history: Iterable[IncidentChange]) -> list[IncidentChange]:
    """The changes of state without those that were taken back, and without the taking back."""
    steps: list[IncidentChange] = []
    for step in history:
        if step.kind not in _STATE_KINDS or step.to_state is None:
            continue
        if step.kind == "undo" and steps and steps[-1].to_state == step.from_state:
            steps.pop()
        else:
            steps.append(step)
    return steps


def _pause(step: IncidentChange, until: datetime | None) -> Pause:
    return Pause(State(step.to_state or ""), step.at, until, step.reason)
