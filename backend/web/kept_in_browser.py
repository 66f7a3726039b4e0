"""What a voter's own browser keeps of a vote, so that nobody else has to.

The pass and what it opened, until the close; the receipt, for the page that shows it once the
ballot is cast. No script reads these cookies and no other vote's page gets them. They are set only
in answer to our own pages: else another site could plant a pass, and the vote would be a
stranger's. Whoever casts sends the credential with the ballot; a cookie alone casts nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import request, url_for
from werkzeug.wrappers import Response

from backend.ballots.voting.codes import read_code

_PASS, _RECEIPT = "evenward-pass", "evenward-receipt"
_NO_RECEIPT_YET = "-"


@dataclass(frozen=True, slots=True)
class KeptPass:
    """A pass, and the credential it was used for, None before that."""

    pass_code: str
    credential: str | None


def kept_pass() -> KeptPass | None:
    """What this browser keeps of the vote whose page it asks for."""
    pass_text, _, credential = request.cookies.get(_PASS, "").partition(".")
    pass_code = read_code(pass_text)
    return None if pass_code is None else KeptPass(pass_code, credential or None)


def keep_pass(response: Response, slug: str, kept: KeptPass, left: timedelta) -> None:
    """Have the browser keep it for what is left of the vote, where one of our pages asked."""
    seconds = int(left.total_seconds())
    _keep(response, slug, _PASS, f"{kept.pass_code}.{kept.credential or ''}", seconds)


def forget_pass(response: Response, slug: str) -> None:
    """Have the browser forget it, where one of our pages asked."""
    _forget(response, slug, _PASS)


def may_keep() -> bool:
    """Whether the request comes from a page of ours."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin", "").partition("://")[2] == request.host


def try_keeping(response: Response, slug: str, seconds: int) -> None:
    """Find out whether the browser keeps anything, before there is a receipt to keep."""
    keep_receipt(response, slug, _NO_RECEIPT_YET, seconds)


def keeps_receipts() -> bool:
    """Whether a receipt can be shown on a page of its own."""
    return _RECEIPT in request.cookies and may_keep()


def keep_receipt(response: Response, slug: str, text: str, seconds: int) -> None:
    """Have the browser bring the receipt along to the page that shows it."""
    _keep(response, slug, _RECEIPT, text, seconds)


def kept_receipt() -> str:
    """What `keep_receipt` left, empty where that is over."""
    text = request.cookies.get(_RECEIPT, "")
    return "" if text == _NO_RECEIPT_YET else text


def forget_receipt(response: Response, slug: str) -> None:
    """For a browser that others use next."""
    _forget(response, slug, _RECEIPT)


def _keep(response: Response, slug: str, name: str, value: str, seconds: int) -> None:
    if may_keep():
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=_path(slug),
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )


def _forget(response: Response, slug: str, name: str) -> None:
    if name in request.cookies:
        response.delete_cookie(
            name, path=_path(slug), secure=request.is_secure, httponly=True, samesite="Strict"
        )


def _path(slug: str) -> str:
    return url_for("vote.start", slug=slug)
