"""Residents sign in with a code that is sent to them; nothing here is needed to report."""

from typing import Any
from uuid import UUID

from backend.accounts.ask_for_code import ask_for_code
from backend.accounts.codes import DIGITS
from backend.accounts.contact_address import read_address
from backend.accounts.identify import resident_of_token
from backend.accounts.queries import own_account
from backend.accounts.resident_sign_in import (
    SESSION_LENGTH,
    sign_in_from_outside,
    sign_in_with_code,
    sign_out_resident,
)
from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.errors import Forbidden, Unauthenticated
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.follow_token import hand_over, unregister_browser
from mobile_api.face import (
    documents_problems,
    keep_out_of_caches,
    make_blueprint,
    resident_token,
    slow_down,
)
from mobile_api.kept_token import check_same_origin, forget_token, keep_token, kept_token
from mobile_api.languages import asked_language
from mobile_api.schemas import (
    AccountSchema,
    AddressSchema,
    CodeAskedSchema,
    SessionSchema,
    TypedCodeSchema,
)

blueprint = make_blueprint("accounts", "Sign in by a code to an e-mail address or phone.")
blueprint.after_request(keep_out_of_caches)


@blueprint.route("/accounts/codes", methods=["POST"])
@blueprint.arguments(AddressSchema())
@blueprint.response(202, CodeAskedSchema)
@documents_problems(blueprint, 400, 401, 413, 415, 422, 429, 503)
@access()
def ask_code(asked: dict[str, str]) -> dict[str, Any]:
    """Have a sign-in code sent, in the language asked for (Accept-Language).

    Asked again soon, the same code is sent again.
    """
    settings = current_runtime().settings
    slow_down("code", settings.code_limit, settings.device_code_limit)
    address = read_address(asked["address"], settings.phone_region)
    with unit_of_work(current_actor()) as work:
        ask_for_code(work, address, asked_language())
    return {"kind": address.kind.value, "digits": DIGITS}


@blueprint.route("/accounts/sessions", methods=["POST"])
@blueprint.arguments(TypedCodeSchema())
@blueprint.response(201, SessionSchema)
@documents_problems(blueprint, 400, 401, 403, 413, 415, 422, 429, 503)
@access()
def create_session(typed: dict[str, Any]) -> dict[str, Any]:
    """Sign in; the first time makes the account.

    Sent with a device's token, the reports of that device belong to the account from then on, and
    the device's own token ends.
    """
    if typed["in_cookie"]:
        check_same_origin()
    settings = current_runtime().settings
    slow_down("session", settings.session_limit, settings.device_session_limit)
    address = read_address(typed["address"], settings.phone_region)
    with unit_of_work(current_actor()) as work:
        session = sign_in_with_code(work, address, typed["code"])
        if session is not None and (before := resident_token()) is not None:
            hand_over(work, before, session.token)
    if session is None:
        raise Forbidden("code-not-right")
    if typed["in_cookie"]:
        keep_token(session.token, SESSION_LENGTH)
    token = None if typed["in_cookie"] else session.token
    return {"token": token, "expires_datetime": session.expires_at}


@blueprint.route("/accounts/sessions/outside", methods=["POST"])
@blueprint.response(201, SessionSchema)
@documents_problems(blueprint, 401, 403, 429, 503)
@access()
def create_session_from_outside() -> dict[str, Any]:
    """Sign in the app in a browser with another's token, as Firebase's, sent as bearer token.

    Its cookie has the session from then on, so that no script need keep any token. The reports of
    the device whose token the cookie had belong to the account from then on.
    """
    check_same_origin()
    settings = current_runtime().settings
    slow_down("session", settings.session_limit, settings.device_session_limit)
    device = _device_here()
    with unit_of_work(current_actor()) as work:
        session = sign_in_from_outside(work, device)
        if (before := kept_token()) is not None:
            hand_over(work, before, session.token)
    keep_token(session.token, SESSION_LENGTH)
    return {"token": None, "expires_datetime": session.expires_at}


def _device_here() -> UUID | None:
    """The device this browser is, if it still is one."""
    runtime = current_runtime()
    try:
        found = resident_of_token(current_session(), runtime, kept_token(), runtime.clock.now())
    except Unauthenticated:
        return None
    return found.device


@blueprint.route("/accounts/sessions/current", methods=["DELETE"])
@blueprint.response(204)
@documents_problems(blueprint, 401, 403, 503)
@access()
def end_session() -> None:
    """Sign out on this device, which is pushed no more notices."""
    token = resident_token()
    if token is None or current_actor().account is None:
        raise Unauthenticated("account-needed")
    with unit_of_work(current_actor()) as work:
        sign_out_resident(work, token)
        unregister_browser(work, token)
    forget_token()


@blueprint.route("/accounts/me", methods=["GET"])
@blueprint.response(200, AccountSchema)
@documents_problems(blueprint, 401, 503)
@access()
def get_own_account() -> dict[str, Any]:
    """The account of this session."""
    account_id = current_actor().account
    if account_id is None:
        raise Unauthenticated("account-needed")
    return account_document(account_id)


def account_document(account_id: UUID) -> dict[str, Any]:
    """The members of `AccountSchema`."""
    account = own_account(current_session(), current_runtime().keyring, account_id)
    return {
        "kind": account.kind,
        "address": account.address,
        "created_datetime": account.created_at,
        "devices": account.devices,
    }
