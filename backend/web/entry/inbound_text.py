"""Where a provider of text messages posts what residents send: each waits for the desk.

The form and its signature are Twilio's (https://www.twilio.com/docs/messaging/guides/webhook-request
and https://www.twilio.com/docs/usage/security), which other providers know how to speak too.
"""

import base64
import hashlib
import hmac
import re

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from backend.core.access import access, guard
from backend.core.actors import ANONYMOUS
from backend.core.channels import Channel
from backend.core.errors import Forbidden, Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.photos.rules import MAX_PHOTOS
from backend.reports.intake.commands import KeepLead, LeadWords
from backend.reports.intake.keep_lead import keep_lead

# A provider reads no pages: what is refused is told it as JSON.
blueprint = Blueprint("api_inbound", __name__)
guard(blueprint, lambda: ANONYMOUS)
_MOST_FILES, _LONGEST_URL = 30, 2_000
_NUMBER = re.compile(r"\+[1-9]\d{4,14}|\d{3,15}", re.ASCII)
# What every message has, and how it is written. The signature joins names and values without
# anything between them: whoever saw one signed post could part its text elsewhere and post it again
# as another message, if an id might be anything.
_ALWAYS_SENT = {
    "MessageSid": re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}"),
    "From": _NUMBER,
    "To": _NUMBER,
    "NumMedia": re.compile(r"\d{1,3}", re.ASCII),
    "Body": re.compile(r".*", re.DOTALL),
}
_NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@blueprint.post("/inbound/text")
@access()
def take_text() -> Response:
    """Keep a message; the same one posted again is the same, and none is answered here."""
    settings = current_runtime().settings
    if not (settings.inbound_text_url and settings.inbound_text_token):
        raise Forbidden("inbound-not-set-up")
    sent = request.headers.get("X-Twilio-Signature", "")
    known = signature_of(settings.inbound_text_url, request.form, settings.inbound_text_token)
    if not hmac.compare_digest(sent.encode(), known.encode()):
        raise Forbidden("inbound-signature-wrong")
    _check_fields()
    pictures = _pictures() if settings.inbound_text_hosts else ()
    said = LeadWords(
        sender=request.form["From"],
        words=request.form["Body"],
        left_out=max(0, request.form.get("NumMedia", 0, int) - len(pictures)),
    )
    with unit_of_work(ANONYMOUS) as work:
        keep_lead(work, KeepLead(Channel.TEXT, request.form["MessageSid"], said, pictures))
    return Response(_NO_ANSWER, content_type="text/xml; charset=utf-8")


def signature_of(url: str, fields: MultiDict[str, str], token: str) -> str:
    """HMAC-SHA1 over the address and every field by name, in base64; of one name each value once.

    `url` is what the provider was told, which a proxy in between may have changed.
    """
    text = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields.getlist(name)))
    )
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def _pictures() -> tuple[str, ...]:
    """Where the provider holds what came along, as far as it is pictures and as a report has."""
    numbers = range(min(request.form.get("NumMedia", 0, int), _MOST_FILES))
    found = [
        request.form.get(f"MediaUrl{number}", "")
        for number in numbers
        if request.form.get(f"MediaContentType{number}", "").startswith("image/")
    ]
    return tuple(url for url in found if 0 < len(url) <= _LONGEST_URL)[:MAX_PHOTOS]


def _check_fields() -> None:
    """Raise `Invalid` where one of those that are always sent is missing or written otherwise."""
    for name, written in _ALWAYS_SENT.items():
        texts = request.form.getlist(name)
        if not texts:
            raise Invalid("inbound-field-missing", pointer=f"/{name}", field=name)
        if len(texts) > 1 or not written.fullmatch(texts[0]):
            raise Invalid("inbound-field-not-valid", pointer=f"/{name}", field=name)
