"""How many of the threads that answer may stand waiting for the database: never all of them.

Where the database is locked or slow, whoever asks it holds a thread until it answers. A thread
answers one request at a time, so without a bound a few requests hold them all, and nobody gets even
what needs no reading. Here a few threads stay free: whoever finds every place taken, and nobody
moving, is refused at once. A request that comes again in half a minute has lost nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from time import perf_counter
from typing import Any, TypeVar

import sqlalchemy as sa

Answer = TypeVar("Answer")
# How long somebody waits for a place; as long as places change hands, the database is well.
PATIENCE_SECONDS = 2.0
_SLOW_SECONDS = 1.0


class NoPlace(sa.exc.TimeoutError):
    """Every place to wait is taken: what a full pool of connections raises, too."""


class WaitingRoom:
    """The places of one process with `threads` that answer requests, whichever city they ask.

    Who writes has a place until the transaction ends, because others wait for what it holds; who
    reads has one for each statement. Writers leave some places to those who read, for whom SQLite's
    lock is none. Threads that answer nobody, a worker's, need no place.
    """

    def __init__(self, threads: int) -> None:
        spare = max(1, threads // 4)
        self._all = _Places(max(1, threads - spare))
        self._writers = _Places(max(1, threads - 2 * spare))
        self._own = _Own()
        self._reading_since: dict[int, float] = {}

    def begin_request(self) -> None:
        """Say that the running thread answers requests, and begins with one."""
        self._own.answers, self._own.is_refused = True, False

    def read(self, ask: Callable[..., Answer], *arguments: Any, **options: Any) -> Answer:
        """What `ask` gives, with a place for as long as it takes; raises `NoPlace`."""
        if self._is_free_to_pass():
            return ask(*arguments, **options)
        self._take(self._all)
        me = threading.get_ident()
        since = self._reading_since[me] = perf_counter()
        try:
            return ask(*arguments, **options)
        except Exception:
            # Nor is who waited long for nothing, for the page that says so.
            self._own.is_refused = perf_counter() - since > _SLOW_SECONDS
            raise
        finally:
            del self._reading_since[me]
            self._all.give_back()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A place for a transaction that writes, with all its statements; raises `NoPlace`."""
        if self._is_free_to_pass():
            yield
            return
        with ExitStack() as places:
            for some in (self._writers, self._all):
                self._take(some)
                places.callback(some.give_back)
            self._own.has_place = True
            try:
                yield
            finally:
                self._own.has_place = False

    def is_slow(self) -> bool:
        """Whether somebody has been reading one answer of the database for long."""
        now = perf_counter()
        return any(now - since > _SLOW_SECONDS for since in list(self._reading_since.values()))

    def _is_free_to_pass(self) -> bool:
        return self._own.has_place or not self._own.answers

    def _take(self, places: "_Places") -> None:
        # Who was refused once is not made to wait again.
        if self._own.is_refused or not places.take():
            self._own.is_refused = True
            raise NoPlace("Too many requests wait for the database.")


class _Own(threading.local):
    """What is true of the running thread."""

    answers = False
    has_place = False
    is_refused = False


class _Places:
    """So many places, and when the last of them was taken."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)
        self._taken_at = 0.0

    def take(self) -> bool:
        """Whether there is one, at once or while others still come and go."""
        if not self._free.acquire(blocking=False):
            patience = self._taken_at + PATIENCE_SECONDS - perf_counter()
            if patience <= 0 or not self._free.acquire(timeout=patience):
                return False
        self._taken_at = perf_counter()
        return True

    def give_back(self) -> None:
        self._free.release()


@cache
def waiting_room(threads: int) -> WaitingRoom:
    """The one of this process, whose cities share its threads."""
    return WaitingRoom(threads)
