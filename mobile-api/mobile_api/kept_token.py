"""The resident's token that a browser keeps for the app, where no script can read it.

A cookie for this host alone (`__Host-`, RFC 6265bis, section 4.1.3.2, where the connection is
secure) that no other site's page makes the browser send (`SameSite=Strict`). A request that changes
something with it must come from a page of ours besides: a host beside ours counts as the same site.
"""

from datetime import timedelta

from flask import Response, after_this_request, request

from backend.core.errors import Forbidden
from backend.core.same_origin import SAFE_METHODS, is_same_origin

_NAME = "evenward-app"
# As long as browsers keep anything; beginning anew at each visit.
LONGEST = timedelta(days=400)


def kept_token() -> str | None:
    """The token this browser keeps; raises `Forbidden` where another site's page would use it."""
    token = request.cookies.get(_name()) or None
    if token is not None and request.method not in SAFE_METHODS:
        check_same_origin()
    return token


def check_same_origin() -> None:
    """Raise `Forbidden` unless a page of ours sends the request."""
    if not is_same_origin():
        raise Forbidden("request-from-elsewhere")


def keep_token(token: str, length: timedelta) -> None:
    """Have the browser keep `token` with the answer to this request."""

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _name(),
            token,
            max_age=length,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return response


def forget_token() -> None:
    """Have the browser forget what it keeps, if it keeps anything."""
    if _name() not in request.cookies:
        return

    @after_this_request
    def forget(response: Response) -> Response:
        response.delete_cookie(_name(), secure=request.is_secure, httponly=True, samesite="Strict")
        return response


def _name() -> str:
    return f"{'__Host-' if request.is_secure else ''}{_NAME}"
