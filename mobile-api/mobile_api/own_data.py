"""What the city keeps of the person who asks: to have, and to erase."""

from typing import Any

from marshmallow import Schema, fields, validate

from backend.accounts.queries import own_account
from backend.ballots.proposals.own_part import OwnProposal, own_part
from backend.core.access import access, current_actor
from backend.core.actors import ANONYMOUS, Actor
from backend.core.db import current_session
from backend.core.errors import Unauthenticated
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.own_notices import own_notices
from backend.photos.subject import SubjectKind
from backend.reports.privacy.erase_person import erase_person
from backend.reports.privacy.own_data import OwnReport, own_data
from mobile_api.face import documents_problems, keep_out_of_caches, make_blueprint
from mobile_api.kept_contact import KeptContactSchema, contact_document
from mobile_api.kept_token import forget_token
from mobile_api.notices import WishesSchema, wishes_document
from mobile_api.schemas import NOT_HERE

blueprint = make_blueprint("own_data", "Have or erase what the city keeps of you.")
blueprint.after_request(keep_out_of_caches)


class OwnAccountSchema(Schema):
    """The account, where there is one."""

    kind = fields.String(required=True)
    address = fields.String(required=True, allow_none=True, metadata=NOT_HERE)
    created_datetime = fields.AwareDateTime(required=True)


class OwnReportSchema(KeptContactSchema):
    """One of your reports, with what nobody else may read."""

    number = fields.String(required=True)
    service_code = fields.String(required=True)
    description = fields.String(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    address = fields.String(required=True, allow_none=True)
    attributes = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    channel = fields.String(required=True)
    requested_datetime = fields.AwareDateTime(required=True)
    language = fields.String(required=True, allow_none=True)
    suggested_service_code = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What your words alone suggested, whatever you chose then"},
    )


class OwnWordsSchema(Schema):
    """Something you said of a report."""

    number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)


class OwnRatingSchema(Schema):
    """What you said of how something was dealt with."""

    number = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    answer = fields.String(required=True)
    text = fields.String(required=True, allow_none=True, metadata=NOT_HERE)


class OwnPhotoSchema(Schema):
    """A photo you sent, of a report or of a proposal."""

    kind = fields.String(
        required=True, validate=validate.OneOf([SubjectKind.REPORT, SubjectKind.PROPOSAL])
    )
    number = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    alt = fields.String(required=True, allow_none=True, attribute="alt_text")
    opened_at = fields.AwareDateTime(required=True)


class OwnProposalSchema(KeptContactSchema):
    """A proposal you stand behind, with what you told of yourself."""

    number = fields.String(required=True)
    title = fields.String(required=True)
    display_name = fields.String(required=True, allow_none=True)
    interests = fields.String(required=True)
    joined_at = fields.AwareDateTime(required=True)


class OwnRegistrationSchema(Schema):
    """Where you are told."""

    kind = fields.String(required=True)
    address = fields.String(required=True, allow_none=True, metadata=NOT_HERE)
    language = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_seen_at = fields.AwareDateTime(required=True)
    is_confirmed = fields.Boolean(required=True)


class OwnNoticeSchema(Schema):
    """Of what you were told, or are to be."""

    topic = fields.String(required=True)
    subject = fields.String(required=True)
    happened_at = fields.AwareDateTime(required=True)
    state = fields.String(required=True)


class OwnNoticesSchema(Schema):
    """What is kept to tell you of changes; no wishes where you said none."""

    wishes = fields.Nested(WishesSchema, required=True, allow_none=True)
    registrations = fields.List(fields.Nested(OwnRegistrationSchema), required=True)
    notices = fields.List(fields.Nested(OwnNoticeSchema), required=True)


class OwnDataSchema(Schema):
    """Everything the city keeps of you."""

    account = fields.Nested(OwnAccountSchema, required=True, allow_none=True)
    reports = fields.List(fields.Nested(OwnReportSchema), required=True)
    words = fields.List(fields.Nested(OwnWordsSchema), required=True)
    ratings = fields.List(fields.Nested(OwnRatingSchema), required=True)
    photos = fields.List(fields.Nested(OwnPhotoSchema), required=True)
    following = fields.List(fields.String(), required=True)
    proposals = fields.List(fields.Nested(OwnProposalSchema), required=True)
    proposal_comments = fields.List(fields.Nested(OwnWordsSchema), required=True)
    endorsed = fields.List(
        fields.String(), required=True, metadata={"description": "Proposals you support"}
    )

    notices = fields.Nested(OwnNoticesSchema, required=True)


class ErasedSchema(Schema):
    """What was erased."""

    reports = fields.Integer(
        required=True, metadata={"description": "Reports that lost their words"}
    )


@blueprint.route("/me/data", methods=["GET"])
@blueprint.response(200, OwnDataSchema)
@documents_problems(blueprint, 401, 503)
@access()
def download() -> dict[str, Any]:
    """Everything the city keeps of the device or the account that asks."""
    session, actor = current_session(), current_actor()
    if not actor.reporters:
        raise Unauthenticated("sign-in-needed")
    keyring = current_runtime().keyring
    found = own_data(session, keyring, actor)
    part = own_part(session, keyring, actor)
    return {
        "account": _account(actor),
        "reports": [_report(one) for one in found.reports],
        "words": found.words,
        "ratings": found.ratings,
        "photos": found.photos,
        "following": found.following,
        "proposals": [_proposal(one) for one in part.proposals],
        "proposal_comments": part.comments,
        "endorsed": part.endorsed,
        "notices": _notices(actor),
    }


@blueprint.route("/me/data", methods=["DELETE"])
@blueprint.response(200, ErasedSchema)
@documents_problems(blueprint, 401, 503)
@access()
def erase() -> dict[str, int]:
    """Erase it all, at once and for good; the token that asks ends with it."""
    with unit_of_work(ANONYMOUS) as work:
        reports = erase_person(work, current_actor())
    forget_token()
    return {"reports": reports}


def _account(actor: Actor) -> dict[str, Any] | None:
    if actor.account is None:
        return None
    account = own_account(current_session(), current_runtime().keyring, actor.account)
    return {
        "kind": account.kind,
        "address": account.address,
        "created_datetime": account.created_at,
    }


def _notices(actor: Actor) -> dict[str, Any]:
    found = own_notices(current_session(), current_runtime().keyring, actor)
    return {
        "wishes": None if found.wishes is None else wishes_document(found.wishes),
        "registrations": found.registrations,
        "notices": found.notices,
    }


def _report(one: OwnReport) -> dict[str, Any]:
    return {
        "number": one.number,
        "service_code": one.service_code,
        "description": one.description,
        "lon": one.place[0],
        "lat": one.place[1],
        "address": one.address,
        "attributes": one.attributes,
        "channel": one.channel,
        "requested_datetime": one.requested_at,
        "language": one.language,
        "suggested_service_code": one.suggested_service_code,
        **contact_document(one.contact),
    }


def _proposal(one: OwnProposal) -> dict[str, Any]:
    return {
        "number": one.number,
        "title": one.title,
        "display_name": one.display_name,
        "interests": one.interests,
        "joined_at": one.joined_at,
        **contact_document(one.contact),
    }
