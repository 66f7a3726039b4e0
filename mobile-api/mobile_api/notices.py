"""Residents are told what becomes of what they asked for: where, of what, and when not."""

from datetime import time
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, fields, validate

from backend.core.access import access, current_actor
from backend.core.actors import Actor
from backend.core.db import current_session
from backend.core.errors import Forbidden, Unauthenticated
from backend.core.runtime import current_runtime
from backend.core.speak import LANGUAGES
from backend.core.uow import unit_of_work
from backend.delivery.notices.carriers import (
    make_vapid_key,
    offered_carriers,
    vapid_public_key,
)
from backend.delivery.notices.commands import Register
from backend.delivery.notices.confirm_address import confirm_address
from backend.delivery.notices.models import NoticeRegistration
from backend.delivery.notices.queries import registrations_of, wishes_of
from backend.delivery.notices.register import register, unregister
from backend.delivery.notices.rules import (
    MOST_A_WEEK,
    Carrier,
    Kind,
    QuietHours,
    Topic,
    Way,
    Wishes,
)
from backend.delivery.notices.set_wishes import set_wishes
from mobile_api.face import (
    documents_problems,
    keep_out_of_caches,
    make_blueprint,
    resident_token,
    slow_down,
)

blueprint = make_blueprint("notices", "Be told of what changes: by push or by mail.")
blueprint.after_request(keep_out_of_caches)
_REGISTRATION = "/me/notices/registrations/<uuid:registration>"


class OfferedSchema(Schema):
    """How this city can tell somebody."""

    carriers = fields.List(
        fields.String(validate=validate.OneOf(list(Carrier))),
        required=True,
        metadata={"description": "webpush and fcm are push, email is mail"},
    )
    vapid_public_key = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "applicationServerKey to subscribe with, where there is web push"},
    )
    languages = fields.List(fields.String(), required=True)


class AddressOfNoticesSchema(Schema):
    """An address: of web push all of a PushSubscription, of FCM a token, of mail an address."""

    class Meta:
        unknown = RAISE

    endpoint = fields.String()
    p256dh = fields.String()
    auth = fields.String()
    token = fields.String(metadata={"description": "Registration token or installation id"})
    address = fields.String()


class NewRegistrationSchema(Schema):
    """Where to be told from now on."""

    class Meta:
        unknown = RAISE

    kind = fields.String(required=True, validate=validate.OneOf(list(Kind)))
    address = fields.Nested(AddressOfNoticesSchema(), required=True)
    language = fields.String(
        load_default=LANGUAGES[0],
        validate=validate.Length(max=35),
        metadata={"description": "Of the notices; one there are no words in is told in English"},
    )


class RegistrationSchema(Schema):
    """An address as the city has it, without what it is."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(Kind)))
    language = fields.String(required=True)
    is_confirmed = fields.Boolean(
        required=True,
        metadata={"description": "False until the code that was mailed there is sent back"},
    )
    last_seen_datetime = fields.AwareDateTime(required=True)


class TypedNoticeCodeSchema(Schema):
    """The code from the mail."""

    class Meta:
        unknown = RAISE

    code = fields.String(required=True, validate=validate.Length(max=40))


class QuietHoursSchema(Schema):
    """When nothing is sent, by the city's clock; overnight where `until` is the earlier."""

    class Meta:
        unknown = RAISE

    starts = fields.Time(
        format="%H:%M", required=True, data_key="from", metadata={"example": "21:00"}
    )
    ends = fields.Time(
        format="%H:%M", required=True, data_key="until", metadata={"example": "08:00"}
    )


TopicsSchema = Schema.from_dict(
    {
        topic.name.lower(): fields.List(
            fields.String(validate=validate.OneOf(list(Way))),
            required=True,
            validate=validate.Length(max=len(Way)),
            data_key=topic.value,
        )
        for topic in Topic
    },
    name="TopicsSchema",
)


class WishesSchema(Schema):
    """Of what to be told on which ways, when not, and how often at most."""

    class Meta:
        unknown = RAISE

    topics = fields.Nested(TopicsSchema, required=True)
    quiet = fields.Nested(QuietHoursSchema, required=True, allow_none=True)
    weekly_cap = fields.Integer(
        required=True,
        validate=validate.Range(0, MOST_A_WEEK),
        metadata={
            "description": "The most in seven days to one address; questions and closings do not "
            "count and are never held back"
        },
    )


@blueprint.route("/notices", methods=["GET"])
@blueprint.response(200, OfferedSchema)
@documents_problems(blueprint, 401, 503)
@access()
def offered() -> dict[str, Any]:
    """How this city can tell somebody, and what a browser needs to subscribe."""
    runtime = current_runtime()
    carriers = offered_carriers(runtime)
    key = None
    if Carrier.WEBPUSH in carriers:
        key = vapid_public_key(current_session(), runtime)
        if key is None:
            with unit_of_work(current_actor()) as work:
                key = make_vapid_key(work)
    return {"carriers": sorted(carriers), "vapid_public_key": key, "languages": LANGUAGES}


@blueprint.route("/me/notices/registrations", methods=["GET"])
@blueprint.response(200, RegistrationSchema(many=True))
@documents_problems(blueprint, 401, 503)
@access()
def list_registrations() -> list[dict[str, Any]]:
    """Where the city tells you, oldest first."""
    actor = _somebody()
    return [_document(one) for one in registrations_of(current_session(), actor.reporters)]


@blueprint.route(_REGISTRATION, methods=["PUT"])
@blueprint.arguments(NewRegistrationSchema())
@blueprint.response(200, RegistrationSchema)
@documents_problems(blueprint, 400, 401, 404, 409, 413, 415, 422, 429, 503)
@access()
def put_registration(asked: dict[str, Any], registration: UUID) -> dict[str, Any]:
    """Be told at this address. Send it again at each start: 90 days without, and it is forgotten.

    The phone makes the id. A mail address that is not the account's own is sent a code first.
    """
    actor, settings = _somebody(), current_runtime().settings
    _slow_down()
    kind = Kind(asked["kind"])
    if kind is Kind.EMAIL:
        slow_down("code", settings.code_limit, settings.device_code_limit)
    # Another's token, as Firebase's, is a new one every hour.
    token = resident_token() if actor.device or actor.account else None
    command = Register(registration, kind, asked["address"], asked["language"], token)
    with unit_of_work(actor) as work:
        return _document(register(work, command))


@blueprint.route(_REGISTRATION, methods=["DELETE"])
@blueprint.response(204)
@documents_problems(blueprint, 401, 404, 503)
@access()
def delete_registration(registration: UUID) -> None:
    """Be told there no more; what waits for it is forgotten too."""
    with unit_of_work(_somebody()) as work:
        unregister(work, registration)


@blueprint.route(f"{_REGISTRATION}/confirmation", methods=["PUT"])
@blueprint.arguments(TypedNoticeCodeSchema())
@blueprint.response(204)
@documents_problems(blueprint, 400, 401, 403, 404, 413, 415, 422, 429, 503)
@access()
def confirm_registration(typed: dict[str, str], registration: UUID) -> None:
    """Send back the code that was mailed to the address."""
    actor, settings = _somebody(), current_runtime().settings
    slow_down("session", settings.session_limit, settings.device_session_limit)
    with unit_of_work(actor) as work:
        is_confirmed = confirm_address(work, registration, typed["code"])
    if not is_confirmed:
        raise Forbidden("code-not-right")


@blueprint.route("/me/notices/wishes", methods=["GET"])
@blueprint.response(200, WishesSchema)
@documents_problems(blueprint, 401, 503)
@access()
def get_wishes() -> dict[str, Any]:
    """What you are told of; the city's defaults until you say otherwise."""
    return wishes_document(wishes_of(current_session(), _somebody().reporters))


@blueprint.route("/me/notices/wishes", methods=["PUT"])
@blueprint.arguments(WishesSchema())
@blueprint.response(200, WishesSchema)
@documents_problems(blueprint, 400, 401, 413, 415, 422, 429, 503)
@access()
def put_wishes(asked: dict[str, Any]) -> dict[str, Any]:
    """Say of what to be told; what waits is judged by it at once."""
    quiet: dict[str, time] | None = asked["quiet"]
    wishes = Wishes(
        topics={
            topic: tuple(sorted({Way(way) for way in asked["topics"][topic.name.lower()]}))
            for topic in Topic
        },
        quiet=None if quiet is None else QuietHours(quiet["starts"], quiet["ends"]),
        weekly_cap=asked["weekly_cap"],
    )
    actor = _somebody()
    _slow_down()
    with unit_of_work(actor) as work:
        set_wishes(work, wishes)
    return wishes_document(wishes)


def wishes_document(wishes: Wishes) -> dict[str, Any]:
    """Wishes as this face shows them."""
    quiet = wishes.quiet
    return {
        "topics": {topic.name.lower(): list(ways) for topic, ways in wishes.topics.items()},
        "quiet": None if quiet is None else {"starts": quiet.starts, "ends": quiet.ends},
        "weekly_cap": wishes.weekly_cap,
    }


def _somebody() -> Actor:
    """Whoever the token stands for; raises `Unauthenticated` without one."""
    actor = current_actor()
    if actor.reporter is None:
        raise Unauthenticated("sign-in-needed")
    return actor


def _slow_down() -> None:
    settings = current_runtime().settings
    slow_down("notices", settings.report_limit, settings.device_report_limit)


def _document(row: NoticeRegistration) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "language": row.language,
        "is_confirmed": row.confirmed_at is not None,
        "last_seen_datetime": row.last_seen_at,
    }
