"""Whoever agreed at the desk to be told is told: by mail where that goes, else by somebody's call.

A mail address that is given at the desk needs no code, for whoever gave it need not have a phone or
a browser at hand: the first mail says why it comes, and every mail ends with the way out of it.
"""

from dataclasses import replace
from uuid import UUID, uuid5

import sqlalchemy as sa

from backend.core.actors import Actor, Role
from backend.core.db import table_of
from backend.core.errors import Invalid, NotFound
from backend.core.keys import keyed_hash
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork
from backend.delivery.notices.carriers import offered_carriers
from backend.delivery.notices.commands import Register
from backend.delivery.notices.forget_person import forget_person
from backend.delivery.notices.leave_notices import Happening, leave_notices
from backend.delivery.notices.queries import recipients
from backend.delivery.notices.register import register
from backend.delivery.notices.rules import Carrier, Kind, Topic
from backend.reports.commands import FileReport, Follow
from backend.reports.events import PersonErased
from backend.reports.follow import follow
from backend.reports.intake.commands import EnterReport, NoteTold
from backend.reports.intake.models import EnteredReport
from backend.reports.intake.settle_lead import require_desk
from backend.reports.models import Follower, ServiceRequest
from backend.reports.queries import find_request

REACHED_BY = ("phone", "email", "note")
"""What of a contact says how somebody is told; a name alone does not."""
_ENTERED, _REQUEST, _FOLLOWER = map(table_of, (EnteredReport, ServiceRequest, Follower))
_THEM = recipients(
    sa.select(_FOLLOWER.c.follower_hash, _REQUEST.c.number, sa.literal(0).label("rank"))
    .join(_REQUEST, _REQUEST.c.id == _FOLLOWER.c.service_request_id)
    .where(_REQUEST.c.id == sa.bindparam("id"), _FOLLOWER.c.follower_hash == sa.bindparam("who"))
)
_MAILED = sa.select(_ENTERED.c.service_request_id).where(
    _ENTERED.c.is_told_by_mail,
    _ENTERED.c.service_request_id.in_(sa.bindparam("ids", expanding=True)),
)
_AT_ONCE = 500


def promise_to_tell(work: UnitOfWork, command: EnterReport) -> bool:
    """Keep where they agreed to be told; says whether mails go there by themselves.

    Before the report is filed, which holds the end of the log. Raises `Invalid` where they agreed
    and nothing says how they are reached.
    """
    report = command.report
    contact = {name: text.strip() for name, text in report.contact.items()}
    if not command.may_tell:
        return False
    if not any(contact.get(name) for name in REACHED_BY):
        raise Invalid("tell-not-reachable", pointer="/contact/phone")
    if not contact.get("email") or Carrier.EMAIL not in offered_carriers(work.runtime):
        return False
    language = report.language or work.runtime.settings.languages[0]
    told = {"address": contact["email"]}
    registration = Register(
        uuid5(report.id, "told by mail"), Kind.EMAIL, told, language, None, is_agreed=True
    )
    register(_as_reporter(work, report.id), registration)
    return True


def begin_to_tell(work: UnitOfWork, report: FileReport, number: str) -> None:
    """From now on they hear like whoever follows a report; the first mail is its number."""
    follow(_as_reporter(work, report.id), Follow(number))
    work.session.flush()
    known = {"id": report.id, "who": reporter_of(work.runtime, report.id)}
    leave_notices(work, _THEM, known, Happening(Topic.ANSWER, "report", {"what": "typed"}))


def note_told(work: UnitOfWork, command: NoteTold) -> None:
    """Somebody has told them; what happens later is to be told again, unless they want no more.

    Nothing of it goes to the decision log, which is public: it would say who gave a phone number.
    Raises `Forbidden`, and `NotFound` where nobody asked to be told.
    """
    require_desk(work)
    request = find_request(work.session, command.number)
    entered = work.session.get(EnteredReport, request.id, with_for_update=True)
    if entered is None or not entered.may_tell:
        raise NotFound("told-nobody-asked")
    until = min(command.until, work.now)
    if entered.told_until is None or entered.told_until < until:
        entered.told_until, entered.told_by = until, work.actor.key
    if command.is_last:
        entered.may_tell = False


def on_person_erased(work: UnitOfWork, event: PersonErased) -> None:
    """The address goes with the words of the report it was given for."""
    requests = list(event.requests)
    for start in range(0, len(requests), _AT_ONCE):
        known = {"ids": requests[start : start + _AT_ONCE]}
        mailed = work.session.scalars(_MAILED, known).all()
        if mailed:
            forget_person(work, [reporter_of(work.runtime, one) for one in mailed])


def reporter_of(runtime: Runtime, report_id: UUID) -> str:
    """Who is told of one typed report: known by it alone, so that no two of theirs are linked."""
    return keyed_hash(runtime.settings.hash_key, "told of a typed report", report_id.hex)


def _as_reporter(work: UnitOfWork, report_id: UUID) -> UnitOfWork:
    who = reporter_of(work.runtime, report_id)
    return replace(work, actor=Actor("resident", Role.RESIDENT, reporter=who))
