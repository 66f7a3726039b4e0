"""What the desk's form holds, as a command; nothing of it is kept between two pages."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request

from backend.core.channels import Channel
from backend.core.contact import CONTACT_FIELDS
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.reports.catalogue import ServiceTerms
from backend.reports.commands import FileReport
from backend.reports.duplicates.candidates import Candidate
from backend.reports.file_report import LONGEST_ON_PAPER, fingerprint_of
from backend.reports.intake.commands import EnterReport
from backend.reports.intake.rules import ENTERED_CHANNELS
from backend.web.entry.entry_view import NO_OTHER, ChosenPlace, Looked, read_place
from backend.web.entry.saved_report import Repeated, SavedReport
from backend.web.face import current_city
from backend.web.form_fields import made_id, text
from backend.web.reporting.report_form import ANSWER, chosen_service, page_language, suggested_codes


class Way(StrEnum):
    """What the form is used for: it keeps between two reports what is the same for both."""

    CALL = "call"
    PAPER = "paper"
    VISIT = "visit"


KEPT = {
    Way.CALL: ("channel",),
    Way.PAPER: ("channel", "batch", "said_on"),
    Way.VISIT: ("channel", "address", "place"),
}
_CHANNEL_OF = {Way.CALL: Channel.PHONE, Way.PAPER: Channel.PAPER, Way.VISIT: Channel.OUTREACH}


def way_asked() -> Way:
    """What the form is used for, as its address or its field says."""
    try:
        return Way(request.values.get("way", Way.CALL))
    except ValueError:
        return Way.CALL


def empty_form(way: Way) -> dict[str, str]:
    """A new form with what is the same as in the one before, or what a link says."""
    kept = {name: request.args.get(name, "") for name in KEPT[way]}
    kept["address"] = request.args.get("address", "")
    channel = kept["channel"] or _CHANNEL_OF[way].value
    return kept | {"id": str(current_runtime().ids.uuid()), "channel": channel}


def entered(looked: Looked) -> EnterReport:
    """The report the form holds; raises `Invalid` on what is missing, the first in its order."""
    service, place = chosen_service(text("service_code")), _chosen_place()
    report = _report(service, place, None)
    if looked.saved is not None:
        report = _as_before(looked.saved, report, service, place)
    elif looked.candidates:
        report = _report(service, place, _answered(looked.candidates))
    return EnterReport(
        report,
        may_tell="may_tell" in request.form,
        batch=text("batch").strip() or None,
        sheet=_sheet(),
        shown=tuple(request.form.getlist("shown")),
    )


def _answered(candidates: Sequence[Candidate]) -> Repeated | None:
    same, by_number = text("same"), {one.number: one for one in candidates}
    if same not in {*by_number, NO_OTHER}:
        raise Invalid("same-not-answered", pointer="/same")
    found = by_number.get(same)
    return Repeated(found.number, found.service_code) if found else None


def _as_before(
    saved: SavedReport, report: FileReport, service: ServiceTerms, place: ChosenPlace
) -> FileReport:
    """The form sent once more: whether it repeats another was answered the first time."""
    ways = [report, *(_report(service, place, one) for one in saved.may_repeat)]
    return next((one for one in ways if fingerprint_of(one) == saved.fingerprint), report)


def _report(service: ServiceTerms, place: ChosenPlace, repeated: Repeated | None) -> FileReport:
    words = text("description")
    is_other_kind = repeated is not None and repeated.service_code != service.code
    asked = () if is_other_kind else [one for one in service.attributes if one.is_question]
    return FileReport(
        id=made_id(),
        service_code=repeated.service_code if repeated else service.code,
        description=words,
        lon=place.lon,
        lat=place.lat,
        channel=_channel(),
        address=place.label or None,
        requested_at=_said_at(),
        contact={name: text(f"contact_{name}") for name in CONTACT_FIELDS},
        attributes={one.code: request.form.getlist(ANSWER + one.code) for one in asked},
        repeat_of=repeated.number if repeated else None,
        language=page_language(),
        suggested_service_code=next(iter(suggested_codes(words)), None),
    )


def is_of_message() -> UUID | None:
    """The message the form is about, None where it is about none."""
    try:
        return UUID(request.form.get("lead", ""))
    except ValueError:
        return None


def _chosen_place() -> ChosenPlace:
    place = read_place(request.form.get("place", ""))
    # What was chosen for other words is not what is meant now.
    if place is None or text("asked") != text("address"):
        raise Invalid("place-not-chosen", pointer="/address")
    return place


def _channel() -> Channel:
    try:
        return Channel(text("channel"))
    except ValueError as error:
        choices = [one.value for one in ENTERED_CHANNELS]
        raise Invalid("choice-not-offered", pointer="/channel", choices=choices) from error


def _said_at() -> datetime | None:
    """Noon of the day on the sheet, or now where that is still to come."""
    typed = text("said_on").strip()
    if not typed:
        return None
    try:
        noon = datetime.combine(
            date.fromisoformat(typed), time(12), ZoneInfo(current_city().time_zone)
        )
    except ValueError as error:
        raise Invalid(
            "sheet-day-not-valid", pointer="/said_on", days=LONGEST_ON_PAPER.days
        ) from error
    now = current_runtime().clock.now()
    is_today = noon.date() == now.astimezone(noon.tzinfo).date()
    return min(noon.astimezone(UTC), now) if is_today else noon.astimezone(UTC)


def _sheet() -> int | None:
    typed = text("sheet").strip()
    if not typed:
        return None
    # What is no number is no sheet's.
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
