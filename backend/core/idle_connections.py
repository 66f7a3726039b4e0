"""A connection that lay idle in the pool is asked whether it still lives before it is used.

SQLAlchemy's `pool_pre_ping` asks at every checkout, which costs a round trip for each request.
"""

from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

# Shorter than a server takes to start again, so that no dead connection is trusted after that.
TRUSTED_SECONDS = 1.0
_IDLE_SINCE = "evenward_idle_since"


def ask_after_idling(engine: Engine) -> None:
    """Ask every connection that was not used for a while; where one is dead, open all anew."""

    def begin_idling(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info[_IDLE_SINCE] = perf_counter()

    def ask(connection: Any, entry: ConnectionPoolEntry, _proxy: object) -> None:
        # A connection made this moment has not idled.
        idle_since = entry.info.get(_IDLE_SINCE)
        if idle_since is None or perf_counter() - idle_since <= TRUSTED_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    sa.event.listen(engine, "checkin", begin_idling)
    sa.event.listen(engine, "checkout", ask)
