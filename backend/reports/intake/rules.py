"""What a report typed for somebody, and a message that may become one, must be. Pure."""

import unicodedata
from datetime import datetime, timedelta

from backend.core.channels import Channel
from backend.core.errors import Invalid
from backend.core.public_words import check_text, is_readable

ENTERED_CHANNELS = (
    Channel.PHONE,
    Channel.COUNTER,
    Channel.PAPER,
    Channel.HELPER,
    Channel.OUTREACH,
    Channel.EMAIL,
    Channel.TEXT,
)
"""How somebody reaches the city whose report staff type."""
LONGEST_BATCH, LAST_SHEET = 40, 9999
# Longer ones are cut: nobody describes a hole in the road in more.
MOST_WORDS, MOST_SUBJECT, MOST_SENDER = 10_000, 200, 254


def check_sheet(batch: str | None, sheet: int | None) -> None:
    """Raise `Invalid` unless a sheet has its batch and its number, or neither."""
    check_text(batch or "", "/batch", LONGEST_BATCH)
    is_whole = bool(batch) == (sheet is not None)
    if not is_whole or not (sheet is None or 1 <= sheet <= LAST_SHEET):
        raise Invalid("sheet-not-numbered", pointer="/sheet", most=LAST_SHEET)


def plain_batch(name: str) -> str:
    """What two ways to write a batch's name have in common: letter case and blanks tell none
    apart."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def check_written_at(written_at: datetime | None, now: datetime, longest: timedelta) -> None:
    """Raise `Invalid` on a day on a sheet that is to come, or too long ago to be right."""
    if written_at is not None and not now - longest <= written_at <= now:
        raise Invalid("sheet-day-not-valid", pointer="/said_on", days=longest.days)


def readable(text: str, longest: int) -> str:
    """What of a stranger's `text` somebody can read, cut where it is too long."""
    kept = "".join(filter(is_readable, text.replace("\r\n", "\n")))
    return kept.strip() if len(kept) <= longest else f"{kept[: longest - 1].rstrip()}…"
