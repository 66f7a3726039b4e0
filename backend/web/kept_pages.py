"""Open pages are kept as they were last made, and given again while the database is busy or away.

A page that anybody may read is made at most once in `EVENWARD_OPEN_PAGE_SECONDS`, by one thread at
a time. Where it cannot be made anew, whoever asks gets the last good one, marked with its time.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from threading import Lock
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
import structlog
from flask import Response, g, make_response, render_template, request, session
from flask_babel import get_locale
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from backend.core.access import current_actor
from backend.core.addresses import names_host
from backend.core.db import WAITS, current_session, db
from backend.core.errors import Unavailable
from backend.core.runtime import current_runtime
from backend.core.waiting_room import waiting_room
from backend.web.face import KEPT_SLOT, TROUBLES

_log = structlog.get_logger()
# Pages of one kind push out none of another, and those with a question in their address, which are
# endless, none without: a page that there is once, such as the start page, is never pushed out.
_MOST_BYTES_OF_A_KIND, _MOST_BYTES_ASKED = 4 * 1024 * 1024, 8 * 1024 * 1024
_LONGEST_QUESTION = 500
# Where there is a kept page: how long somebody waits for others' locks, how long making it anew may
# take, how long nobody tries after that failed, and from which age on a page says how old it is.
PATIENCE_SECONDS = 1.0
_LONGEST_SECONDS = 12.0
_PAUSE_SECONDS = 5.0
_WORTH_SAYING_SECONDS = 60.0
_STEPS_BETWEEN_LOOKS = 10_000
_FOR_BROWSERS = "public, max-age={fresh}, stale-while-revalidate=60, stale-if-error=86400"
_LONGEST_FRESH = 60
# Where Flask-WTF leaves the token that it made for a form.
_CSRF_TOKEN = "csrf_token"  # noqa: S105 - the name of a field


@dataclass(frozen=True, slots=True)
class _Kept:
    """A page as bytes; `notice` is what marks it with its time."""

    body: bytes
    notice: bytes
    content_type: str
    policy: str | None
    changed_at: datetime
    made: float


@dataclass(frozen=True, slots=True)
class _Key:
    """Which page it is: `kind` is its route's name, `address` has its language and question."""

    kind: str
    address: str
    is_asked: bool

    @property
    def part(self) -> str:
        return "" if self.is_asked else self.kind


@dataclass(slots=True)
class _Part:
    """Pages that push one another out, the least asked for first."""

    pages: "OrderedDict[_Key, _Kept]" = field(default_factory=OrderedDict)
    bytes: int = 0

    def find(self, key: _Key) -> _Kept | None:
        if key in self.pages:
            self.pages.move_to_end(key)
        return self.pages.get(key)

    def keep(self, key: _Key, page: _Kept, most_bytes: int) -> None:
        before = self.pages.pop(key, None)
        self.pages[key] = page
        self.bytes += len(page.body) - (len(before.body) if before else 0)
        while self.bytes > most_bytes and len(self.pages) > 1:
            self.bytes -= len(self.pages.popitem(last=False)[1].body)


@dataclass(slots=True)
class _Shelf:
    """What one city keeps."""

    parts: dict[str, _Part] = field(default_factory=dict)
    trying: dict[_Key, float] = field(default_factory=dict)
    troubled_until: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def find(self, key: _Key) -> _Kept | None:
        with self.lock:
            return self._part(key).find(key)

    def keep(self, key: _Key, page: _Kept) -> None:
        with self.lock:
            most = _MOST_BYTES_ASKED if key.is_asked else _MOST_BYTES_OF_A_KIND
            self._part(key).keep(key, page, most)

    def begin(self, key: _Key, now: float) -> bool:
        """Whether the caller is to make the page anew: nobody else does, and nobody waits long."""
        with self.lock:
            if key in self.trying or self.is_in_trouble(now):
                return False
            self.trying[key] = now
            return True

    def end(self, key: _Key) -> None:
        with self.lock:
            self.trying.pop(key, None)

    def is_in_trouble(self, now: float) -> bool:
        slow = any(now - since > PATIENCE_SECONDS for since in self.trying.values())
        return slow or now < self.troubled_until

    def _part(self, key: _Key) -> _Part:
        return self.parts.setdefault(key.part, _Part())


_shelves: "WeakKeyDictionary[Engine, _Shelf]" = WeakKeyDictionary()


def open_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what `view` makes for anybody; staff and whoever is told something get their own.

    Stands below `@access`. What sets a cookie or is no page of its own is not kept.
    """

    @wraps(view)
    def give(**arguments: Any) -> Any:
        if not _is_for_anybody():
            return view(**arguments)
        shelf, key = _shelves.setdefault(db.engine, _Shelf()), _key()
        kept, now = shelf.find(key), perf_counter()
        if kept and now - kept.made < current_runtime().settings.open_page_seconds:
            return _answer(kept)
        if kept and (_records_are_slow() or not shelf.begin(key, now)):
            return _answer(kept, is_late=now - kept.made > _WORTH_SAYING_SECONDS)
        try:
            return _made(view, arguments, shelf, key, kept)
        except (*TROUBLES, Unavailable) as error:
            shelf.troubled_until = perf_counter() + _PAUSE_SECONDS
            _log.warning(
                "open page not made", route=str(request.url_rule), error=type(error).__name__
            )
            if kept is None:
                raise Unavailable("records-away") from error
            return _answer(kept, is_late=True)
        finally:
            if kept:
                shelf.end(key)

    return give


def _is_for_anybody() -> bool:
    is_plain_reading = request.method in {"GET", "HEAD"} and "_flashes" not in session
    is_long = len(request.query_string) > _LONGEST_QUESTION
    return is_plain_reading and not is_long and not current_actor().is_staff


def _records_are_slow() -> bool:
    return waiting_room(current_runtime().settings.threads).is_slow()


def _key() -> _Key:
    # Not by the host that was asked, which anybody may make up: a page that names it is not kept.
    question = request.query_string.decode(errors="replace")
    address = f"{get_locale()} {request.path}?{question}"
    return _Key(request.endpoint or "", address, is_asked=bool(question))


def _is_nobodys_own() -> bool:
    """Whether what was just made is the same for everybody who asks, under whatever host."""
    is_of_session = session.modified or _CSRF_TOKEN in g
    return not is_of_session and not names_host()


def _made(
    view: Callable[..., Any],
    arguments: dict[str, Any],
    shelf: _Shelf,
    key: _Key,
    kept: _Kept | None,
) -> Response:
    g.is_kept_page = True
    with _patience(current_session(), kept is not None):
        response = make_response(view(**arguments))
        if response.status_code != 200 or response.is_streamed or not _is_nobodys_own():
            return response
        now = current_runtime().clock.now()
        body = response.get_data()
        page = _Kept(
            body=body,
            notice=render_template("kept_notice.html", made_at=now).encode(),
            content_type=response.content_type or "",
            policy=response.headers.get("Content-Security-Policy"),
            changed_at=kept.changed_at if kept and kept.body == body else now,
            made=perf_counter(),
        )
    shelf.keep(key, page)
    return _answer(page)


def _answer(page: _Kept, *, is_late: bool = False) -> Response:
    body = page.body.replace(KEPT_SLOT.encode(), page.notice if is_late else b"", 1)
    response = Response(body, content_type=page.content_type)
    response.set_etag(hashlib.sha256(body).hexdigest()[:32])
    response.last_modified = page.changed_at
    fresh = min(current_runtime().settings.open_page_seconds, _LONGEST_FRESH)
    response.headers["Cache-Control"] = _FOR_BROWSERS.format(fresh=fresh)
    response.vary.add("Accept-Language")
    if page.policy:
        response.headers["Content-Security-Policy"] = page.policy
    return response.make_conditional(request)  # type: ignore[return-value]


@contextmanager
def _patience(reading: Session, is_short: bool) -> Iterator[None]:
    """Neither wait nor read for long where there is something else to give."""
    if not is_short:
        yield
        return
    connection = reading.connection(execution_options={WAITS: PATIENCE_SECONDS})
    if connection.dialect.name != "sqlite":
        limits = {"lock_timeout": PATIENCE_SECONDS, "statement_timeout": _LONGEST_SECONDS}
        for name, seconds in limits.items():
            connection.execute(sa.text(f"SET LOCAL {name} = {round(1000 * seconds)}"))
        yield
        return
    own: Any = connection.connection.dbapi_connection
    ends = perf_counter() + _LONGEST_SECONDS
    own.set_progress_handler(lambda: perf_counter() > ends, _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        own.set_progress_handler(None, 0)
