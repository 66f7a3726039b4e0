"""A file a provider holds is fetched from the hosts the city named, and from nowhere else."""

import base64

import pytest
from media_host import Held, MediaHost, holding
from receivers import drip, flood, misbehaving

from backend.adapters.guarded_post import GuardedPoster
from backend.adapters.provider_media import ANYWHERE, NotFetched, ProviderMedia

LOGIN = "AC1:secret"
MOST = 1_000


def media(*hosts: MediaHost | str, seconds: float = 5.0, login: str = LOGIN) -> ProviderMedia:
    poster = GuardedPoster(ANYWHERE, is_plain_allowed=True, seconds=seconds)
    names = tuple(one if isinstance(one, str) else one.name for one in hosts)
    return ProviderMedia(poster, names, login, most=MOST)


def refused(fetcher: ProviderMedia, url: str) -> tuple[str, bool]:
    with pytest.raises(NotFetched) as refusal:
        fetcher.fetch(url)
    return refusal.value.reason, refusal.value.is_final


def test_it_is_followed_to_where_it_lies_and_only_the_first_host_sees_the_login() -> None:
    with holding(lies=Held(b"a picture")) as other, holding() as first:
        first.files["/told"] = Held(status=307, location=other.url("/lies"))
        assert media(first, other).fetch(first.url("/told")) == b"a picture"
        proof = "Basic " + base64.b64encode(LOGIN.encode()).decode()
        assert first.asked == [("/told", proof)]
        assert other.asked == [("/lies", "")]
        assert media(first, other, login="").fetch(other.url("/lies")) == b"a picture"
        assert first.asked == [("/told", proof)]


def test_it_is_led_to_no_host_that_nobody_named() -> None:
    with holding(lies=Held(b"inside")) as inside, holding() as first:
        first.files["/told"] = Held(status=302, location=inside.url("/lies"))
        for url in (first.url("/told"), inside.url("/lies"), "file:///etc/passwd", "http://[x"):
            assert refused(media(first), url) == ("host-not-named", True)
        assert inside.asked == []
        first.files["/round"] = Held(status=301, location="/round")
        assert refused(media(first), first.url("/round")) == ("led-too-far", True)
        assert len(first.asked) == 4


def test_an_address_with_a_name_before_the_host_is_not_that_host() -> None:
    with holding(lies=Held(b"inside")) as first:
        url = f"http://user:word@{first.name}/lies"
        assert refused(media(first), url) == ("host-not-named", True)


@pytest.mark.parametrize(
    ("held", "why", "is_final"),
    [
        (Held(b"x" * (MOST + 1)), "size-not-taken", True),
        (Held(b""), "size-not-taken", True),
        (Held(b"half", promised=100), "no-answer", False),
        (Held(status=404), "status-404", False),
        (Held(status=503), "status-503", False),
        (Held(status=401), "status-401", True),
    ],
)
def test_what_cannot_be_had_is_given_up_or_tried_again(
    held: Held, why: str, *, is_final: bool
) -> None:
    with holding(lies=held) as host:
        assert refused(media(host), host.url("/lies")) == (why, is_final)


def test_as_much_as_is_taken_is_taken() -> None:
    with holding(lies=Held(b"x" * MOST)) as host:
        assert media(host).fetch(host.url("/lies")) == b"x" * MOST


def test_a_host_that_never_ends_is_left() -> None:
    with misbehaving(drip) as slow, misbehaving(flood) as endless:
        slowly, endlessly = f"127.0.0.1:{slow}", f"127.0.0.1:{endless}"
        found = refused(media(slowly, seconds=0.3), f"http://{slowly}/x")
        assert found == ("no-answer", False)
        assert refused(media(endlessly), f"http://{endlessly}/x") == ("size-not-taken", True)


def test_without_encryption_nothing_is_asked_in_production() -> None:
    with holding(lies=Held(b"plain")) as host:
        strict = ProviderMedia(GuardedPoster(ANYWHERE), (host.name,), LOGIN, most=MOST)
        assert refused(strict, host.url("/lies")) == ("address-not-https", True)
        assert host.asked == []
