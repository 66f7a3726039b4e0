"""The shapes of what staff send and of a report as staff get it."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from backend.photos.workflow import PhotoState
from backend.reports.commands import InspectionOutcome, RatingAnswer
from backend.reports.rules import MAX_REFERENCE
from backend.reports.workflow import PAUSED_STATES, State
from mobile_api.answer_back import NewCommentSchema
from mobile_api.kept_contact import KeptContactSchema
from mobile_api.photo_schemas import ALT, OF_MILESTONE, OF_PROPOSAL
from mobile_api.repeats import LikelyRepeatSchema


def is_sound(text: str) -> None:
    """Raise where text holds what no encoding can write, such as half a character pair."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError("Not a text.") from error


def is_printable(text: str) -> None:
    """Raise where text holds what nobody could see, and no database takes as a key."""
    if not text.isprintable():
        raise ValidationError("Holds a character nobody can see.")


CODE = validate.And(validate.Length(1, MAX_REFERENCE), is_printable)
STATE = fields.String(required=True, validate=validate.OneOf([state.value for state in State]))
_ID = {"description": "UUID version 7 made where it is said, so that sending twice is safe"}
_READABLE = {"description": "Whoever reported it can read this"}


class _BodySchema(Schema):
    class Meta:
        unknown = RAISE


class _VersionedSchema(_BodySchema):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 2**31 - 1),
        metadata={"description": "The one that was looked at; 409 says what changed since"},
    )


class StepSchema(_VersionedSchema):
    """A step of the workflow; the report's `moves` say which there are and what each needs."""

    after = fields.Enum(State, by_value=True, required=True)
    reason = fields.String(load_default=None, allow_none=True, metadata=_READABLE)
    team_code = fields.String(
        load_default=None,
        allow_none=True,
        validate=CODE,
        metadata={"description": "Who works on it; read where it becomes `assigned`"},
    )
    scheduled_for = fields.Date(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The day of the work, from today to three years on; needed where it "
            "becomes `scheduled`, and read nowhere else"
        },
    )
    body_code = fields.String(
        load_default=None,
        allow_none=True,
        validate=CODE,
        metadata={
            "description": "Who takes it; needed where it becomes `handed_over` and the report "
            "has no `body_code` yet"
        },
    )


class QuestionSchema(_VersionedSchema):
    """A question to whoever reported it; the clock stands still until they answer."""

    id = fields.UUID(required=True, metadata=_ID)
    question = fields.String(required=True)


class AnswerSchema(NewCommentSchema):
    """A word everybody can read; as an answer it is what the city owes the report."""

    is_answer = fields.Boolean(load_default=False)


class AssignmentSchema(_VersionedSchema):
    """Who works on it; null takes it back."""

    assignee = fields.String(
        required=True,
        allow_none=True,
        validate=validate.And(validate.Length(1, 80), is_printable),
        metadata={"description": "The key of a colleague"},
    )


class OtherServiceSchema(_VersionedSchema):
    """Another kind of problem than was reported."""

    service_code = fields.String(required=True, validate=CODE)
    reason = fields.String(required=True, metadata=_READABLE)


class SeveritySchema(_VersionedSchema):
    """Another band; a less severe one needs a reason."""

    severity_band = fields.Integer(required=True, strict=True, validate=validate.Range(0, 4))
    reason = fields.String(load_default=None, allow_none=True, metadata=_READABLE)


class InspectionSchema(_BodySchema):
    """What was found on the spot."""

    id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": _ID["description"] + "; without one, twice is two inspections"},
    )
    outcome = fields.Enum(InspectionOutcome, by_value=True, required=True)


class ReasonSchema(_BodySchema):
    """Why."""

    reason = fields.String(required=True, metadata=_READABLE)


class MergeSchema(ReasonSchema):
    """The report it is the same thing as."""

    target = fields.String(required=True, validate=CODE)


class PublicWordsSchema(ReasonSchema):
    """What the public reads instead of the report's own words; nothing hides them.

    Either hides the address too, which is free words.
    """

    description = fields.String(required=True)


class CoversSchema(ReasonSchema):
    """What to cover for good: left, top, right, bottom as fractions of width and height."""

    covers = fields.List(
        fields.List(fields.Float(), validate=validate.Length(equal=4)), required=True
    )

    @post_load
    def to_boxes(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data | {"covers": tuple(tuple(box) for box in data["covers"])}


class MoveSchema(Schema):
    """A step that is open; of what it `takes`, it cannot do without what it `needs`."""

    after = STATE
    needs = fields.List(fields.String(), required=True)
    takes = fields.List(fields.String(), required=True)


class BySchema(Schema):
    """Who did it; the name only where it is somebody who works for the city."""

    key = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class DeskRequestSchema(KeptContactSchema):
    """One report as it was said, with what nobody outside may read."""

    number = fields.String(required=True)
    description = fields.String(required=True)
    public_description = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the public reads instead, null where it reads the same"},
    )
    attributes = fields.Dict(
        keys=fields.String(), values=fields.List(fields.String()), required=True
    )
    channel = fields.String(required=True)
    requested_datetime = fields.AwareDateTime(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    address = fields.String(required=True, allow_none=True)


class DeskHistorySchema(Schema):
    """One step; `before` and `after` are states, bands, services or keys by `kind`."""

    id = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    by = fields.Nested(BySchema, required=True)
    reason = fields.String(required=True, allow_none=True)
    is_reason_hidden = fields.Boolean(
        required=True, metadata={"description": "The public does not read it"}
    )


class NoteSchema(Schema):
    """A word among staff."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    by = fields.Nested(BySchema, required=True)
    text = fields.String(required=True)


class DeskCommentSchema(NoteSchema):
    """A word for everybody, unless it was hidden."""

    kind = fields.String(required=True, validate=validate.OneOf(["comment", "answer", "question"]))
    is_hidden = fields.Boolean(required=True)


class PauseSchema(Schema):
    """A stretch in which the clock stood still because others were awaited."""

    state = fields.String(
        required=True, validate=validate.OneOf([state.value for state in PAUSED_STATES])
    )
    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class DeskPhotoSchema(Schema):
    """A picture, shown or not; sizes in pixels. Staff's token opens its addresses."""

    id = fields.UUID(required=True)
    report = fields.String(metadata={"description": "Number of the report, where it is of one"})
    proposal = OF_PROPOSAL
    milestone = OF_MILESTONE
    alt = ALT
    state = fields.String(
        required=True,
        validate=validate.OneOf([PhotoState.HELD, PhotoState.PUBLIC, PhotoState.REFUSED]),
    )
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    url = fields.Url(required=True)
    thumbnail_url = fields.Url(required=True)


class RatedWordsSchema(Schema):
    """What somebody concerned said of how it was dealt with, for staff alone."""

    at = fields.AwareDateTime(required=True)
    answer = fields.String(required=True)
    text = fields.String(required=True)


class RatingsSchema(Schema):
    """How those concerned say it was dealt with: how many gave each answer, and in words."""

    counts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(list(RatingAnswer))),
        values=fields.Integer(),
        required=True,
    )
    words = fields.List(fields.Nested(RatedWordsSchema), required=True)


class DeskReportSchema(Schema):
    """Everything staff may know of one incident."""

    number = fields.String(required=True)
    version = fields.Integer(required=True, metadata={"description": "Send it with the next step"})
    state = STATE
    moves = fields.List(fields.Nested(MoveSchema), required=True)
    position = fields.Integer(
        required=True, allow_none=True, metadata={"description": "In the queue, while it is open"}
    )
    service_code = fields.String(required=True)
    service_name = fields.String(required=True)
    severity_band = fields.Integer(required=True)
    district = fields.String(required=True, allow_none=True)
    is_outside_jurisdiction = fields.Boolean(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    opened_datetime = fields.AwareDateTime(required=True)
    updated_datetime = fields.AwareDateTime(required=True)
    closed_datetime = fields.AwareDateTime(required=True, allow_none=True)
    target_datetime = fields.AwareDateTime(required=True, allow_none=True)
    answered_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When the city gave the answer it owes"},
    )
    team_code = fields.String(required=True, allow_none=True)
    body_code = fields.String(required=True, allow_none=True)
    assignee = fields.Nested(BySchema, required=True, allow_none=True)
    scheduled_for = fields.Date(required=True, allow_none=True)
    appealed_against = fields.Nested(
        BySchema,
        required=True,
        allow_none=True,
        metadata={"description": "Somebody else than they must decide"},
    )
    requests = fields.List(fields.Nested(DeskRequestSchema), required=True)
    photos = fields.List(fields.Nested(DeskPhotoSchema), required=True)
    comments = fields.List(fields.Nested(DeskCommentSchema), required=True)
    notes = fields.List(fields.Nested(NoteSchema), required=True)
    history = fields.List(fields.Nested(DeskHistorySchema), required=True)
    pauses = fields.List(fields.Nested(PauseSchema), required=True)
    joined = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Numbers of what was merged into it and can be parted again"},
    )
    candidates = fields.List(fields.Nested(LikelyRepeatSchema), required=True)
    ratings = fields.Nested(RatingsSchema, required=True)
    url = fields.Url(required=True)
