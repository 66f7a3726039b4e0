"""Web Push (RFC 8030) with VAPID (RFC 8292): encrypted and signed by pywebpush, posted guarded.

Whoever subscribes names the address of their push service, so it is posted to as any address that
a stranger named (`backend.adapters.guarded_post`), not by pywebpush's own client.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from time import perf_counter
from urllib.parse import urlsplit

import orjson
from py_vapid import Vapid02, VapidException
from pywebpush import WebPusher

from backend.adapters.guarded_post import Answered, GuardedPoster, Unposted
from backend.adapters.retry_after import wait_of
from backend.core.clock import Clock
from backend.core.ports import Push, Pushed

# A push service that is down, or lets us wait, must not keep the worker from the others.
_MOST_SECONDS = 30.0
_MOST_SECONDS_EACH = 6.0
# RFC 8292 allows a day.
_TOKEN_SECONDS = 12 * 3600
_NO_ANSWER = frozenset({"no-answer", "host-unknown"})
_GONE = frozenset({404, 410})
_OVERLOADED = frozenset({408, 425, 429})


class WebPush:
    """Pushes in the name of the city: `private_key` is its own, 32 bytes in base64 for addresses.

    `contact` is whom the services may ask, as a mailto: or https:// address.
    """

    def __init__(self, poster: GuardedPoster, clock: Clock, private_key: str, contact: str) -> None:
        self._poster = poster
        self._clock = clock
        self._vapid = Vapid02.from_raw(private_key.encode())
        # Whom to ask was read with the settings; left strict, it would take no port and no path.
        self._vapid.conf = {"no-strict": True}
        self._contact = contact
        self._proofs: dict[str, str] = {}

    def send(self, pushes: Sequence[Push]) -> Iterator[Pushed | None]:
        """Push one after the other; ends early when it takes too long.

        A service that does not answer is not asked twice, and one that had its seconds not again.
        """
        began, silent = perf_counter(), set[str]()
        taken: dict[str, float] = defaultdict(float)
        for push in pushes:
            origin = _origin(push.address["endpoint"])
            if origin in silent:
                yield Pushed("no-answer", may_again=True)
                continue
            if taken[origin] > _MOST_SECONDS_EACH:
                yield None
                continue
            asked = perf_counter()
            if asked - began > _MOST_SECONDS:
                return
            pushed = self._pushed(push, origin)
            taken[origin] += perf_counter() - asked
            if pushed.status in _NO_ANSWER:
                silent.add(origin)
            yield pushed

    def _pushed(self, push: Push, origin: str) -> Pushed:
        try:
            return _judged(self._post(push, origin), self._clock.now())
        except Unposted as error:
            # A service that cannot be reached may be tomorrow; one nobody may reach, never.
            return Pushed(error.reason, may_again=error.reason in _NO_ANSWER)
        except VapidException:
            # What a stranger named is no origin that can be signed for.
            return Pushed("address-not-valid")

    def _post(self, push: Push, origin: str) -> Answered:
        address = push.address
        keys = {"p256dh": address["p256dh"], "auth": address["auth"]}
        pusher = WebPusher({"endpoint": address["endpoint"], "keys": keys})
        message = {"title": push.title, "body": push.body, "tag": push.tag, **push.data}
        headers = {
            "Authorization": self._proof(origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(push.kept.total_seconds())),
            "Urgency": "normal" if push.is_important else "low",
            "Topic": push.tag,
        }
        return self._poster.ask(
            address["endpoint"], headers, pusher.encode(orjson.dumps(message))["body"]
        )

    def _proof(self, origin: str) -> str:
        """Signed once for each service: signing takes longer than all the rest."""
        if origin not in self._proofs:
            until = int(self._clock.now().timestamp()) + _TOKEN_SECONDS
            claims = {"aud": origin, "exp": until, "sub": self._contact}
            self._proofs[origin] = self._vapid.sign(claims)["Authorization"]
        return self._proofs[origin]


def _origin(endpoint: str) -> str:
    """Scheme, host and port as RFC 6454 writes them, so that one service has one name."""
    parts = urlsplit(endpoint)
    netloc = parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")
    return f"{parts.scheme}://{netloc}"


def _judged(answered: Answered, now: datetime) -> Pushed:
    status = answered.status
    if 200 <= status < 300:
        return Pushed(str(status), is_delivered=True)
    if status in _GONE:
        return Pushed(str(status), is_gone=True)
    # What is too long, or signed by a key the subscription was not made with, stays so.
    may_again = status in _OVERLOADED or status >= 500
    return Pushed(str(status), may_again=may_again, wait=wait_of(answered.retry_after, now))
