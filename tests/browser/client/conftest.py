"""A phone with the client on it: small, touched, and in a city whose clock stands still."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
from flask import Response
from sites import Site
from worlds import NOON

# The smallest phone that is looked after.
SMALL = {
    "viewport": {"width": 360, "height": 780},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
    # A browser that is given none allows what harms nobody, as `background-sync`.
    "permissions": [],
}
PhoneMaker = Callable[..., Any]


@pytest.fixture(autouse=True)
def _is_built() -> None:
    if not files("mobile_api").joinpath("client", "index.html").is_file():
        pytest.skip("the phone client is not built: npm run build --workspace mobile-api/client")


@pytest.fixture
def new_phone(chromium: Any, site: Site) -> Iterator[PhoneMaker]:
    """Makes a phone that nobody has used; what it is given goes to Playwright's `new_context`.

    Its pages have the city's clock, which the city's answers tell too. Its worker has the
    machine's, so it is not woken by itself unless a test permits `background-sync`.
    """
    opened = []

    def dated(response: Response) -> Response:
        response.date = site.world.clock.now()
        return response

    site.world.app.after_request_funcs.setdefault(None, []).append(dated)

    def make(**given: Any) -> Any:
        context = chromium.new_context(base_url=site.url, **SMALL | given)
        context.set_default_timeout(15_000)
        context.clock.install(time=NOON)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def phone(new_phone: PhoneMaker) -> Any:
    """A page on such a phone."""
    return new_phone().new_page()
