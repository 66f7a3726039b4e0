"""What staff do with a report: steps of the workflow, words, and what and whose it is."""

from typing import Any

from backend.reports.add_comment import add_comment
from backend.reports.answer_back import appeal
from backend.reports.ask_reporter import ask_reporter
from backend.reports.assign_person import assign_person
from backend.reports.change_service import change_service
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import (
    AddComment,
    Appeal,
    AskReporter,
    AssignPerson,
    ChangeService,
    ChangeSeverity,
    ChangeStatus,
    RecordInspection,
    WriteNote,
)
from backend.reports.record_inspection import record_inspection
from backend.reports.write_note import write_note
from mobile_api.answer_back import NewCommentSchema, ObjectionSchema
from mobile_api.desk_acts import act, done
from mobile_api.desk_schemas import (
    AnswerSchema,
    AssignmentSchema,
    InspectionSchema,
    OtherServiceSchema,
    QuestionSchema,
    SeveritySchema,
    StepSchema,
)
from mobile_api.face import make_desk_blueprint

blueprint = make_desk_blueprint("steps", "Staff: act on a report; each answer is the report then.")


@act(blueprint, "POST", "steps", StepSchema)
def take_step_of_staff(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Take a step of the workflow; handing over keeps the thread and names the body."""
    return done(number, change_status, ChangeStatus(number=number, **said))


@act(blueprint, "POST", "questions", QuestionSchema)
def create_question(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Ask whoever reported it, in public."""
    return done(number, ask_reporter, AskReporter(number=number, **said))


@act(blueprint, "POST", "comments", AnswerSchema)
def create_comment_of_staff(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say something everybody can read, as an answer of the city or not."""
    return done(number, add_comment, AddComment(number=number, **said))


@act(blueprint, "POST", "notes", NewCommentSchema)
def create_note(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Write a word among staff; nothing public ever reads it."""
    return done(number, write_note, WriteNote(number=number, **said))


@act(blueprint, "POST", "inspections", InspectionSchema)
def create_inspection(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Note what somebody found who went and looked."""
    return done(number, record_inspection, RecordInspection(number=number, **said))


@act(blueprint, "POST", "appeal", ObjectionSchema)
def create_appeal_for_resident(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Appeal for whoever cannot themselves, as after a telephone call."""
    return done(number, appeal, Appeal(number=number, **said))


@act(blueprint, "PUT", "assignee", AssignmentSchema)
def set_assignee(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Give it to a colleague, or take it back."""
    return done(number, assign_person, AssignPerson(number=number, **said))


@act(blueprint, "PUT", "service", OtherServiceSchema)
def set_service(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say that it is another kind of problem; target, band and taker follow."""
    return done(number, change_service, ChangeService(number=number, **said))


@act(blueprint, "PUT", "severity", SeveritySchema)
def set_severity(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Put it in another band than its service's."""
    return done(number, change_severity, ChangeSeverity(number=number, **said))
