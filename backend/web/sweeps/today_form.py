"""What is entered on the way, as commands; each entry has an id of its own."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request

from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.reports.commands import FileReport
from backend.reports.intake.commands import EnterReport
from backend.triage.outreach.commands import TakeDistricts
from backend.triage.sweeps.commands import (
    MARKS,
    Find,
    FinishDay,
    NoteKind,
    NoteStop,
    TakeDay,
)
from backend.web.entry.entry_view import fields_typed, look, read_place
from backend.web.face import local
from backend.web.form_fields import made_id, text
from backend.web.reporting.report_form import ANSWER, chosen_service, page_language
from backend.web.sweeps import sweep_form


def taken_day() -> TakeDay:
    """A day of a plan, for today."""
    plan_id, day = (request.form.get(name, 0, type=int) for name in ("plan", "day"))
    return TakeDay(plan_id, day, local(current_runtime().clock.now()).date())


def taken_districts() -> TakeDistricts:
    """Districts, for today."""
    today = local(current_runtime().clock.now()).date()
    return TakeDistricts(today, request.form.getlist("district"))


def note(plan_id: int, day: int) -> NoteStop:
    """A mark, or something found."""
    try:
        kind = NoteKind(text("kind"))
    except ValueError as error:
        choices = [one.value for one in NoteKind]
        raise Invalid("choice-not-offered", pointer="/kind", choices=choices) from error
    place = request.form.get("stop", type=int)
    if place is None:
        raise Invalid("sweep-stop-unknown", pointer="/stop", stop=text("stop")[:20])
    return NoteStop(
        entry_id=made_id(),
        plan_id=plan_id,
        day=day,
        place=place,
        kind=kind,
        at=_moment(),
        seen=_seen(),
        find=None if kind in MARKS else _find(kind, place),
    )


def finish(plan_id: int, day: int) -> FinishDay:
    """The crew is back."""
    walked = sweep_form.sweep(plan_id, day)
    return FinishDay(
        entry_id=made_id(),
        plan_id=plan_id,
        day=day,
        started_at=walked.started_at,
        ended_at=walked.ended_at,
        metres_walked=walked.metres_walked,
        seen=_seen(),
    )


def told() -> EnterReport:
    """A problem somebody told of at a visit, without a word about who; raises `Invalid`.

    The place has to be sure from its words alone: nobody can be asked any more.
    """
    fields = fields_typed() | {"channel": Channel.OUTREACH.value}
    looked = look(current_session(), fields, current_runtime().clock.now())
    place = next((read_place(one.value) for one in looked.places if one.is_chosen), None)
    if place is None:
        raise Invalid("place-not-chosen", pointer="/address")
    service = chosen_service(text("service_code"))
    asked = [one.code for one in service.attributes if one.is_question]
    report = FileReport(
        id=made_id(),
        service_code=service.code,
        description=text("description"),
        lon=place.lon,
        lat=place.lat,
        channel=Channel.OUTREACH,
        address=text("address").strip(),
        requested_at=_moment(),
        attributes={one: request.form.getlist(f"{ANSWER}{service.code}-{one}") for one in asked},
        language=page_language(),
    )
    return EnterReport(report)


def _find(kind: NoteKind, place: int) -> Find:
    if kind is NoteKind.KNOWN:
        return Find(place, number=text("number"))
    code = text("service_code")
    before = f"{ANSWER}{code}-"
    answers = {
        name.removeprefix(before): request.form.getlist(name)
        for name in request.form
        if name.startswith(before)
    }
    return Find(
        place=place,
        service_code=code,
        description=text("description").strip() or _("Found on a sweep."),
        address=text("address"),
        answers={name: given for name, given in answers.items() if any(given)},
    )


def _moment() -> datetime:
    """When it was entered as the device says; now where it says nothing."""
    now = current_runtime().clock.now()
    try:
        said = datetime.fromisoformat(text("at"))
    except ValueError:
        return now
    return said.astimezone(UTC) if said.tzinfo else now


def _seen() -> UUID | None:
    try:
        return UUID(text("seen"))
    except ValueError:
        return None
