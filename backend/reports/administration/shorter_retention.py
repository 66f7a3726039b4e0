"""What a change of the catalogue lets the next night erase, said before it is made."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from backend.reports.administration.catalogue_changes import EntryChange
from backend.reports.administration.standing import Entry, Kind
from backend.reports.privacy.apply_retention import would_go


def erased_by(session: Session, was: Entry, becomes: Entry, now: datetime) -> int:
    """How many closed problems of a service a shorter time would take in the next night."""
    days, before = becomes["retention_days"], was["retention_days"]
    if days is None or (before is not None and days >= before):
        return 0
    return would_go(session, becomes["code"], days, now)


def erased_by_all(
    session: Session, changes: Iterable[EntryChange], now: datetime
) -> Mapping[str, int]:
    """The same by code of every service that loses something."""
    found = {
        one.key: erased_by(session, one.was, one.becomes, now)
        for one in changes
        if one.kind is Kind.SERVICE and one.was and one.becomes
    }
    return {code: count for code, count in found.items() if count}
