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
from backend.open311.pages import MOST, Page, is_by_pages, lead_on, page_asked
from backend.open311.parameters import Parameters
from backend.open311.request_view import view_requests
from backend.reports.public_requests import Order, RequestFilter, public_requests
from geo.coordinates import CoordinateError, check_lon_lat

LONGEST = timedelta(days=90)
_RADIUS_METRES = 500.0
_STATUSES = {"open": True, "closed": False}
# Each costs a look through every description.
_MOST_WORDS = 10
_ALL_NAMED = Page(0, MOST, {})
_BY_MOMENT = {
    "requested_datetime": (Order.OLDEST, Order.NEWEST),
    "updated_datetime": (Order.FIRST_CHANGED, Order.LAST_CHANGED),
    # As Mark-a-Spot calls them.
    "requested": (Order.OLDEST, Order.NEWEST),
    "created": (Order.OLDEST, Order.NEWEST),
    "updated": (Order.FIRST_CHANGED, Order.LAST_CHANGED),
}
_SORTS = {
    sign + name: order
    for name, orders in _BY_MOMENT.items()
    for sign, order in zip(("", "-"), orders, strict=True)
}


@blueprint.get("/requests.<string:form>")
@access()
def list_requests(form: str) -> Response:
    """Requests that meet every parameter, newest first; of the last 90 days where none says when.

    Page after page, `snapshot` keeps what comes in meanwhile out, so that no page overlaps
    another: the address of the next page carries it.
    """
    now = current_runtime().clock.now()
    with parameters().reading() as asked:
        wanted, page = _wanted(asked, now), page_asked(asked)
        order = asked.one_of("sort", _SORTS) or Order.NEWEST
        snapshot = asked.moment("snapshot")
    if wanted.numbers is not None:
        page = _ALL_NAMED
    elif snapshot or is_by_pages(asked):
        wanted = replace(wanted, received_until=snapshot or now)
    session = current_session()
    found = public_requests(session, wanted, limit=page.size, offset=page.offset, order=order)
    views = view_requests(session, found, is_extended=asked.flag("extensions"))
    response = listing("service_requests", views, form)
    if wanted.numbers is None:
        lead_on(response, page, len(found), snapshot=(snapshot or now).isoformat())
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
        if len(numbers) > MOST:
            asked.refuse(Invalid("too-many-named", pointer="/service_request_id", most=MOST))
        return RequestFilter(numbers=tuple(filter(None, map(read_number, numbers))))
    updated = asked.moment("updated_after"), asked.last_moment("updated_before")
    names_window = asked.text("start_date") or asked.text("end_date")
    requested = _window(asked, now) if names_window or updated == (None, None) else (None, None)
    box = around = None
    with asked.noting():
        box = _box(asked)
    with asked.noting():
        around = _around(asked)
    return RequestFilter(
        service_codes=asked.words("service_code") or None,
        is_open=_is_open(asked),
        requested_from=requested[0],
        requested_until=requested[1],
        updated_from=updated[0],
        updated_until=updated[1],
        box=box,
        around=around,
        words=_words(asked),
    )


def _words(asked: Parameters) -> tuple[str, ...] | None:
    words = tuple(dict.fromkeys(asked.text("q").split()))
    if len(words) > _MOST_WORDS:
        facts = {"parameter": "q", "kind": f"{_MOST_WORDS} words at most"}
        asked.refuse(Invalid("parameter-not-valid", pointer="/q", **facts))
    return words or None


def _window(asked: Parameters, now: datetime) -> tuple[datetime, datetime | None]:
    """From `start_date` to `end_date`: 90 days from the one that is given, or until now.

    A longer range is refused, unless it is asked for page by page.
    """
    start, end = asked.moment("start_date"), asked.last_moment("end_date")
    named = "end_date" if start is None else "start_date"
    try:
        if start is None:
            return (end or now) - LONGEST, end
        if end is None:
            return start, start + LONGEST
    except OverflowError:
        days = LONGEST.days
        asked.refuse(Invalid("moment-too-far", pointer=f"/{named}", parameter=named, days=days))
        return now, None
    named_end = asked.moment("end_date") or end
    if end < start:
        asked.refuse(Invalid("range-not-valid", pointer="/end_date"))
    elif named_end - start > LONGEST and not is_by_pages(asked):
        asked.refuse(Invalid("range-too-long", pointer="/end_date", days=LONGEST.days))
    return start, end


def _is_open(asked: Parameters) -> bool | None:
    words = {word.lower() for word in asked.words("status")}
    unknown = sorted(words - _STATUSES.keys())
    if unknown:
        asked.refuse(Invalid("status-unknown", pointer="/status", status=unknown[0][:60]))
        return None
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
