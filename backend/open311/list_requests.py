"""Lists of requests, and one request."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Response

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import Invalid, NotFound
from backend.core.ids import read_number
from backend.core.runtime import current_runtime
from backend.open311.face import blueprint, listing, parameters
from backend.open311.pages import WHOLE, lead_on, page_asked
from backend.open311.parameters import Parameters
from backend.open311.request_view import view_requests
from backend.reports.public_requests import RequestFilter, public_requests
from geo.coordinates import CoordinateError, check_lon_lat

LONGEST = timedelta(days=90)
_RADIUS_METRES = 500.0
_STATUSES = {"open": True, "closed": False}


@blueprint.get("/requests.<string:form>")
@access()
def list_requests(form: str) -> Response:
    """Requests that meet every parameter, newest first; of the last 90 days where none says when.

    Page after page, `snapshot` keeps what comes in meanwhile out, so that no page overlaps
    another: the address of the next page carries it.
    """
    asked, now = parameters(), current_runtime().clock.now()
    wanted, page = _wanted(asked, now), page_asked(asked)
    snapshot = asked.moment("snapshot") or now
    if wanted.numbers is not None:
        page = WHOLE
    elif page.number is not None:
        wanted = replace(wanted, received_until=snapshot)
    session = current_session()
    found = public_requests(session, wanted, limit=page.size, offset=page.offset)
    views = view_requests(session, found, is_extended=asked.flag("extensions"))
    response = listing("service_requests", views, form)
    lead_on(response, page, len(found), snapshot=snapshot.isoformat())
    return response


@blueprint.get("/requests/<string:number>.<string:form>")
@access()
def get_request(number: str, form: str) -> Response:
    """What has become of one request."""
    session, canonical = current_session(), read_number(number)
    wanted = RequestFilter(numbers=(canonical or "",))
    found = public_requests(session, wanted, limit=1)
    if not found:
        raise NotFound("report-not-found", number=number[:40])
    views = view_requests(session, found, is_extended=parameters().flag("extensions"))
    return listing("service_requests", views, form)


def _wanted(asked: Parameters, now: datetime) -> RequestFilter:
    numbers = asked.words("service_request_id")
    if numbers:
        # Whoever names requests means these and no others, whatever else they say.
        return RequestFilter(numbers=tuple(filter(None, map(read_number, numbers[: WHOLE.size]))))
    updated = asked.moment("updated_after"), asked.last_moment("updated_before")
    names_window = asked.text("start_date") or asked.text("end_date")
    requested = _window(asked, now) if names_window or updated == (None, None) else (None, None)
    box, around = _box(asked), _around(asked)
    return RequestFilter(
        service_codes=asked.words("service_code") or None,
        is_open=_is_open(asked),
        requested_from=requested[0],
        requested_until=requested[1],
        updated_from=updated[0],
        updated_until=updated[1],
        box=box,
        around=around,
        words=asked.text("q") or None,
    )


def _window(asked: Parameters, now: datetime) -> tuple[datetime, datetime | None]:
    """From `start_date` to `end_date`: 90 days from the one that is given, or until now.

    Raises `Invalid` on a longer range, unless it is asked for page by page.
    """
    start, end = asked.moment("start_date"), asked.last_moment("end_date")
    try:
        if start is None:
            return (end or now) - LONGEST, end
        if end is None:
            return start, start + LONGEST
    except OverflowError as error:
        raise Invalid("range-not-valid", pointer="/start_date") from error
    if end < start:
        raise Invalid("range-not-valid", pointer="/end_date")
    named_end = asked.moment("end_date")
    if named_end and named_end - start > LONGEST and not asked.text("page"):
        raise Invalid("range-too-long", pointer="/end_date", days=LONGEST.days)
    return start, end


def _is_open(asked: Parameters) -> bool | None:
    words = {word.lower() for word in asked.words("status")}
    unknown = sorted(words - _STATUSES.keys())
    if unknown:
        raise Invalid("status-unknown", pointer="/status", status=unknown[0][:60])
    return _STATUSES[words.pop()] if len(words) == 1 else None


def _box(asked: Parameters) -> tuple[float, float, float, float] | None:
    sides = asked.text("bbox").split(",")
    if sides == [""]:
        return None
    try:
        west, south, east, north = map(float, sides)
    except ValueError as error:
        raise Invalid("box-not-valid", pointer="/bbox") from error
    # Written so that NaN is refused too.
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Invalid("box-not-valid", pointer="/bbox")
    return west, south, east, north


def _around(asked: Parameters) -> tuple[float, float, float] | None:
    point, radius = asked.point(), asked.number("radius")
    if point is None:
        if radius is None:
            return None
        raise Invalid("parameter-missing", pointer="/lat", parameter="lat")
    try:
        check_lon_lat(*point)
    except CoordinateError as error:
        raise Invalid(error.slug, pointer="/lat", **error.facts) from error
    if radius is not None and radius < 0:
        kind = "metres, not below 0"
        raise Invalid("parameter-not-valid", pointer="/radius", parameter="radius", kind=kind)
    return *point, _RADIUS_METRES if radius is None else radius
