"""What a voter's own browser keeps of a vote, so that nobody else has to.

The pass and what it opened, until the close; the receipt, for the page that shows it once the
ballot is cast. No script reads these cookies. They are set only in answer to our own pages, and
where the connection is secure under a name that binds them to this host (`__Host-`, RFC 6265bis,
section 4.1.3.2): else another site could plant a pass, and the vote would be a stranger's. Whoever
casts sends the credential with the ballot; a cookie alone casts nothing.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import request
from werkzeug.wrappers import Response

from backend.ballots.voting.codes import read_code
from backend.core.same_origin import host_of_origin, is_same_origin

_PASS, _RECEIPT = "evenward-pass", "evenward-receipt"
_NO_RECEIPT_YET = "-"
# Instead of the credential, where ballots of several people were opened.
_SHARED = "-"
# For whoever waits for a code; whoever comes to the computer later finds nothing.
_UNUSED = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class KeptPass:
    """A pass, and the credential it was used for, None before that.

    `is_shared` where ballots of several people were opened: it keeps no credential then, for
    nobody knows who comes next.
    """

    pass_code: str
    credential: str | None = None
    is_shared: bool = False

    @property
    def is_used(self) -> bool:
        """Whether somebody may need it to come back to a ballot."""
        return self.is_shared or self.credential is not None

    def opening(self, pass_code: str, credential: str) -> "KeptPass":
        """What to keep when a ballot is opened; another's leaves the pass alone, as it is."""
        if self.is_shared or self.credential not in (None, credential):
            return KeptPass(self.pass_code, is_shared=True)
        return KeptPass(pass_code, credential)


def kept_pass(slug: str) -> KeptPass | None:
    """What this browser keeps of the vote."""
    pass_text, _, credential = request.cookies.get(_name(_PASS, slug), "").partition(".")
    pass_code = read_code(pass_text)
    if pass_code is None:
        return None
    if credential == _SHARED:
        return KeptPass(pass_code, is_shared=True)
    return KeptPass(pass_code, credential or None)


def keep_pass(response: Response, slug: str, kept: KeptPass, left: timedelta) -> None:
    """Have the browser keep it, where one of our pages asked.

    For what is `left` of the vote, and not for long before a ballot is opened with it.
    """
    seconds = int((left if kept.is_used else min(left, _UNUSED)).total_seconds())
    opened = _SHARED if kept.is_shared else kept.credential or ""
    _keep(response, slug, _PASS, f"{kept.pass_code}.{opened}", seconds)


def forget_pass(response: Response, slug: str) -> None:
    """Have the browser forget it."""
    _forget(response, slug, _PASS)


def may_keep() -> bool:
    """Whether the request comes from a page of ours."""
    return is_same_origin()


def is_foreign_form() -> bool:
    """Whether another site's page sends it; what says nothing of where it is from is no browser."""
    if request.method != "POST":
        return False
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("cross-site", "same-site")
    return "Origin" in request.headers and host_of_origin() != request.host


def try_keeping(response: Response, slug: str, seconds: int) -> None:
    """Find out whether the browser keeps anything, before there is a receipt to keep."""
    keep_receipt(response, slug, _NO_RECEIPT_YET, seconds)


def keeps_receipts(slug: str) -> bool:
    """Whether a receipt can be shown on a page of its own."""
    return _name(_RECEIPT, slug) in request.cookies and may_keep()


def keep_receipt(response: Response, slug: str, text: str, seconds: int) -> None:
    """Have the browser bring the receipt along to the page that shows it."""
    _keep(response, slug, _RECEIPT, text, seconds)


def kept_receipt(slug: str) -> str:
    """What `keep_receipt` left, empty where that is over."""
    text = request.cookies.get(_name(_RECEIPT, slug), "")
    return "" if text == _NO_RECEIPT_YET else text


def forget_receipt(response: Response, slug: str) -> None:
    """For a browser that others use next."""
    _forget(response, slug, _RECEIPT)


def _keep(response: Response, slug: str, name: str, value: str, seconds: int) -> None:
    if may_keep():
        response.set_cookie(
            _name(name, slug),
            value,
            max_age=seconds,
            secure=request.is_secure,
            httponly=True,
            samesite="Strict",
        )


def _forget(response: Response, slug: str, name: str) -> None:
    name = _name(name, slug)
    if name in request.cookies:
        response.delete_cookie(name, secure=request.is_secure, httponly=True, samesite="Strict")


def _name(name: str, slug: str) -> str:
    """Of this vote alone; a host beside ours cannot set one with the prefix, nor can plain http."""
    return f"{'__Host-' if request.is_secure else ''}{name}-{slug}"
