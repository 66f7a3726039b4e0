"""The shapes of what staff send about proposals, and of a proposal as staff get it."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from backend.ballots.proposals.commands import CostLine, Criterion, Source, Verdict
from backend.ballots.proposals.rules import MAX_COST
from backend.ballots.proposals.workflow import OUTCOMES, State
from backend.core.channels import Channel
from mobile_api.kept_contact import KeptContactSchema
from mobile_api.proposal_schemas import (
    BodySchema,
    ConsentSchema,
    NewProposalSchema,
    PackSchema,
    ProposalSchema,
)
from mobile_api.schemas import ContactSchema

_VERSION = validate.Range(1, 2**31 - 1)
_COST = validate.Range(0, MAX_COST)


class _VersionedSchema(BodySchema):
    version = fields.Integer(
        required=True,
        strict=True,
        validate=_VERSION,
        metadata={"description": "The one that was looked at"},
    )


class ProposalForSchema(NewProposalSchema):
    """A proposal of somebody who has no phone, and how it came."""

    channel = fields.Enum(Channel, by_value=True, required=True)
    contact = fields.Nested(ContactSchema, load_default=dict)


class ProposalMadeSchema(Schema):
    """Its number, and the code with which whoever made it can take their place."""

    number = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)


class OneFindingSchema(BodySchema):
    """A verdict and words everybody can read."""

    verdict = fields.Enum(Verdict, by_value=True, required=True)
    words = fields.String(required=True)

    @post_load
    def to_pair(self, data: dict[str, Any], **_: Any) -> tuple[Verdict, str]:
        return data["verdict"], data["words"]


class FindingsSchema(_VersionedSchema):
    """What was found by some criteria."""

    findings = fields.Dict(
        keys=fields.Enum(Criterion, by_value=True),
        values=fields.Nested(OneFindingSchema),
        required=True,
    )


class VerdictSchema(_VersionedSchema):
    """What the review comes to; with a cost where the city's figure is another."""

    outcome = fields.Enum(
        State,
        by_value=True,
        required=True,
        metadata={"description": f"One of {', '.join(OUTCOMES)}"},
    )
    reason = fields.String(load_default="")
    cost = fields.Integer(load_default=None, allow_none=True, strict=True, validate=_COST)


class CostSchema(_VersionedSchema):
    """What it costs after all, and why."""

    cost = fields.Integer(required=True, strict=True, validate=_COST)
    reason = fields.String(required=True)


class WholePackSchema(_VersionedSchema, PackSchema):
    """What voters should know, written anew."""

    @post_load
    def to_lines(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        lines = [CostLine(**line) for line in data["cost_lines"]]
        sources = [Source(**source) for source in data["sources"]]
        return {**data, "cost_lines": lines, "sources": sources}


class TranslatingSchema(BodySchema):
    """Title and summary in the language of the address."""

    title = fields.String(required=True)
    summary = fields.String(required=True)


class ModeratingSchema(TranslatingSchema):
    """Words in the place of those that must not be read; everybody can read why."""

    description = fields.String(load_default="")
    reason = fields.String(required=True)


class CoveringSchema(BodySchema):
    """A passage to cover, spelled as it stands there; everybody can read why."""

    passage = fields.String(required=True)
    reason = fields.String(required=True)


class ConsentForSchema(ConsentSchema):
    """The yes or no of a proposer who said it to the city."""

    proposer = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**63 - 1))


class HidingSchema(BodySchema):
    """Why it is hidden; everybody can read it."""

    reason = fields.String(required=True)


class KnownProposerSchema(KeptContactSchema):
    """Somebody behind it, for staff's eyes."""

    id = fields.Integer(required=True)
    display_name = fields.String(required=True, allow_none=True)
    interests = fields.String(required=True)
    code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "With it they take their place; null where they have it"},
    )


class DeskProposalSchema(ProposalSchema):
    """A proposal with the people behind it."""

    people = fields.List(fields.Nested(KnownProposerSchema), required=True)


class BallotSettledSchema(Schema):
    """How many projects stand on the ballot."""

    projects = fields.Integer(required=True)
