"""The shapes of a batch made offline: a command of each kind, and what became of each."""

from marshmallow import INCLUDE, Schema, fields, validate

from mobile_api.answer_back import ConfirmationSchema, NewCommentSchema, ObjectionSchema
from mobile_api.face import ProblemSchema
from mobile_api.one_of import OneOf
from mobile_api.photo_schemas import PhotoSlotSchema, UploadSchema
from mobile_api.ratings import NewRatingSchema, RatingSchema
from mobile_api.repeats import MeTooSchema
from mobile_api.schemas import NewReportSchema, ReportSchema

MOST = 100


def _kind(name: str) -> fields.String:
    return fields.String(required=True, validate=validate.Equal(name))


class ReportCommandSchema(NewReportSchema):
    """File a report."""

    kind = _kind("report")


class PhotoCommandSchema(PhotoSlotSchema):
    """Announce a photo."""

    kind = _kind("photo")


class AboutReportSchema(Schema):
    """A command about a report."""

    report = fields.String(
        required=True,
        metadata={"description": "Its number, or the id the phone gave it"},
    )


class MeTooCommandSchema(AboutReportSchema, MeTooSchema):
    """Say that you saw it too."""

    kind = _kind("me_too")


class FollowingCommandSchema(AboutReportSchema, ConfirmationSchema):
    """Follow it from now on."""

    kind = _kind("following")


class CommentCommandSchema(AboutReportSchema, NewCommentSchema):
    """Say a word everybody can read."""

    kind = _kind("comment")


class RatingCommandSchema(AboutReportSchema, NewRatingSchema):
    """Say whether it was dealt with well."""

    kind = _kind("rating")
    id = fields.UUID(
        required=True,
        metadata={"description": "UUID version 7 made on the phone, which the result names"},
    )


class ConfirmationCommandSchema(AboutReportSchema, ConfirmationSchema):
    """Say that it is done."""

    kind = _kind("confirmation")


class ReopeningCommandSchema(AboutReportSchema, ObjectionSchema):
    """Say that it is not done, and why."""

    kind = _kind("reopening")


class AppealCommandSchema(AboutReportSchema, ObjectionSchema):
    """Ask that somebody else decide, and why."""

    kind = _kind("appeal")


class UnfollowingCommandSchema(AboutReportSchema, ConfirmationSchema):
    """Follow it no longer."""

    kind = _kind("unfollowing")


# In the order they are done: what others refer to comes first, however the batch was ordered, and a
# closing is rated before it is disputed.
COMMANDS: dict[str, type[Schema]] = {
    "report": ReportCommandSchema,
    "me_too": MeTooCommandSchema,
    "following": FollowingCommandSchema,
    "photo": PhotoCommandSchema,
    "comment": CommentCommandSchema,
    "rating": RatingCommandSchema,
    "confirmation": ConfirmationCommandSchema,
    "reopening": ReopeningCommandSchema,
    "appeal": AppealCommandSchema,
    "unfollowing": UnfollowingCommandSchema,
}


class KindSchema(Schema):
    """What any command says: which kind it is."""

    class Meta:
        unknown = INCLUDE

    error_messages: dict[str, str] = {"type": "A command is an object."}  # noqa: RUF012

    kind = fields.String(required=True, validate=validate.OneOf(list(COMMANDS)))


class BatchSchema(Schema):
    """What a phone wrote since it last had a network."""

    # Each command is read by itself, so that one that cannot be read refuses no other.
    commands = fields.List(
        OneOf({kind: schema() for kind, schema in COMMANDS.items()}, told_by="kind"),
        required=True,
        validate=validate.Length(
            max=MOST, error=f"A batch has at most {MOST} commands; send the others in another."
        ),
    )


class CommandProblemSchema(ProblemSchema):
    """A problem, with what HTTP would say in a header."""

    retry_after = fields.Integer(
        metadata={"description": "Seconds after which to send the command again"}
    )


class ResultSchema(Schema):
    """What became of one command."""

    index = fields.Integer(
        required=True, metadata={"description": "Its place among the commands, from 0"}
    )
    id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Its id; null where it had none"}
    )
    status = fields.Integer(
        required=True,
        metadata={"description": "201 done now, 200 done before, otherwise the problem's status"},
    )
    document = OneOf(
        {"report": ReportSchema(), "photo": UploadSchema(), "rating": RatingSchema()},
        metadata={"description": "What the request on its own would answer, if anything"},
    )
    problem = fields.Nested(
        CommandProblemSchema,
        metadata={"description": "Why it was not done; `errors` point into the command"},
    )


class ResultsSchema(Schema):
    """A result for each command, in their order."""

    results = fields.List(fields.Nested(ResultSchema), required=True)
