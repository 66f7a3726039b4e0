"""The fields of a request as open data: one list for every file, and for what is sent to others.

Names are those of Open311 and its proposed bulk file (GeoReport Bulk) where these have one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.reports.public_requests import PublicRequest


class Kind(StrEnum):
    """What a field holds; the words are Frictionless Data's."""

    TEXT = "string"
    WHOLE = "integer"
    DEGREES = "number"
    YES_NO = "boolean"
    MOMENT = "datetime"


@dataclass(frozen=True, slots=True)
class PublicField:
    """One field: its name, what it holds, whether it may be empty, and one sentence about it."""

    name: str
    kind: Kind
    may_be_empty: bool
    sentence: str


Value = str | int | float | bool | datetime | None

PUBLIC_FIELDS = (
    PublicField("service_request_id", Kind.TEXT, False, "The report's number."),
    PublicField(
        "incident_id", Kind.TEXT, False, "The same for all reports of the same thing: its first."
    ),
    PublicField("service_code", Kind.TEXT, False, "The kind of problem, as a code."),
    PublicField("service_name", Kind.TEXT, False, "The kind of problem, in words."),
    PublicField("service_group", Kind.TEXT, True, "What kinds of problem it belongs to."),
    PublicField("description", Kind.TEXT, True, "What was reported, as moderated."),
    PublicField("status", Kind.TEXT, False, "open or closed."),
    PublicField("status_description", Kind.TEXT, False, "The state of the workflow."),
    PublicField(
        "status_notes",
        Kind.TEXT,
        True,
        "The reason given for the state it is in, and what the city last said since.",
    ),
    PublicField(
        "source",
        Kind.TEXT,
        False,
        "resident, or city for what it found by itself; the channel is in audits only.",
    ),
    PublicField("requested_datetime", Kind.MOMENT, False, "When it was reported."),
    PublicField("updated_datetime", Kind.MOMENT, False, "When anything in this list last changed."),
    PublicField(
        "expected_datetime",
        Kind.MOMENT,
        True,
        "When half of the like were closed, counted from the first report of the same thing.",
    ),
    PublicField(
        "target_datetime",
        Kind.MOMENT,
        True,
        "When the city wants to have answered, counted from the first report of the same thing: "
        "of a later report it may be before requested_datetime.",
    ),
    PublicField("closed_date", Kind.MOMENT, True, "When it was closed."),
    PublicField("agency_responsible", Kind.TEXT, True, "The team or body that has it."),
    PublicField(
        "address",
        Kind.TEXT,
        True,
        "As written by the reporter; not where it is rounded or the words were moderated.",
    ),
    PublicField("district_code", Kind.TEXT, True, "The district, as a code."),
    PublicField("district_name", Kind.TEXT, True, "The district, in words."),
    PublicField("is_outside_jurisdiction", Kind.YES_NO, False, "Whether no district holds it."),
    PublicField("reports", Kind.WHOLE, False, "How many reports there are of the same thing."),
    PublicField("lat", Kind.DEGREES, False, "WGS84; rounded for services that ask for it."),
    PublicField("long", Kind.DEGREES, False, "WGS84; rounded for services that ask for it."),
)


def public_values(request: PublicRequest) -> tuple[Value, ...]:
    """The values of `PUBLIC_FIELDS`, in their order."""
    return (
        request.number,
        request.incident_number,
        request.service_code,
        request.service_name,
        request.group_name,
        request.description,
        "open" if request.is_open else "closed",
        request.state,
        request.status_note,
        request.source,
        request.requested_at,
        request.updated_at,
        request.expected_at,
        request.due_at,
        request.closed_at,
        request.agency,
        request.address,
        request.district_code,
        request.district_name,
        request.is_outside,
        request.reports,
        request.lat,
        request.lon,
    )
