"""While Redis is away a worker tries again and again: its log says so once, and when it is back."""

import logging
from functools import cache
from typing import Any, cast

from redis import Connection, ConnectionPool
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import TimeoutError as RedisSlow

from backend.core.outage import Outage
from backend.core.redis_pool import redis_pool

AWAY = (RedisAway, RedisSlow)
# What huey writes to on its own, with a traceback for every try.
_HUEYS = ("huey", "huey.consumer.Worker", "huey.consumer.Scheduler")


def watched_pool(url: str) -> ConnectionPool:
    """A pool whose outages are told once in this process, however many pools lead to `url`."""
    pool = cast("_WatchedPool", redis_pool(url, _WatchedPool))
    pool.outage = _outage_of(url)
    for name in _HUEYS:
        # The same filter is added once.
        logging.getLogger(name).addFilter(_is_no_outage)
    return pool


class _WatchedPool(ConnectionPool):
    """Whoever asks Redis takes a connection here first, which is made anew where it is dead."""

    outage: Outage

    def get_connection(self, *arguments: Any, **options: Any) -> Connection:
        try:
            connection = super().get_connection(*arguments, **options)
        except AWAY as error:
            self.outage.begin(error)
            raise
        self.outage.end()
        return connection


@cache
def _outage_of(_url: str) -> Outage:
    return Outage("redis")


def _is_no_outage(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], AWAY))
