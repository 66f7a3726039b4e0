"""A row in every table of what the desk does to many reports and to the queue, and begins with."""

from uuid import UUID

from worlds import STAFF

from backend.core.uow import UnitOfWork
from backend.reports.answer_models import AnswerTemplate
from backend.reports.desk_acts.act_in_bulk import act_in_bulk
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, Chosen
from backend.reports.queries import find_incident
from backend.reports.workflow import State
from backend.triage.override_position import OverridePosition, Raised, override_position


def fill_desk_tables(work: UnitOfWork, number: str) -> None:
    """The report is moved on with others, and stands first of its urgency."""
    work.actor = STAFF
    incident = find_incident(work.session, number)
    chosen = [Chosen(incident.number, incident.version)]
    act_in_bulk(work, ActInBulk(UUID(int=90), BulkAct(State.TRIAGED, "A walk is planned"), chosen))
    place = OverridePosition(number, Raised.FIRST, "The school opens on Monday")
    override_position(work, place)
    work.session.add(
        AnswerTemplate(
            id=UUID(int=91),
            name="On its way",
            step="",
            services=[],
            texts=[{"language": "en", "text": "Somebody looks at it tomorrow."}],
            changed_at=work.now,
            changed_by=STAFF.key,
        )
    )
