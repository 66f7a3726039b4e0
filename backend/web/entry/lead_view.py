"""What a message gives the desk's form to begin with."""

import re

from backend.core.channels import Channel
from backend.reports.intake.queries import ReadLead
from backend.reports.rules import MAX_DESCRIPTION

# What mail programs put under the words: a signature (RFC 3676, 4.3).
_SIGNATURE = re.compile(r"\n--[ ]?\n.*", re.DOTALL)


def draft_of(lead: ReadLead) -> dict[str, str]:
    """The form's fields as far as the message says them: its words, and how to reach its sender.

    Without its signature, for anybody can read a report's words.
    """
    draft = {"channel": lead.channel.value}
    if lead.said is None:
        return draft
    words = _SIGNATURE.sub("", f"\n{lead.said.words}").strip() or lead.said.subject
    field = "contact_email" if lead.channel is Channel.EMAIL else "contact_phone"
    return draft | {"description": words[:MAX_DESCRIPTION], field: lead.said.sender}
