"""An update comes in from a client: a word under a report, a step of the workflow, or both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from backend.accounts.api_keys import Client
from backend.core.db import lock_id
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork
from backend.open311.models import ReceivedUpdate, UpdatePicture
from backend.open311.sent_pictures import KeptFile, take_up
from backend.open311.status_words import KNOWN_STATUSES, STATE_MEANT
from backend.open311.update_feed import last_step, update_id
from backend.reports.add_comment import add_comment
from backend.reports.answer_back import confirm_fix, reopen
from backend.reports.change_status import change_status
from backend.reports.commands import AddComment, ChangeStatus, ConfirmFix, Reopen
from backend.reports.involved import is_involved
from backend.reports.models import Incident
from backend.reports.queries import find_incident, find_request
from backend.reports.rules import MAX_REFERENCE
from backend.reports.workflow import CLOSED_STATES, DESK, FIXED_STATES, State

MAX_EXTERNAL_ID = 120


@dataclass(frozen=True, slots=True)
class TakeUpdate:
    """What a client says of the request `number`; `external_id` is its own id of the update.

    `status` is one of mySociety's words for updates, in small letters; `media_urls` are where
    pictures of it are.
    """

    external_id: str
    number: str
    status: str
    text: str
    media_urls: tuple[str, ...] = ()


def take_update(
    work: UnitOfWork, client: Client, command: TakeUpdate, files: Sequence[KeptFile] = ()
) -> str:
    """Take an update up and return its id here; the same one again gives the same id.

    A key of the desk speaks for the city: its words are answers and its statuses steps. Any other
    key speaks for residents: its words are comments, and of its statuses only those count that
    are theirs to say, that it is not done or that it is. Pictures become photos of the request.
    Raises as the use cases of reports do.
    """
    act = act_id(client, command.external_id)
    lock_id(work.session, act)
    known = work.session.get(ReceivedUpdate, (client.id, command.external_id))
    if known is not None:
        return known.update_id
    request = find_request(work.session, command.number)
    command = replace(command, number=request.number)
    row_id = (_as_city if client.role in DESK else _as_resident)(work, command, act)
    take_up(work, request.id, files, act)
    work.session.add_all(
        UpdatePicture(
            act_id=act,
            position=position,
            service_request_id=request.id,
            url=url,
            reporter_hash=work.actor.reporter,
        )
        for position, url in enumerate(command.media_urls)
    )
    received = ReceivedUpdate(
        api_key_id=client.id,
        external_id=command.external_id,
        update_id=update_id(row_id, request.number),
        received_at=work.now,
    )
    work.session.add(received)
    return received.update_id


def act_id(client: Client, external_id: str) -> UUID:
    """The id of the comment or the step that a client's update becomes."""
    return uuid5(client.id, f"update:{external_id}")


def check_external_id(external_id: str) -> None:
    """Raise `Invalid` on an id that is too long to be kept."""
    if len(external_id) > MAX_EXTERNAL_ID:
        raise Invalid("update-id-too-long", pointer="/update_id", most=MAX_EXTERNAL_ID)


def read_status(text: str) -> str:
    """One of mySociety's words, in any case and with blanks for underscores; raises `Invalid`."""
    status = text.lower().replace(" ", "_")
    if status not in KNOWN_STATUSES:
        raise Invalid("status-unknown", pointer="/status", status=text[:MAX_REFERENCE])
    return status


def _as_city(work: UnitOfWork, update: TakeUpdate, act: UUID) -> int | UUID:
    incident = find_incident(work.session, update.number, lock=True)
    state = State(incident.state)
    after = STATE_MEANT.get(update.status)
    if update.status == "open" and state in CLOSED_STATES:
        after = State.REOPENED
    if after is None or after is state or {after, state} <= set(FIXED_STATES):
        add_comment(work, AddComment(act, update.number, update.text, is_answer=True))
        return act
    step = ChangeStatus(update.number, after, incident.version, update.text, act_id=act)
    try:
        change_status(work, step)
    except Conflict as error:
        if error.slug != "move-not-possible":
            raise
        facts = error.facts | {"status": update.status}
        raise Conflict("status-not-now", pointer="/status", **facts) from error
    return _step_taken(work, incident)


def _as_resident(work: UnitOfWork, update: TakeUpdate, act: UUID) -> int | UUID:
    incident = find_incident(work.session, update.number, lock=True)
    is_theirs = is_involved(work.session, incident.id, work.actor)
    if update.status == "reopen" and incident.state in FIXED_STATES and is_theirs:
        reopen(work, Reopen(act, update.number, update.text))
        return _step_taken(work, incident)
    if update.status == "fixed" and incident.state == State.RESOLVED and is_theirs:
        # Two acts, of which the comment is the one that has the pictures.
        confirm_fix(work, ConfirmFix(uuid5(act, "confirmed"), update.number))
    add_comment(work, AddComment(act, update.number, update.text))
    return act


def _step_taken(work: UnitOfWork, incident: Incident) -> int:
    work.session.flush()
    return last_step(work.session, incident.id) or 0
