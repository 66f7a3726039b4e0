"""A mail to the city, from its bytes to a message that waits with its photos."""

from enum import StrEnum

import structlog

from backend.adapters.mail_message import MailProblemError, read_mail
from backend.core.actors import ANONYMOUS
from backend.core.channels import Channel
from backend.core.errors import Invalid
from backend.core.uow import unit_of_work
from backend.photos.rules import MAX_BYTES, MAX_PHOTOS
from backend.reports.intake.commands import KeepLead, LeadWords
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.photos.keep_photo import keep_photo

# As many bytes as a form with photos may have, written in base64.
LARGEST_MAIL = 3 * MAX_BYTES * 4 // 3
_log = structlog.get_logger()


class Taken(StrEnum):
    """What became of a mail."""

    KEPT = "kept"
    KNOWN = "known"
    """It came before."""
    DROPPED = "dropped"
    """A program sent it back: nobody wrote it, and nobody is to read it."""


def take_mail(data: bytes, envelope_from: str) -> Taken:
    """Keep a mail; when this returns, its words and its photos are stored.

    A mail server that heard no answer sends it again, and what is missing is added then. Raises
    `Invalid` on what nobody can read or says nothing, and like `keep_lead`.
    """
    try:
        mail = read_mail(data, envelope_from, most_photos=MAX_PHOTOS, largest=MAX_BYTES)
    except MailProblemError as error:
        raise Invalid("mail-not-readable") from error
    if mail.is_echo:
        _log.info("mail dropped: a program sent it back")
        return Taken.DROPPED
    # A blank or an invisible sign is no word.
    is_said = any(sign.isprintable() and sign != " " for sign in mail.subject + mail.words)
    if not is_said and not mail.photos:
        raise Invalid("mail-not-readable")
    said = LeadWords(mail.sender, mail.words, mail.subject, mail.left_out, mail.is_automatic)
    with unit_of_work(ANONYMOUS) as work:
        kept = keep_lead(work, KeepLead(Channel.EMAIL, mail.id, said))
    for photo in mail.photos:
        keep_photo(ANONYMOUS, kept.id, photo)
    return Taken.KEPT if kept.is_new else Taken.KNOWN
