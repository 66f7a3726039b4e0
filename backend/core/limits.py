"""How often one address may do one thing; counted per city, in memory or in Redis."""

from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from backend.core.errors import TooManyRequests


class RateLimits:
    """Moving windows over `limits`; `namespace` keeps cities that share a Redis apart."""

    def __init__(self, redis_url: str, namespace: str) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(redis_url or "memory://"))
        self._namespace = namespace

    def check(self, rule: str, purpose: str, address: str) -> None:
        """Count one use; raises `TooManyRequests` when `rule` ("10 per minute") is used up."""
        if not self._limiter.hit(parse(rule), self._namespace, purpose, address):
            raise TooManyRequests("too-many-requests")
