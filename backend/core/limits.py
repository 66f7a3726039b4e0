"""How often one address may do one thing; counted per city, in memory or in Redis."""

from functools import cache

import structlog
from limits import parse
from limits.errors import StorageError
from limits.storage import RedisStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from backend.core.errors import TooManyRequests
from backend.core.redis_pool import redis_pool

_log = structlog.get_logger()


_parsed = cache(parse)


class RateLimits:
    """Moving windows over `limits`; `namespace` keeps cities that share a Redis apart.

    While Redis does not answer, each process counts for itself: a report is worth more than an
    exact count.
    """

    def __init__(self, redis_url: str, namespace: str) -> None:
        self._own = MovingWindowRateLimiter(storage_from_string("memory://"))
        self._limiter = self._own
        if redis_url:
            storage = RedisStorage(
                redis_url, connection_pool=redis_pool(redis_url), wrap_exceptions=True
            )
            self._limiter = MovingWindowRateLimiter(storage)
        self._namespace = namespace

    def check(self, rule: str, purpose: str, address: str) -> None:
        """Count one use; raises `TooManyRequests` when `rule` ("10 per minute") is used up."""
        use = (_parsed(rule), self._namespace, purpose, address)
        try:
            is_within = self._limiter.hit(*use)
        except StorageError as error:
            _log.warning("rate limits count alone", error=type(error.storage_error).__name__)
            is_within = self._own.hit(*use)
        if not is_within:
            raise TooManyRequests("too-many-requests")
