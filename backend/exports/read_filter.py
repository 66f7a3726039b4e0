"""What part of the data is asked for, from the words of an address or a command."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from math import isfinite
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.errors import Invalid
from backend.places.queries import current_districts, the_city
from backend.reports.models import Service
from backend.reports.public_requests import RequestFilter
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES, State

FILTERS = (
    "service",
    "state",
    "district",
    "from",
    "until",
    "updated_from",
    "updated_until",
    "bbox",
)
# A report is of one of several services, but lies in one place and one stretch of time.
_SEVERAL = ("service", "state")
_STATES = {state.value: (state.value,) for state in State} | {
    "open": tuple(state.value for state in OPEN_STATES),
    "closed": tuple(state.value for state in CLOSED_STATES),
}


def read_filter(
    session: Session, asked: Mapping[str, Sequence[str]], known: Sequence[str] = FILTERS
) -> RequestFilter:
    """The filter that is meant; raises `Invalid` where there is none.

    A misspelt filter is refused: a file that silently holds everything would be believed.
    """
    for name, texts in asked.items():
        if name not in known:
            raise Invalid("filter-unknown", filter=name[:40], filters=known)
        if name not in _SEVERAL and len(texts) > 1:
            raise _refusal(name, texts[1])
    one = {name: texts[0] for name, texts in asked.items() if texts}
    zone = ZoneInfo(the_city(session).time_zone)
    return RequestFilter(
        service_codes=_services(session, asked.get("service", ())),
        states=_states(asked.get("state", ())),
        district_code=_district(session, one.get("district")),
        requested_from=_moment(one, "from", zone),
        requested_until=_moment(one, "until", zone),
        updated_from=_moment(one, "updated_from", zone),
        updated_until=_moment(one, "updated_until", zone),
        box=_box(one.get("bbox")),
    )


def _services(session: Session, codes: Sequence[str]) -> tuple[str, ...] | None:
    known = set(session.scalars(sa.select(Service.code))) if codes else set()
    for code in codes:
        if code not in known:
            raise _refusal("service", code)
    return tuple(codes) or None


def _district(session: Session, code: str | None) -> str | None:
    if code is not None and code not in {one.code for one in current_districts(session)}:
        raise _refusal("district", code)
    return code


def _states(words: Sequence[str]) -> tuple[str, ...] | None:
    for word in words:
        if word not in _STATES:
            raise _refusal("state", word)
    return tuple(state for word in words for state in _STATES[word]) or None


def _moment(one: Mapping[str, str], name: str, zone: ZoneInfo) -> datetime | None:
    """A moment, or a day of the city: from its start on, until its end."""
    text = one.get(name)
    if text is None:
        return None
    try:
        if len(text) > len("2026-03-02"):
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        else:
            is_end = name.endswith("until")
            moment = datetime.combine(date.fromisoformat(text), time.max if is_end else time.min)
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _refusal(name, text) from None


def _box(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise _refusal("bbox", text) from None
    # Written so that what is no number is refused too.
    if not (isfinite(west) and -90 <= south <= north <= 90 and west <= east and isfinite(east)):
        raise _refusal("bbox", text)
    return west, south, east, north


def _refusal(name: str, text: str) -> Invalid:
    return Invalid("filter-not-valid", filter=name, value=text[:60])
