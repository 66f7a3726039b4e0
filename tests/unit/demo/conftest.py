"""Made-up towns, each built once for all tests here."""

from collections.abc import Callable
from functools import cache

import pytest

from backend.demo.town import Town, build_town


@pytest.fixture(scope="session")
def town_of() -> Callable[[int], Town]:
    """The town of a seed."""
    return cache(build_town)
