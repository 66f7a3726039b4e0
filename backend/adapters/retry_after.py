"""When a server wants to be asked again: the seconds or the date of Retry-After (RFC 9110)."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

_LONGEST = timedelta(days=1)


def wait_of(retry_after: str | None, now: datetime) -> timedelta | None:
    """How long to wait, a day at most; None where it does not say or cannot be read."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _LONGEST)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        # Whoever named the server may have it say anything.
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - now, timedelta()), _LONGEST)
