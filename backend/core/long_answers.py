"""Answers that take as long as their reader takes: few at a time, whichever face gives them."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from threading import Lock
from typing import Any

from flask import Response, request

from backend.core.errors import TooManyRequests
from backend.core.limits import network_of
from backend.core.runtime import current_runtime

# Each holds a thread all the while: three quarters of them are for people who report.
_SHARE = 4
_BUSY_SECONDS = 30
_lock = Lock()
# Whoever has one now; a slow reader holds no more than one.
_readers: set[str] = set()


def take_turn(response: Response) -> Response:
    """`response` with a place among the long ones until it is sent; raises `TooManyRequests`.

    One for each address.
    """
    reader = network_of(request.remote_addr or "")
    most = max(1, current_runtime().settings.threads // _SHARE)
    with _lock:
        if reader in _readers or len(_readers) >= most:
            raise TooManyRequests("exports-busy", seconds=_BUSY_SECONDS)
        _readers.add(reader)
    turn = ExitStack()
    turn.callback(_readers.discard, reader)
    response.response = _sent(response.response, turn)
    # Where nothing of it is sent; a turn ends once.
    response.call_on_close(turn.close)
    return response


def _sent(body: Iterable[Any], turn: ExitStack) -> Iterator[Any]:
    with turn:
        yield from body
