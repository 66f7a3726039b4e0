"""The second look: its day, and what it found, also that a project failed."""

from backend.ballots.delivery.commands import RecordResult, SetReassessment
from backend.ballots.delivery.hold_project import hold_project, note_change
from backend.ballots.delivery.models import ProjectDelivery
from backend.ballots.delivery.queries import city_day
from backend.ballots.delivery.rules import check_day
from backend.ballots.delivery.workflow import RESULTS, ProjectState
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import MAX_COMMENT, checked_line, checked_reason
from backend.core.uow import UnitOfWork


def set_reassessment(work: UnitOfWork, command: SetReassessment) -> ProjectDelivery:
    """Say when; another day than the first is a delay with a reason.

    Raises `Invalid` on a day that is over, and `Conflict` once there is a result, and where the day
    is the same.
    """
    check_day(command.on, "/on", earliest=city_day(work.session, work.now))
    held = hold_project(work, command.cycle, command.code, command.version)
    delivery = held.delivery
    if delivery.result is not None:
        raise Conflict("project-reassessed", code=command.code, result=delivery.result)
    is_first = delivery.reassess_on is None
    reason = checked_reason(command.reason, is_needed=not is_first)
    before = delivery.reassess_on.isoformat() if delivery.reassess_on else None
    after = command.on.isoformat()
    if before == after:
        raise Conflict("day-is-the-same", day=after)
    delivery.first_reassess_on = delivery.first_reassess_on or command.on
    delivery.reassess_on = command.on
    kind = "reassessment" if is_first else "date"
    note_change(work, held, kind, before=before, after=after, words=reason)
    work.decide("project.reassessment_set", held.subject, before=before, after=after, reason=reason)
    return delivery


def record_result(work: UnitOfWork, command: RecordResult) -> ProjectDelivery:
    """Say what it came to; a later look may find otherwise, and what was found before stays.

    Raises `Conflict` before its day (what was abandoned need not wait for it), and `Invalid` on a
    result that a project in its state cannot have.
    """
    words = checked_line(command.words, "/words", MAX_COMMENT)
    held = hold_project(work, command.cycle, command.code, command.version)
    delivery, state = held.delivery, ProjectState(held.delivery.state)
    today = city_day(work.session, work.now)
    is_due = delivery.reassess_on is not None and delivery.reassess_on <= today
    if not is_due and state is not ProjectState.ABANDONED:
        raise Conflict("reassessment-not-due", code=command.code, today=today.isoformat())
    if command.result not in RESULTS[state]:
        choices = [one.value for one in RESULTS[state]]
        raise Invalid("choice-not-offered", pointer="/result", choices=choices)
    before = delivery.result
    delivery.result, delivery.result_words = command.result.value, words
    delivery.reassessed_at = work.now
    note_change(work, held, "result", before=before, after=command.result.value, words=words)
    work.decide("project.reassessed", held.subject, after=command.result.value)
    return delivery
