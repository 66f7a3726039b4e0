"""A picture that a provider of text messages holds for the city, fetched from its hosts alone."""

import base64
from urllib.parse import urljoin, urlsplit

from backend.adapters.guarded_post import GuardedPoster, Unposted

ANYWHERE = ("0.0.0.0/0", "::/0")
"""Networks for the poster: which hosts are asked the city has said itself, its own gateway too."""
_MOST_STEPS = 3
_MOVED = frozenset({301, 302, 303, 307, 308})
# What may be otherwise in a while: not here yet, too many at once, or a server in trouble.
_PASSING = frozenset({404, 408, 425, 429})


class NotFetched(Exception):
    """It was not had; `is_final` where asking again would not change that."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final


class ProviderMedia:
    """Fetches files from `hosts`, of which only the first ever sees the `login` (`user:word`).

    A host may have a port, and has that of its scheme otherwise. Providers lead from the address
    they tell to where the file lies: that is followed a few times, and only to `hosts`.
    """

    def __init__(
        self, poster: GuardedPoster, hosts: tuple[str, ...], login: str, *, most: int
    ) -> None:
        self._poster = poster
        self._hosts = hosts
        self._login = login
        self._most = most

    def fetch(self, url: str) -> bytes:
        """The whole file; raises `NotFetched` where it is too long, too slow or elsewhere."""
        for _step in range(_MOST_STEPS):
            host = self._known_host(url)
            try:
                answered = self._poster.fetch(url, self._headers(host), self._most + 1)
            except Unposted as error:
                is_final = error.reason.startswith("address-")
                raise NotFetched(error.reason, is_final=is_final) from error
            if answered.status not in _MOVED:
                return self._whole(answered.status, answered.body)
            url = urljoin(url, answered.location)
        raise NotFetched("led-too-far", is_final=True)

    def _known_host(self, url: str) -> str:
        try:
            host = urlsplit(url).netloc.lower()
        except ValueError:
            host = ""
        if host not in self._hosts:
            raise NotFetched("host-not-named", is_final=True)
        return host

    def _headers(self, host: str) -> dict[str, str]:
        headers = {"Accept": "image/*", "User-Agent": "Evenward-Media/1"}
        if self._login and host == self._hosts[0]:
            word = base64.b64encode(self._login.encode()).decode()
            headers["Authorization"] = f"Basic {word}"
        return headers

    def _whole(self, status: int, body: bytes) -> bytes:
        if status != 200:
            is_passing = status in _PASSING or status >= 500
            raise NotFetched(f"status-{status}", is_final=not is_passing)
        if not 0 < len(body) <= self._most:
            raise NotFetched("size-not-taken", is_final=True)
        return body
