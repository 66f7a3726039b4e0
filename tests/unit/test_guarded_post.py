"""Posting where somebody else says: never inside the house, never for long, never on and on."""

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from receivers import drip, flood, misbehaving, receiving, say_nothing

from backend.adapters.guarded_post import GuardedPoster, Unposted, is_open

LOOPBACK = ("127.0.0.0/8", "::1/128")


def poster(seconds: float = 5.0) -> GuardedPoster:
    return GuardedPoster(LOOPBACK, is_plain_allowed=True, seconds=seconds)


def reason(post: GuardedPoster, url: str) -> str:
    with pytest.raises(Unposted) as refusal:
        post.post(url, {}, b"{}")
    return refusal.value.reason


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_what_only_we_can_reach_is_closed(address: str) -> None:
    assert not is_open(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_what_anybody_can_reach_is_open(address: str) -> None:
    assert is_open(address)


def test_a_network_that_is_named_is_open_and_no_other() -> None:
    networks = ("10.1.0.0/16", "fd00:1::/32")
    assert is_open("10.1.2.3", networks)
    assert is_open("::ffff:10.1.2.3", networks)
    assert is_open("fd00:1::5", networks)
    assert not is_open("10.2.0.1", networks)
    assert not is_open("fd00:2::5", networks)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://localhost/", "address-private"),
        ("https://127.0.0.1/", "address-private"),
        ("https://2130706433/", "address-private"),
        ("https://0x7f.1/", "address-private"),
        ("https://[::ffff:7f00:1]/", "address-private"),
        ("http://93.184.216.34/", "address-not-https"),
        ("ftp://93.184.216.34/", "address-not-https"),
        ("https://user:word@93.184.216.34/", "address-not-valid"),
        ("https://93.184.216.34/#part", "address-not-valid"),
        ("https://93.184.216.34/a b", "address-not-valid"),
        ("https://93.184.216.34/\r\nX: y", "address-not-valid"),
        ("https://93.184.216.34:0/", "address-not-valid"),
        ("https://93.184.216.34:99999/", "address-not-valid"),
        ("https://", "address-not-valid"),
        ("https://[::1", "address-not-valid"),
        ("https://no-such-host.invalid/", "host-unknown"),
    ],
)
def test_an_address_is_refused_before_anything_is_sent(url: str, why: str) -> None:
    assert reason(GuardedPoster(), url) == why


def test_a_name_is_asked_for_once_and_the_checked_address_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name server that says something else the second time leads nowhere."""
    asked: list[object] = []

    def resolve(host: object, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    with receiving() as receiver:
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        url = f"http://city-office.example:{receiver.port}/hook"
        # Connecting to an address asks too, but for that address and no name.
        monkeypatch.setattr(socket, "create_connection", connect_without_asking)
        assert poster().post(url, {}, b"{}") == 204
    assert asked == ["city-office.example"]
    assert receiver.got[0][0]["host"] == f"city-office.example:{receiver.port}"


def connect_without_asking(address: tuple[str, int], timeout: float) -> socket.socket:
    connection = socket.socket()
    connection.settimeout(timeout)
    connection.connect(address)
    return connection


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["93.184.216.34", "192.168.0.1"]
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    assert reason(GuardedPoster(), "https://mixed.example/") == "address-private"


def test_a_name_with_many_silent_addresses_takes_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def time_out(address: tuple[str, int], _timeout: float) -> socket.socket:
        asked.append(address)
        time.sleep(0.03)
        raise TimeoutError

    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", 443)) for n in range(1, 90)
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(socket, "create_connection", time_out)
    assert reason(poster(0.05), "https://silent.example/") == "no-answer"
    assert len(asked) < 20


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with receiving() as inner, receiving() as outer:
        outer.statuses, outer.answer_headers = [307], {"Location": inner.url}
        assert poster().post(outer.url, {}, b"{}") == 307
        assert inner.got == []


@pytest.mark.parametrize("behave", [say_nothing, drip])
def test_a_slow_answer_is_cut_off(behave: Callable[[socket.socket], None]) -> None:
    with misbehaving(behave) as port:
        began = time.monotonic()
        assert reason(poster(0.3), f"http://127.0.0.1:{port}/") == "no-answer"
        assert time.monotonic() - began < 3


def test_an_endless_answer_is_not_read() -> None:
    with misbehaving(flood) as port:
        assert poster().post(f"http://127.0.0.1:{port}/", {}, b"{}") == 200


def test_a_machine_s_proxy_and_login_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine localhost login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with receiving() as proxy, receiving() as receiver:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        assert poster().post(receiver.url, {"X-Own": "kept"}, b"{}") == 204
    assert proxy.got == []
    headers, body = receiver.got[0]
    assert "authorization" not in headers
    assert (headers[":path"], headers["x-own"], body) == ("/hook?of=tests", "kept", b"{}")
