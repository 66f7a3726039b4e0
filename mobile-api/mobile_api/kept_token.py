"""The resident's token that a browser keeps for the app, where no script can read it.

A cookie for this host alone (`__Host-`, RFC 6265bis, section 4.1.3.2, where the connection is
secure) that no other site's page makes the browser send (`SameSite=Strict`). A request that changes
something with it must come from a page of ours besides: a host beside ours counts as the same site.

Beside it lies a cookie that scripts can read. It says that there is a token, and nothing of it: so
the app asks nothing about a person whom the city does not know.
"""

from datetime import timedelta

from flask import Response, after_this_request, request

from backend.core.errors import Forbidden
from backend.core.same_origin import SAFE_METHODS, is_same_origin

_NAME = "evenward-app"
_MARK = "evenward-known"
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
        for name, value, is_secret in ((_name(), token, True), (_MARK, "yes", False)):
            response.set_cookie(
                name,
                value,
                max_age=length,
                secure=request.is_secure,
                httponly=is_secret,
                samesite="Strict",
            )
        return response


def forget_token() -> None:
    """Have the browser forget what it keeps, if it keeps anything."""
    if _name() not in request.cookies:
        return

    @after_this_request
    def forget(response: Response) -> Response:
        for name, is_secret in ((_name(), True), (_MARK, False)):
            response.delete_cookie(
                name, secure=request.is_secure, httponly=is_secret, samesite="Strict"
            )
        return response


def _name() -> str:
    return f"{'__Host-' if request.is_secure else ''}{_NAME}"
