"""A feed as Atom (RFC 4287) and as RSS 2.0 (https://www.rssboard.org/rss-specification).

Places are GeoRSS points (https://www.ogc.org/standard/georss/).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape

# What XML 1.0 has no way to say, not even escaped.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One thing that happened; `id` never changes, `category` is a code and its words."""

    id: str
    title: str
    url: str
    at: datetime
    text: str
    category: tuple[str, str]
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Feed:
    """What is new, newest first."""

    title: str
    publisher: str
    own_url: str
    home_url: str
    licence_url: str
    updated: datetime
    entries: Sequence[FeedEntry]


def atom(feed: Feed) -> str:
    """The feed as an Atom document."""
    entries = "".join(map(_atom_entry, feed.entries))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss">\n'
        f"<id>{_said(feed.own_url)}</id>\n"
        f"<title>{_said(feed.title)}</title>\n"
        f"<updated>{feed.updated.isoformat()}</updated>\n"
        f"<author><name>{_said(feed.publisher)}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href="{_said(feed.own_url)}"/>\n'
        f'<link rel="alternate" type="text/html" href="{_said(feed.home_url)}"/>\n'
        f'<link rel="license" href="{_said(feed.licence_url)}"/>\n'
        f"{entries}</feed>\n"
    )


def rss(feed: Feed) -> str:
    """The feed as an RSS document."""
    items = "".join(map(_rss_item, feed.entries))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:georss="http://www.georss.org/georss">\n<channel>\n'
        f"<title>{_said(feed.title)}</title>\n"
        f"<link>{_said(feed.home_url)}</link>\n"
        f"<description>{_said(feed.title)}</description>\n"
        f"<copyright>{_said(feed.licence_url)}</copyright>\n"
        f"<lastBuildDate>{format_datetime(feed.updated)}</lastBuildDate>\n"
        f'<atom:link rel="self" type="application/rss+xml" href="{_said(feed.own_url)}"/>\n'
        f"{items}</channel>\n</rss>\n"
    )


def _atom_entry(entry: FeedEntry) -> str:
    code, words = map(_said, entry.category)
    return (
        f"<entry>\n<id>{entry.id}</id>\n<title>{_said(entry.title)}</title>\n"
        f"<updated>{entry.at.isoformat()}</updated>\n"
        f'<link rel="alternate" type="text/html" href="{_said(entry.url)}"/>\n'
        f'<category term="{code}" label="{words}"/>\n'
        f'<summary type="text">{_said(entry.text)}</summary>\n'
        f"<georss:point>{entry.lat} {entry.lon}</georss:point>\n</entry>\n"
    )


def _rss_item(entry: FeedEntry) -> str:
    return (
        f"<item>\n<title>{_said(entry.title)}</title>\n<link>{_said(entry.url)}</link>\n"
        f'<guid isPermaLink="false">{entry.id}</guid>\n'
        f"<pubDate>{format_datetime(entry.at)}</pubDate>\n"
        f"<category>{_said(entry.category[1])}</category>\n"
        # Readers take it for HTML, so that it is escaped once for them and once for XML.
        f"<description>{_said(escape(entry.text))}</description>\n"
        f"<georss:point>{entry.lat} {entry.lon}</georss:point>\n</item>\n"
    )


def _said(text: str) -> str:
    return escape(_UNSAYABLE.sub("\ufffd", text))
