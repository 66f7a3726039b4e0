"""A form that was sent after its session had ended is not lost: the page that answers holds it.

It is sealed, so that nobody else at the same computer reads it there, and kept nowhere but in that
page. Whoever typed it signs in on the page, reads it again and sends it; nobody else can. A form
that is open to everybody has no owner: it comes back to whoever sent it.
"""

import base64
import json
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, render_template, request

from backend.core.access import current_actor, declared_access
from backend.core.actors import Actor
from backend.core.config import ConfigError
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.keys import KeyRing, keyed_hash
from backend.core.runtime import current_runtime
from backend.web.refused_form import RETURNS
from backend.web.typed_fields import NOT_HELD, OWNER, is_kept, typed_words

HELD = "held"
"""The field of the sign-in page that holds one."""
LARGEST_SEAL = 1024**2
"""Bytes of the longest one: whatever words fit a form of ours, however they are written."""
_PHOTOS = "photos"
_SEALED_FOR = b"held form"
# Words, and figures of what is past, which are read again before they are sent, with what becomes
# of them.
_SENT = {
    "web.enter_report": marked("A report for somebody:"),
    "web.told_today": marked("A report for somebody:"),
    "web.note_stop": marked("What you noted at a stop:"),
    "web.finish_day": marked("The end of a day on the way:"),
    "web.record_visit": marked("A visit:"),
    "web.visited_today": marked("A visit:"),
    "web.write_note": marked("A note for staff alone:"),
    "web.ask_reporter": marked("A question to whoever reported it:"),
    "web.answer_report": marked("Words on the report that everybody can read:"),
}
# Every other form of the desk that has a page to come back on (`returns_to`) acts on what stood
# there: it goes back to its page and is looked at anew. What it is, where its address says little.
_LOOKED_AT = {
    "web.queue_status": marked("A change of a report in the queue:"),
    "web.record_sweep": marked("The record of a day:"),
    "web.override_position": marked("Another place in the queue:"),
    "web.moderate_text": marked("Other words that everybody can read:"),
    "web.hide_words": marked("Words to be hidden from the public:"),
    "web.merge_incidents": marked("That two reports are the same:"),
    "web.unmerge_incident": marked("That two reports are not the same:"),
    "web.judge_photo": marked("What becomes of a photo:"),
    "web.add_template": marked("A text for answers:"),
    "web.set_template": marked("A text for answers:"),
}
# By the beginning of their addresses; the first that fits.
_LOOKED_AT_UNDER = (
    ("/desk/incidents/", marked("A change of a report:")),
    ("/desk/bulk", marked("A change of many reports:")),
    ("/desk/proposals/", marked("A step with a proposal:")),
    ("/desk/budget/", marked("A step of the budget:")),
    ("/budget/", marked("A step of the budget:")),
    ("/audit", marked("A step of the audit:")),
    ("/admin/", marked("A change in the administration:")),
    ("", marked("A form of the desk:")),
)
# Open to everybody, so that nobody has to sign in.
_OPEN = {
    "web.create_report": marked("A report to the city:"),
    "web.check_report_form": marked("A report to the city:"),
    "web.add_to_report": marked("That you have seen it too:"),
    "web.create_proposal": marked("Your proposal:"),
    "web.edit_own_proposal": marked("Other words for your proposal:"),
    "web.appeal_own_proposal": marked("Why somebody else should decide again:"),
}


@dataclass(frozen=True, slots=True)
class HeldForm:
    """What was sent to `action`, the address of `endpoint`, from a page of `owner`.

    `owner` is an account's `owner_mark`, empty where the form is open to everybody. `fields` are
    names with values in their order, `files` the names of photos, which no page can hold.
    """

    action: str
    endpoint: str
    owner: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[str, ...]

    @property
    def what(self) -> str:
        """What becomes of it once it is sent."""
        named = (_SENT | _LOOKED_AT | _OPEN).get(self.endpoint)
        path = self.action.removeprefix(request.script_root)
        under = (words for start, words in _LOOKED_AT_UNDER if path.startswith(start))
        return _(named or next(under))

    @property
    def is_looked_at(self) -> bool:
        """Whether it is shown where it was typed before anything is done."""
        return self.endpoint not in _SENT | _OPEN

    @property
    def place(self) -> str:
        """Where on its page it comes back: in the queue in its line."""
        number = dict(self.fields).get("number") if self.endpoint == "web.queue_status" else None
        return number or "kept"

    @property
    def words(self) -> list[str]:
        """What somebody typed, to read again."""
        return typed_words(self.endpoint, self.fields)

    def sealed(self, keyring: KeyRing) -> str:
        """As one field of a form."""
        fields = {
            "action": self.action,
            "endpoint": self.endpoint,
            "owner": self.owner,
            "fields": json.dumps(self.fields, ensure_ascii=False),
            "files": json.dumps(self.files, ensure_ascii=False),
        }
        return base64.urlsafe_b64encode(keyring.seal(fields, _SEALED_FOR)).decode()


def is_held(endpoint: str) -> bool:
    """Whether a page holds what was typed into this form of the desk."""
    has_page = hasattr(current_app.view_functions.get(endpoint), RETURNS)
    return endpoint in _SENT or (has_page and endpoint not in NOT_HELD | _OPEN)


def owner_mark(actor: Actor) -> str:
    """What the forms of an account carry; it says nothing to anybody who reads a page."""
    return keyed_hash(current_runtime().settings.hash_key, "typed by", actor.key)[:32]


def sent_form() -> HeldForm | None:
    """The running request's form; None where it has no owner, or another site may have sent it.

    What holds no words is as soon pressed anew, where one sees how it stands now.
    """
    endpoint = request.endpoint or ""
    # Another form may be what could not be read.
    owner = request.form.get(OWNER, "") if is_held(endpoint) else ""
    held = _sent(endpoint, owner) if owner else None
    return held if held and (held.words or held.files) else None


def open_form() -> HeldForm | None:
    """The same of a form that is open to everybody."""
    endpoint = request.endpoint or ""
    return _sent(endpoint, "") if endpoint in _OPEN else None


def _sent(endpoint: str, owner: str) -> HeldForm | None:
    if request.method != "POST" or not _comes_from_here():
        return None
    is_asked, chosen = bool(request.query_string), request.files.getlist(_PHOTOS)
    return HeldForm(
        request.script_root + (request.full_path if is_asked else request.path),
        endpoint,
        owner,
        tuple(one for one in request.form.items(multi=True) if is_kept(one[0])),
        tuple(file.filename for file in chosen if file.filename),
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
    if kept is None or not is_held(kept.get("endpoint", "")):
        return None
    fields = tuple((name, text) for name, text in json.loads(kept["fields"]))
    files = tuple(json.loads(kept["files"]))
    return HeldForm(kept["action"], kept["endpoint"], kept["owner"], fields, files)


def page_that_holds(held: HeldForm, keyring: KeyRing, status: int) -> Response:
    """The sign-in page with `held` in it; where it is too much for a page, that page says so."""
    sealed = held.sealed(keyring)
    is_too_long = len(sealed) > LARGEST_SEAL
    page = render_template(
        "sign_in.html",
        error=None,
        username="",
        next="",
        held="" if is_too_long else sealed,
        has_files=bool(held.files),
        is_too_long=is_too_long,
    )
    return _kept_by_nobody(make_response(page, status))


def page_to_send(held: HeldForm, status: int = HTTPStatus.OK) -> Response:
    """What was typed, for whoever typed it, and the button that sends it or leads back to it.

    Without the button where they may not send it any more.
    """
    access = declared_access(held.endpoint, "POST")
    may_send = access is not None and access.allows(current_actor())
    page = render_template("held.html", held=held, may_send=may_send)
    return _kept_by_nobody(make_response(page, status if may_send else HTTPStatus.FORBIDDEN))


def _kept_by_nobody(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _comes_from_here() -> bool:
    """Browsers say which site a form is sent from."""
    return urlsplit(request.origin or request.referrer or "").netloc == request.host
