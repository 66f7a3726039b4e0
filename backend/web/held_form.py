"""A form that was sent after its session had ended is not lost: the page that answers holds it.

It is sealed, so that nobody else at the same computer reads it there, and kept nowhere but in that
page. Whoever typed it signs in on the page, reads it again and sends it; nobody else can.
"""

import base64
import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request

from backend.core.actors import Actor
from backend.core.config import ConfigError
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.keys import KeyRing, keyed_hash
from backend.core.runtime import current_runtime

OWNER = "typed_by"
"""The field of every form of the desk that says for whom its page was made."""
HELD = "held"
"""The field of the sign-in page that holds one."""
_PAIRS = ("fields", "files")
_SEALED_FOR = b"held form"
# What a page of ours can send back within the limit of a form.
_MOST_BYTES = 120_000
# Words alone, which are read again before they are sent, with what becomes of them. What acts on
# what stood on a page, or on many reports, is looked at anew on that page.
_WHAT = {
    "web.enter_report": marked("A report for somebody:"),
    "web.write_note": marked("A note for staff alone:"),
    "web.ask_reporter": marked("A question to whoever reported it:"),
    "web.answer_report": marked("Words on the report that everybody can read:"),
}
# Of the form itself, or nobody's to see again.
_LEFT_OUT = frozenset({"csrf_token", OWNER, "password"})
# What a page put into the form, and choices, which are codes.
_NOT_WORDS = frozenset(
    {"id", "way", "lead", "asked", "suggested", "place", "shown", "same", "act", "version", "seen"}
    | {"back", "until", "kind", "stop", "list", "query", "service_code", "service", "channel", "to"}
    | {"band", "outcome", "assignee", "team_code", "body_code", "may_tell", "language", "part"}
)


@dataclass(frozen=True, slots=True)
class HeldForm:
    """What was sent to `action`, the address of `endpoint`, from a page of `owner`.

    `owner` is an account's `owner_mark`. `fields` are names with values in their order, `files` the
    fields and names of files that were chosen, which no page can hold.
    """

    action: str
    endpoint: str
    owner: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...]

    @property
    def what(self) -> str:
        """What becomes of it once it is sent."""
        return _(_WHAT[self.endpoint])

    @property
    def words(self) -> list[str]:
        """What somebody typed, to read again."""
        said = (text.strip() for name, text in self.fields if name not in _NOT_WORDS)
        return list(dict.fromkeys(filter(None, said)))

    @property
    def file_fields(self) -> dict[str, str]:
        """The names of the lost files, by the field that had them."""
        return {
            field: ", ".join(name for own, name in self.files if own == field)
            for field, _file in self.files
        }

    def sealed(self, keyring: KeyRing) -> str:
        """As one field of a form."""
        fields = {
            "action": self.action,
            "endpoint": self.endpoint,
            "owner": self.owner,
            "fields": json.dumps(self.fields),
            "files": json.dumps(self.files),
        }
        return base64.urlsafe_b64encode(keyring.seal(fields, _SEALED_FOR)).decode()


def owner_mark(actor: Actor) -> str:
    """What the forms of an account carry; it says nothing to anybody who reads a page."""
    return keyed_hash(current_runtime().settings.hash_key, "typed by", actor.key)[:32]


def sent_form() -> HeldForm | None:
    """The running request's form; None where it has no owner, or another site may have sent it."""
    owner, endpoint = request.form.get(OWNER, ""), request.endpoint or ""
    may_hold = request.method == "POST" and endpoint in _WHAT and _comes_from_here()
    if not owner or not may_hold:
        return None
    is_asked, chosen = bool(request.query_string), request.files.items(multi=True)
    return HeldForm(
        request.script_root + (request.full_path if is_asked else request.path),
        endpoint,
        owner,
        tuple(one for one in request.form.items(multi=True) if one[0] not in _LEFT_OUT),
        tuple((name, file.filename) for name, file in chosen if file.filename),
    )


def held_form(keyring: KeyRing) -> HeldForm | None:
    """The form that the sign-in page held; None where it held none of ours."""
    # Another site could have somebody else's form shown here, as if it had been typed here.
    if not _comes_from_here():
        return None
    try:
        sealed = base64.urlsafe_b64decode(request.form.get(HELD, ""))
        kept = keyring.open(sealed, _SEALED_FOR) if sealed else None
    except (ConfigError, ValueError):
        return None
    if kept is None or kept.get("endpoint") not in _WHAT:
        return None
    pairs = [tuple((name, text) for name, text in json.loads(kept[one])) for one in _PAIRS]
    return HeldForm(kept["action"], kept["endpoint"], kept["owner"], *pairs)


def page_that_holds(held: HeldForm, keyring: KeyRing, status: int) -> Response | None:
    """The sign-in page with `held` in it; None where it is too much for a page."""
    sealed = held.sealed(keyring)
    if len(sealed) > _MOST_BYTES:
        return None
    page = render_template(
        "sign_in.html", error=None, username="", next="", held=sealed, files=held.files
    )
    return _kept_by_nobody(make_response(page, status))


def page_to_send(held: HeldForm, status: int = 200) -> Response:
    """What was typed, for whoever typed it, and the button that sends it."""
    return _kept_by_nobody(make_response(render_template("held.html", held=held), status))


def _kept_by_nobody(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _comes_from_here() -> bool:
    """Browsers say which site a form is sent from."""
    return urlsplit(request.origin or request.referrer or "").netloc == request.host
