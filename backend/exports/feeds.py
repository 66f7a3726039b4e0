"""Feeds of what is new in an area or a service, for feed readers."""

import hashlib
import uuid
from datetime import UTC, datetime

from flask import Response, request

from backend.core.access import access
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.exports.data_files import asked_filters
from backend.exports.face import blueprint
from backend.exports.feed_xml import Feed, FeedEntry, atom, rss
from backend.exports.read_filter import read_filter
from backend.places.models import City
from backend.places.queries import the_city
from backend.reports.newest_events import PublicEvent, newest_events
from backend.reports.step_words import OUTCOME_WORDS, SAID_WORDS, STATE_WORDS

_MOST_ENTRIES = 50
_FILTERS = ("service", "district", "bbox")
_WORDS = {**STATE_WORDS, **OUTCOME_WORDS, **SAID_WORDS}
# An empty feed needs a moment too, and must not change while nothing does.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@blueprint.get("/feeds/requests.atom")
@access()
def atom_feed() -> Response:
    """The newest requests, changes of status and words of the city as Atom."""
    feed = _feed("atom_feed")
    return _answer(feed, atom(feed), "application/atom+xml")


@blueprint.get("/feeds/requests.rss")
@access()
def rss_feed() -> Response:
    """The same as RSS."""
    feed = _feed("rss_feed")
    return _answer(feed, rss(feed), "application/rss+xml")


def _feed(endpoint: str) -> Feed:
    session, asked = current_session(), asked_filters()
    wanted = read_filter(session, asked, _FILTERS)
    city = the_city(session)
    events = newest_events(session, wanted, _MOST_ENTRIES)
    words = [text for texts in asked.values() for text in texts]
    return Feed(
        title=" · ".join([f"Requests to {city.name}", *words]),
        publisher=city.name,
        own_url=public_address(f"{blueprint.name}.{endpoint}", **asked),
        home_url=public_address("web.home"),
        licence_url=current_runtime().settings.data_licence_url,
        updated=max((event.at for event in events), default=_NEVER),
        entries=[_entry(city, event) for event in events],
    )


def _entry(city: City, event: PublicEvent) -> FeedEntry:
    about = event.request
    # The same wherever the city's pages move to.
    name = f"{city.jurisdiction_id}/reports/{about.number}/{event.id or 'filed'}"
    title = f"{about.service_name} · {about.number}"
    if event.what:
        words = _WORDS[event.what]
        title += f": Taken back: {words} again" if event.is_undoing else f": {words}"
    return FeedEntry(
        id=uuid.uuid5(uuid.NAMESPACE_URL, name).urn,
        title=title,
        url=public_address("web.report", number=about.number),
        at=event.at,
        text=(event.words or "") if event.what else about.description,
        category=(about.service_code, about.service_name),
        lon=about.lon,
        lat=about.lat,
    )


def _answer(feed: Feed, body: str, media_type: str) -> Response:
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.last_modified = feed.updated
    response.cache_control.max_age = 60
    response.access_control_allow_origin = "*"
    response.make_conditional(request)
    return response
