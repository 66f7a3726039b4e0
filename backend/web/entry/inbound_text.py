"""Where a provider of text messages posts what residents send: each waits for the desk.

The form and its signature are Twilio's (https://www.twilio.com/docs/messaging/guides/webhook-request
and https://www.twilio.com/docs/usage/security), which other providers know how to speak too.
"""

import base64
import hashlib
import hmac

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from backend.core.access import access, guard
from backend.core.actors import ANONYMOUS
from backend.core.channels import Channel
from backend.core.errors import Forbidden, Invalid
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.intake.commands import KeepLead, LeadWords
from backend.reports.intake.keep_lead import keep_lead

# A provider reads no pages: what is refused is told it as JSON.
blueprint = Blueprint("api_inbound", __name__)
guard(blueprint, lambda: ANONYMOUS)
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
    said = LeadWords(
        sender=_field("From"),
        words=request.form.get("Body", ""),
        left_out=request.form.get("NumMedia", 0, int),
    )
    with unit_of_work(ANONYMOUS) as work:
        keep_lead(work, KeepLead(Channel.TEXT, _field("MessageSid"), said))
    return Response(_NO_ANSWER, content_type="text/xml; charset=utf-8")


def signature_of(url: str, fields: MultiDict[str, str], token: str) -> str:
    """HMAC-SHA1 over the address and every field by name, in base64; of one name each value once.

    `url` is what the provider was told, which a proxy in between may have changed.
    """
    text = url + "".join(
        name + value for name in sorted(fields) for value in sorted(set(fields.getlist(name)))
    )
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), hashlib.sha1)).decode()


def _field(name: str) -> str:
    text = request.form.get(name, "").strip()
    if not text:
        raise Invalid("inbound-field-missing", pointer=f"/{name}", field=name)
    return text
