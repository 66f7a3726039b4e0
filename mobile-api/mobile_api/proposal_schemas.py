"""The shapes of proposals: what a phone sends and what anybody gets."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from backend.ballots.proposals.commands import (
    Asked,
    Criterion,
    Draft,
    Rearranging,
    Verdict,
)
from backend.ballots.proposals.queries import MOST_COMMENTS
from backend.ballots.proposals.rules import MAX_COST
from backend.ballots.proposals.workflow import OUTCOMES, State
from mobile_api.desk_schemas import is_printable
from mobile_api.overdue import PageQuerySchema
from mobile_api.photo_schemas import PhotoSchema

_STATES = [state.value for state in State]
_STATE = fields.String(required=True, validate=validate.OneOf(_STATES))
MADE_HERE = {"description": "UUID version 7 made on the phone, so that sending twice is safe"}
_UNITS = {"description": "Whole number of the cycle's smallest units (1/money_scale)"}


class BodySchema(Schema):
    """What is sent names nothing unknown."""

    class Meta:
        unknown = RAISE


class ProposalDraftSchema(BodySchema):
    """The words and the place of a proposal: a part of the cycle, a point, or both."""

    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True, metadata={"description": "BCP 47 tag"})
    description = fields.String(load_default="")
    category = fields.String(load_default=None, allow_none=True)
    cost = fields.Integer(
        load_default=None,
        allow_none=True,
        strict=True,
        validate=validate.Range(0, MAX_COST),
        metadata=_UNITS,
    )
    part = fields.String(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "A code of the cycle's parts, such as citywide; the place decides where "
            "it is left out"
        },
    )
    lat = fields.Float(load_default=None, allow_none=True, allow_nan=True)
    lon = fields.Float(load_default=None, allow_none=True, allow_nan=True)


class WholeProposalDraftSchema(ProposalDraftSchema):
    """A draft by itself."""

    @post_load
    def to_draft(self, data: dict[str, Any], **_: Any) -> Draft:
        return Draft(**data)


class PersonSchema(BodySchema):
    """What a proposer tells of themselves, in public and only if they want."""

    display_name = fields.String(load_default="")
    interests = fields.String(
        load_default="", metadata={"description": "What they have to gain from it"}
    )


class NewProposalSchema(PersonSchema):
    """A proposal as the phone sends it."""

    id = fields.UUID(required=True, metadata=MADE_HERE)
    draft = fields.Nested(WholeProposalDraftSchema, required=True)


class EditSchema(BodySchema):
    """Other words for a proposal."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31 - 1))
    draft = fields.Nested(WholeProposalDraftSchema, required=True)


class WithdrawalSchema(BodySchema):
    """It is taken back; everybody can read why."""

    id = fields.UUID(required=True, metadata=MADE_HERE)
    reason = fields.String(load_default="")


class ProposalAppealSchema(BodySchema):
    """Somebody else should decide; everybody can read why."""

    id = fields.UUID(required=True, metadata=MADE_HERE)
    reason = fields.String(required=True)


class JoiningSchema(PersonSchema):
    """The code of an invitation, or of a place that was kept for somebody."""

    code = fields.String(
        required=True, validate=validate.And(validate.Length(max=100), is_printable)
    )


class SayingSchema(BodySchema):
    """A comment; a question where somebody is asked; an answer where it answers a question."""

    id = fields.UUID(required=True, metadata=MADE_HERE)
    text = fields.String(required=True)
    asked = fields.Enum(Asked, by_value=True, load_default=None, allow_none=True)
    answers = fields.UUID(load_default=None, allow_none=True)


class RearrangeSchema(BodySchema):
    """One draft of several proposals, or several of one."""

    id = fields.UUID(required=True, metadata=MADE_HERE)
    kind = fields.Enum(Rearranging, by_value=True, required=True)
    numbers = fields.List(fields.String(), required=True, validate=validate.Length(1, 10))
    drafts = fields.List(
        fields.Nested(WholeProposalDraftSchema), required=True, validate=validate.Length(1, 10)
    )
    reason = fields.String(required=True)


class ConsentSchema(BodySchema):
    """Yes or no."""

    agrees = fields.Boolean(required=True)


class ProposalsQuerySchema(PageQuerySchema):
    """Which proposals of a cycle."""

    part = fields.String(load_default=None, allow_none=True, validate=is_printable)
    category = fields.String(load_default=None, allow_none=True, validate=is_printable)
    state = fields.Enum(
        State,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "Without one, those that stand by themselves"},
    )


class SimilarQuerySchema(Schema):
    """A title as far as it is written, and the place if there is one."""

    title = fields.String(required=True)
    lat = fields.Float(load_default=None)
    lon = fields.Float(load_default=None)


class SimilarSchema(Schema):
    """A proposal that may be the same."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    state = _STATE
    score = fields.Float(required=True, validate=validate.Range(0, 1))
    metres = fields.Integer(required=True, allow_none=True)
    url = fields.Url(required=True)


class OverdueAnswerSchema(Schema):
    """An answer that is late."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["question", "review", "appeal"]))
    owes = fields.String(required=True, validate=validate.OneOf(list(Asked)))
    due_datetime = fields.AwareDateTime(required=True)
    url = fields.Url(required=True)


class ProposalLineSchema(Schema):
    """A proposal in a list."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    language = fields.String(required=True)
    part = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    cost = fields.Integer(required=True, allow_none=True, metadata=_UNITS)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    state = _STATE
    endorsements = fields.Integer(required=True)
    submitted_datetime = fields.AwareDateTime(required=True)
    photo = fields.Nested(
        PhotoSchema, required=True, allow_none=True, metadata={"description": "Its first"}
    )
    url = fields.Url(required=True)


class ProposalsSchema(Schema):
    """One page of a cycle's proposals, newest first."""

    total = fields.Integer(required=True)
    proposals = fields.List(fields.Nested(ProposalLineSchema), required=True)


class ProposerSchema(Schema):
    """Somebody who stands behind it; a name only where they chose one."""

    display_name = fields.String(required=True, allow_none=True)
    interests = fields.String(required=True)


class TranslationSchema(Schema):
    """Title and summary in another language."""

    language = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)


class FindingSchema(Schema):
    """What was found by one criterion; round 2 is that after an appeal."""

    round = fields.Integer(required=True)
    criterion = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Criterion])
    )
    verdict = fields.String(required=True, validate=validate.OneOf([one.value for one in Verdict]))
    words = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class OutcomeSchema(Schema):
    """What a round of review came to."""

    round = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf([one.value for one in OUTCOMES]))
    reason = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)


class CostChangeSchema(Schema):
    """That the cost became another."""

    old_cost = fields.Integer(required=True, allow_none=True)
    cost = fields.Integer(required=True)
    reason = fields.String(required=True)
    at = fields.AwareDateTime(required=True)


class CostLineSchema(BodySchema):
    """A line of what makes up the cost."""

    words = fields.String(required=True)
    cost = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, MAX_COST), metadata=_UNITS
    )


class SourceSchema(BodySchema):
    """Where something can be looked up."""

    title = fields.String(required=True)
    url = fields.String(required=True)


class PackSchema(BodySchema):
    """What voters should know before they choose."""

    pros = fields.List(fields.String(), required=True)
    cons = fields.List(fields.String(), required=True)
    cost_lines = fields.List(fields.Nested(CostLineSchema), required=True)
    minority_statements = fields.List(fields.String(), load_default=list)
    is_undisputed = fields.Boolean(
        load_default=False, metadata={"description": "Nobody had a minority statement"}
    )
    sources = fields.List(fields.Nested(SourceSchema), required=True)


class ProposalCommentSchema(Schema):
    """What somebody said; a hidden one has no text but the reason why."""

    id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(["comment", "question", "answer", "appeal", "withdrawal"]),
    )
    by = fields.String(required=True, validate=validate.OneOf(["resident", "proposer", "city"]))
    text = fields.String(required=True)
    asked = fields.String(required=True, allow_none=True)
    due_datetime = fields.AwareDateTime(required=True, allow_none=True)
    answered_datetime = fields.AwareDateTime(required=True, allow_none=True)
    answers = fields.UUID(required=True, allow_none=True)
    hidden_reason = fields.String(required=True, allow_none=True)


_STEPS = (
    *("submitted", "state", "edited", "cost", "people"),
    *("pack", "translation", "moderation", "covered"),
)


class ProposalChangeSchema(Schema):
    """One step of what happened; `was` holds what an edit changed, as it was before."""

    at = fields.AwareDateTime(required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            [
                "submitted",
                "state",
                "edited",
                "cost",
                "people",
                "pack",
                "translation",
                "moderation",
                "covered",
            ]
        ),
    )
    state = fields.String(required=True, allow_none=True, validate=validate.OneOf([*_STATES, None]))
    by = fields.String(required=True, validate=validate.OneOf(["resident", "city"]))
    reason = fields.String(required=True, allow_none=True)
    was = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class RearrangementSchema(Schema):
    """A wish to merge or split, and what has become of it."""

    id = fields.UUID(required=True)
    kind = fields.Enum(Rearranging, by_value=True, required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(["open", "done", "declined", "ended"])
    )
    reason = fields.String(required=True)
    drafts = fields.List(fields.Nested(ProposalDraftSchema), required=True)


class ProposalSchema(ProposalLineSchema):
    """What anybody may know of a proposal."""

    cycle = fields.String(required=True)
    currency = fields.String(required=True)
    money_scale = fields.Integer(required=True)
    version = fields.Integer(required=True)
    description = fields.String(required=True)
    changed_datetime = fields.AwareDateTime(required=True)
    answer_due_datetime = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When the city owes its decision"}
    )
    appeal_until_datetime = fields.AwareDateTime(required=True, allow_none=True)
    proposers = fields.List(fields.Nested(ProposerSchema), required=True)
    photos = fields.List(fields.Nested(PhotoSchema), required=True)
    came_from = fields.List(fields.String(), required=True)
    became = fields.List(fields.String(), required=True)
    translations = fields.List(fields.Nested(TranslationSchema), required=True)
    findings = fields.List(fields.Nested(FindingSchema), required=True)
    outcomes = fields.List(fields.Nested(OutcomeSchema), required=True)
    cost_changes = fields.List(fields.Nested(CostChangeSchema), required=True)
    pack = fields.Nested(PackSchema, required=True, allow_none=True)
    missing = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What it lacks before it can be voted on"},
    )
    comments = fields.List(
        fields.Nested(ProposalCommentSchema),
        required=True,
        metadata={"description": f"The newest {MOST_COMMENTS}, oldest of them first"},
    )
    history = fields.List(fields.Nested(ProposalChangeSchema), required=True)
    rearrangements = fields.List(fields.Nested(RearrangementSchema), required=True)


class InvitationSchema(Schema):
    """A code for one more person, shown once."""

    code = fields.String(required=True)
