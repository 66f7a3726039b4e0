"""When to try again: longer after each failure, and never all at the same moment."""

import hashlib
from datetime import timedelta
from uuid import UUID

MAX_TRIES = 9
GIVEN_UP_AFTER = timedelta(days=3)
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=12)
_LONGEST_HOLD = timedelta(minutes=30)


def wait_after(tries: int, id_: UUID) -> timedelta:
    """How long a delivery waits after its `tries`-th failure: 30 s, 2 min, 8 min ... 12 h."""
    return _spread(min(_FIRST_WAIT * 4 ** (tries - 1), _LONGEST_WAIT), tries, id_)


def hold_after(failures: int, id_: UUID) -> timedelta:
    """How long nothing is sent to a webhook that gave no answer `failures` times in a row."""
    return _spread(min(_FIRST_WAIT * 2 ** min(failures - 1, 6), _LONGEST_HOLD), failures, id_)


def _spread(wait: timedelta, count: int, id_: UUID) -> timedelta:
    # From three quarters to five quarters, drawn from the id: the same for whoever looks again.
    drawn = hashlib.sha256(id_.bytes + count.to_bytes(4)).digest()[0] / 255
    return wait * (0.75 + 0.5 * drawn)
