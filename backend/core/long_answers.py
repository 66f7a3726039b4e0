"""Answers that take as long as their reader takes: few at a time, whichever face gives them."""

from threading import BoundedSemaphore

from flask import Response

from backend.core.errors import TooManyRequests

# Each holds a thread all the while: the others are for people who report.
_AT_ONCE = 2
_turns = BoundedSemaphore(_AT_ONCE)
_BUSY_SECONDS = 30


def take_turn(response: Response) -> Response:
    """`response` with a place among the long ones until it is sent; raises `TooManyRequests`."""
    if not _turns.acquire(blocking=False):
        raise TooManyRequests("exports-busy", seconds=_BUSY_SECONDS)
    response.call_on_close(_turns.release)
    return response
