"""Asking an address that somebody else named, without being led where only we can go.

Against server-side request forgery (CWE-918) the name is resolved once, every address it has is
checked, and the connection goes to a checked one; TLS still proves the name. No redirect is
followed, no proxy or login of the machine is used, and of the answer no more is read than asked.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException, IncompleteRead
from threading import Timer
from urllib.parse import SplitResult, urlsplit

_PORTS = {"https": 443, "http": 80}
_CONNECT_SECONDS = 3.0
# RFC 6052: packets to it end up at the IPv4 address in its last 32 bits.
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Unposted(Exception):
    """Nothing was posted, or nobody answered; `reason` is a slug for lists of failures."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server answered: `body` is no more of it than was asked for."""

    status: int
    retry_after: str | None
    body: bytes
    location: str = ""


class GuardedPoster:
    """Posts to public addresses, and to those of `networks` besides; fetches from them too.

    `seconds` is all the time one of these may take once the name is resolved.
    """

    def __init__(
        self, networks: Sequence[str] = (), *, is_plain_allowed: bool = False, seconds: float = 8.0
    ) -> None:
        self._networks = networks
        self._is_plain_allowed = is_plain_allowed
        self._seconds = seconds

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Post `body` and return the status of the answer; raises `Unposted`."""
        return self.ask(url, headers, body).status

    def exchange(
        self, url: str, headers: Mapping[str, str], body: bytes, most: int
    ) -> tuple[int, bytes]:
        """The same, and of what is answered besides the first bytes, `most` at most."""
        answered = self.ask(url, headers, body, most)
        return answered.status, answered.body

    def ask(self, url: str, headers: Mapping[str, str], body: bytes, most: int = 0) -> Answered:
        """The same, with when the server wants to be asked again."""
        return self._say("POST", url, headers, body, most)

    def fetch(self, url: str, headers: Mapping[str, str], most: int) -> Answered:
        """Fetch what lies at `url`, `most` bytes at most, and where else it is said to lie.

        Nobody is led there: the caller looks at it first. Raises `Unposted`.
        """
        return self._say("GET", url, headers, None, most)

    def check(self, url: str) -> None:
        """Raise `Unposted` where nothing would be posted to `url` now."""
        self._checked_addresses(self._checked_parts(url))

    def _say(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, most: int
    ) -> Answered:
        parts = self._checked_parts(url)
        addresses = self._checked_addresses(parts)
        context = self._context if parts.scheme == "https" else None
        connection = _PinnedConnection(parts, addresses, context, self._seconds)
        watch = Timer(self._seconds, connection.cut)
        watch.daemon = True
        watch.start()
        target = parts._replace(scheme="", netloc="").geturl() or "/"
        try:
            connection.request(method, target, body, {"Host": parts.netloc, **headers})
            with connection.getresponse() as answer:
                words = answer.read(most) if most else b""
                # Where the answer ends early, the library takes it for whole.
                connection.check_uncut()
                if method == "GET" and answer.length and len(words) < most:
                    raise IncompleteRead(words)
                known = answer.headers
                return Answered(
                    answer.status, known.get("Retry-After"), words, known.get("Location", "")
                )
        except (OSError, HTTPException, ValueError) as error:
            is_proof = isinstance(error, ssl.SSLCertVerificationError)
            raise Unposted("certificate-not-valid" if is_proof else "no-answer") from error
        finally:
            watch.cancel()
            connection.close()

    @cached_property
    def _context(self) -> ssl.SSLContext:
        # Reading the machine's certificates takes longer than a post.
        return ssl.create_default_context()

    def _checked_parts(self, url: str) -> SplitResult:
        try:
            parts = urlsplit(url)
            is_fit = bool(parts.hostname) and parts.port != 0 and parts.username is None
        except ValueError:
            is_fit = False
        # Without blanks and line ends, which a parser might drop and a server might read.
        if not is_fit or not all("!" <= character <= "~" for character in url) or "#" in url:
            raise Unposted("address-not-valid")
        if parts.scheme != "https" and not (parts.scheme == "http" and self._is_plain_allowed):
            raise Unposted("address-not-https")
        return parts

    def _checked_addresses(self, parts: SplitResult) -> list[str]:
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unposted("host-unknown") from error
        addresses = list(dict.fromkeys(str(item[4][0]) for item in found))
        for address in addresses:
            if not is_open(address, self._networks):
                raise Unposted("address-private")
        return addresses


def is_open(address: str, networks: Sequence[str] = ()) -> bool:
    """Whether anybody on the Internet can reach `address`, or one of `networks` holds it."""
    outer = ipaddress.ip_address(address.partition("%")[0])
    inner = _carried_ipv4(outer) or outer
    if any(inner in ipaddress.ip_network(network) for network in networks):
        return True
    is_old_private = isinstance(inner, ipaddress.IPv6Address) and inner.is_site_local
    is_special = inner.is_multicast or inner.is_reserved or is_old_private
    return inner.is_global and not is_special


def _carried_ipv4(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """The IPv4 address that packets to an IPv6 address end up at, where there is one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


class _PinnedConnection(HTTPConnection):
    """A connection in the name of a host to one of the addresses that were checked."""

    def __init__(
        self,
        parts: SplitResult,
        addresses: Sequence[str],
        context: ssl.SSLContext | None,
        seconds: float,
    ) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=seconds)
        self._addresses = addresses
        self._tls = context
        self._is_cut = False

    def connect(self) -> None:
        """Connect to the first address that takes us."""
        self._take(self._connected())
        if self._tls is not None:
            secured = self._tls.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self._take(secured)
            secured.do_handshake()

    def cut(self) -> None:
        """End the connection under whoever waits for it: a timeout of each read alone would let an
        answer of one byte a second last for ever."""
        self._is_cut = True
        taken = self.sock
        if taken is not None:
            # It may be gone already, or be becoming another: then `_take` looks again.
            with suppress(OSError):
                socket.socket.shutdown(taken, socket.SHUT_RDWR)

    def check_uncut(self) -> None:
        """Raise `TimeoutError` once the time is over."""
        if self._is_cut:
            raise TimeoutError

    def _connected(self) -> socket.socket:
        failure = OSError("no address")
        for address in self._addresses:
            # A name may have any number of addresses at which nobody answers.
            self.check_uncut()
            try:
                return socket.create_connection((address, self.port), _CONNECT_SECONDS)
            except OSError as error:
                failure = error
        raise failure

    def _take(self, connected: socket.socket) -> None:
        connected.settimeout(self.timeout)
        self.sock = connected
        self.check_uncut()
