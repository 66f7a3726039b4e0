"""Staff ask whoever reported it; until they answer, the city's clock stands still."""

from backend.core.errors import Forbidden
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.add_comment import keep_comment
from backend.reports.answer_back import is_done_before
from backend.reports.commands import AskReporter
from backend.reports.models import Incident
from backend.reports.queries import find_incident
from backend.reports.take_step import find_step, take_step
from backend.reports.workflow import DESK, State


def ask_reporter(work: UnitOfWork, command: AskReporter) -> Incident:
    """Wait for the reporter with a question; one more while they are awaited joins the comments.

    Sending again is the same question. Raises `Conflict` as every step does, `Invalid` without a
    question.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    question = checked_reason(command.question, is_needed=True)
    if is_done_before(work, incident, command.id, question):
        return incident
    if State(incident.state) is State.WAITING_REPORTER:
        keep_comment(work, incident, command.id, "question", command.question)
    else:
        move = find_step(work, incident, State.WAITING_REPORTER, command.version)
        take_step(work, incident, move, question, act_id=command.id)
    return incident
