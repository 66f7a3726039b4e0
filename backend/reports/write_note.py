"""A word among staff, kept apart from what the public reads."""

from backend.core.db import lock_id
from backend.core.errors import Conflict, Forbidden
from backend.core.public_words import checked_words
from backend.core.uow import UnitOfWork
from backend.reports.commands import WriteNote
from backend.reports.models import Note
from backend.reports.queries import find_incident
from backend.reports.workflow import DESK


def write_note(work: UnitOfWork, command: WriteNote) -> Note:
    """Keep a note; sending it again is the same note. Raises `Conflict` when the id is taken.

    Nothing of it goes to the decision log, which is public.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number)
    words = checked_words(command.text)
    lock_id(work.session, command.id)
    note = work.session.get(Note, command.id)
    if note is None:
        note = Note(
            id=command.id,
            incident_id=incident.id,
            at=work.now,
            actor=work.actor.key,
            text=words,
        )
        work.session.add(note)
    elif (note.incident_id, note.actor, note.text) != (incident.id, work.actor.key, words):
        raise Conflict("comment-id-taken", pointer="/id")
    return note
