"""Who the app in a browser is: a token in a cookie that no script reads."""

from typing import Any

from marshmallow import Schema, fields, validate

from backend.accounts.forget_browser import forget_browser
from backend.accounts.identify import register_device, resident_of_token
from backend.core.access import access, current_actor
from backend.core.actors import ANONYMOUS, Actor
from backend.core.db import current_session
from backend.core.errors import Unauthenticated
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.follow_token import unregister_browser
from backend.delivery.notices.forget_person import forget_person
from mobile_api.accounts import account_document
from mobile_api.face import (
    bearer_token,
    documents_problems,
    identify_resident,
    keep_out_of_caches,
    make_blueprint,
    slow_down,
)
from mobile_api.kept_token import LONGEST, check_same_origin, forget_token, keep_token, kept_token
from mobile_api.languages import asked_language
from mobile_api.schemas import AccountSchema


class WhoSchema(Schema):
    """Who asks, as far as they said; nothing here opens anything."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(["nobody", "device", "account", "outside"]),
        metadata={"description": "By which kind of token; `outside` is another's, as Firebase's"},
    )
    account = fields.Nested(AccountSchema, required=True, allow_none=True)
    language = fields.String(
        required=True,
        metadata={"description": "The one of the city's languages that is spoken to this client"},
    )


def _identify_leniently() -> Actor:
    """What a browser kept too long, or from another city, is nothing: it gets a new one here."""
    if bearer_token() is not None:
        return identify_resident()
    try:
        return identify_resident()
    except Unauthenticated:
        return ANONYMOUS


blueprint = make_blueprint("me", "Who am I?")
session_blueprint = make_blueprint("app", "Who the app in this browser is.", _identify_leniently)
for one in (blueprint, session_blueprint):
    one.after_request(keep_out_of_caches)


@blueprint.route("/me", methods=["GET"])
@blueprint.response(200, WhoSchema)
@documents_problems(blueprint, 401, 503)
@access()
def get_me() -> dict[str, Any]:
    """What kind of token was sent, and the account it is of, if any."""
    return _who(current_actor())


@session_blueprint.route("/app/session", methods=["POST"])
@session_blueprint.response(200, WhoSchema)
@documents_problems(session_blueprint, 401, 403, 429, 503)
@access()
def begin_app_session() -> dict[str, Any]:
    """Have this browser keep a device's token in a cookie, unless it keeps one that is good.

    Safe to send at every start. The answer says who it is; the token is in the cookie alone.
    """
    check_same_origin()
    runtime, actor = current_runtime(), current_actor()
    if actor is ANONYMOUS:
        slow_down("device", runtime.settings.device_limit, runtime.settings.device_limit)
        with unit_of_work(actor) as work:
            token = register_device(work)
        keep_token(token, LONGEST)
        actor = resident_of_token(current_session(), runtime, token, runtime.clock.now())
    elif actor.device is not None and (token_here := kept_token()) is not None:
        keep_token(token_here, LONGEST)
    return _who(actor)


@session_blueprint.route("/app/session", methods=["DELETE"])
@session_blueprint.response(204, description="Forgotten")
@documents_problems(session_blueprint, 401, 403, 503)
@access()
def end_app_session() -> None:
    """Forget this browser, as on a tablet that others use next: its token ends with the cookie.

    So do the push notices to it.
    """
    check_same_origin()
    token = kept_token()
    if token is not None:
        with unit_of_work(ANONYMOUS) as work:
            forget_browser(work, token)
            unregister_browser(work, token)
            if current_actor().device is not None:
                # Nobody else goes by the name of a device; an account has other places, and wishes.
                forget_person(work, current_actor().reporters)
        forget_token()


def _who(actor: Actor) -> dict[str, Any]:
    return {
        "kind": _kind(actor),
        "account": actor.account and account_document(actor.account),
        "language": asked_language(),
    }


def _kind(actor: Actor) -> str:
    if actor.account is not None:
        return "account"
    if actor.device is not None:
        return "device"
    return "nobody" if actor.reporter is None else "outside"
