"""The shapes that cross this face: what a phone sends and what it gets."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from backend.accounts.contact_address import LONGEST, AddressKind
from backend.accounts.resident_sign_in import OUTSIDE
from backend.core.channels import Channel
from backend.core.contact import CONTACT_FIELDS
from backend.reports.commands import FileReport
from backend.reports.queries import MOST_COMMENTS
from backend.reports.workflow import State

NOT_HERE = {"description": "Null where the key it was sealed with is not here"}
"""Of a value that the city keeps and perhaps cannot read now."""


class ContactSchema(Schema):
    """How to reach the reporter; every part is optional and none is ever published."""

    class Meta:
        unknown = RAISE

    name = fields.String()
    phone = fields.String()
    email = fields.Email()
    note = fields.String()


if set(ContactSchema().fields) != set(CONTACT_FIELDS):
    raise RuntimeError("the contact schema and the contact rules name different fields")


class NewReportSchema(Schema):
    """A report as the phone sends it; `id` is made on the phone, so that sending twice is safe."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True, metadata={"description": "UUID version 7 made on the phone"})
    service_code = fields.String(required=True)
    description = fields.String(load_default="")
    lat = fields.Float(required=True, allow_nan=True)
    lon = fields.Float(required=True, allow_nan=True)
    address = fields.String(load_default=None, allow_none=True)
    requested_datetime = fields.AwareDateTime(
        data_key="requested_datetime",
        attribute="requested_at",
        load_default=None,
        allow_none=True,
        metadata={"description": "When it was written, for reports made offline"},
    )
    contact = fields.Nested(ContactSchema, load_default=dict)
    attributes = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        load_default=dict,
        metadata={"description": "Answers to what the service asks besides, by attribute code"},
    )
    repeat_of = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "Number of a report about the same thing"},
    )
    on_behalf = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Written down for somebody else, whose contact it has, if any; counted "
            "as such"
        },
    )
    language = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,6})?\Z"),
        metadata={"description": "The one the app spoke while it was written (BCP 47)"},
    )
    suggested_service_code = fields.String(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "What the words alone suggested, whatever was chosen then: so the city "
            "learns in which language its suggestions are good"
        },
    )

    @post_load
    def to_command(self, data: dict[str, Any], **_: Any) -> FileReport:
        channel = Channel.HELPER if data.pop("on_behalf") else Channel.APP
        return FileReport(channel=channel, **data)


_STATES = [state.value for state in State]
_BY = fields.String(required=True, validate=validate.OneOf(["resident", "city"]))
STEP_KINDS = ("state", "undo", "link", "unlink", "severity", "service", "appeal", "moderation")


class HistorySchema(Schema):
    """One step of what happened; `before` and `after` are states, bands or services by `kind`."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(STEP_KINDS))
    state = fields.String(required=True, allow_none=True, validate=validate.OneOf([*_STATES, None]))
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    by = _BY
    reason = fields.String(required=True, allow_none=True)
    is_reason_hidden = fields.Boolean(
        required=True, metadata={"description": "A resident gave one; the city hid it"}
    )


class CommentSchema(Schema):
    """What somebody said; `answer` and `question` are the city's."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["comment", "answer", "question"]))
    by = _BY
    text = fields.String(required=True)


class ReportSchema(Schema):
    """What anybody may know of a report."""

    number = fields.String(required=True)
    service_code = fields.String(required=True)
    service_name = fields.String(required=True)
    description = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(["open", "closed"]))
    state = fields.String(required=True, validate=validate.OneOf([state.value for state in State]))
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    address = fields.String(required=True, allow_none=True)
    district = fields.String(required=True, allow_none=True)
    is_outside_jurisdiction = fields.Boolean(required=True)
    reports = fields.Integer(
        required=True, metadata={"description": "How many people reported this"}
    )
    requested_datetime = fields.AwareDateTime(required=True)
    opened_datetime = fields.AwareDateTime(
        required=True,
        metadata={"description": "When the city first heard of it, perhaps from somebody else"},
    )
    updated_datetime = fields.AwareDateTime(required=True)
    target_datetime = fields.AwareDateTime(
        required=True, metadata={"description": "What the city means to keep to"}
    )
    expected_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={
            "description": "When half of the like were closed in the last year; null for what is "
            "closed, and where too few were closed to tell"
        },
    )
    expected_low_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "The range that holds the expected moment with 90 % confidence"},
    )
    expected_high_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "Its end; null where too many are still open to tell"},
    )
    agency = fields.String(
        required=True, allow_none=True, metadata={"description": "Who has it now"}
    )
    agency_contact = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "How to reach another body that has it"},
    )
    emergency_number = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "To be shown at once where the report is about danger"},
    )
    history = fields.List(fields.Nested(HistorySchema), required=True)
    comment_count = fields.Integer(required=True)
    comments = fields.List(
        fields.Nested(CommentSchema),
        required=True,
        metadata={"description": f"The newest {MOST_COMMENTS}, oldest of them first"},
    )
    url = fields.Url(required=True)


class PlaceQuerySchema(Schema):
    """A point."""

    lat = fields.Float(required=True, allow_nan=True)
    lon = fields.Float(required=True, allow_nan=True)


class DistrictSchema(Schema):
    """A district."""

    id = fields.String(required=True)
    name = fields.String(required=True)


class PlaceSchema(Schema):
    """What the city knows of a point."""

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    district = fields.Nested(DistrictSchema, required=True, allow_none=True)
    is_outside_jurisdiction = fields.Boolean(required=True)


class AddressSchema(Schema):
    """Where a sign-in code goes."""

    class Meta:
        unknown = RAISE

    address = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST),
        metadata={"description": "An e-mail address, or a phone number that takes text messages"},
    )


class CodeAskedSchema(Schema):
    """What to expect; the same whether or not there is an account."""

    kind = fields.String(
        required=True, validate=validate.OneOf([kind.value for kind in AddressKind])
    )
    digits = fields.Integer(required=True)


class TypedCodeSchema(AddressSchema):
    """A code that came, with the address it was sent to."""

    code = fields.String(required=True, validate=validate.Length(max=40))
    in_cookie = fields.Boolean(
        load_default=False,
        metadata={"description": "Keep the token in the app's cookie instead of the answer"},
    )


class SessionSchema(Schema):
    """A new session's token, shown once; null where the app's cookie has it."""

    token = fields.String(required=True, allow_none=True)
    expires_datetime = fields.AwareDateTime(required=True)


class AccountSchema(Schema):
    """An account, for its owner's eyes."""

    kind = fields.String(
        required=True, validate=validate.OneOf([*(kind.value for kind in AddressKind), OUTSIDE])
    )
    address = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Empty where the kind is `outside`, as an account of Firebase; null "
            "where the key it was sealed with is not here"
        },
    )
    created_datetime = fields.AwareDateTime(required=True)
    devices = fields.Integer(
        required=True, metadata={"description": "How many devices brought their reports along"}
    )


class DeviceSchema(Schema):
    """A new device's token, shown once."""

    token = fields.String(required=True)
