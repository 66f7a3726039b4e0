"""Connections to Redis that give up soon: nobody waits for a report because Redis is down."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import ConnectionPool

_PATIENCE_SECONDS = 0.5


def redis_pool(url: str, kind: "type[ConnectionPool] | None" = None) -> "ConnectionPool":
    """A pool for `url` that tries once; the client's default tries eleven times for ten seconds."""
    # Most cities have no Redis and need not pay for its client.
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    pool: ConnectionPool = (kind or ConnectionPool).from_url(
        url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=_PATIENCE_SECONDS
    )
    return pool
