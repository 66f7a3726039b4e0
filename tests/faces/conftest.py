"""What the tests of several faces look at."""

import pytest
from full_city import FullCity, fill
from worlds import World


@pytest.fixture
def full_city(sqlite_city: World) -> FullCity:
    """A city with something on every page."""
    return fill(sqlite_city)
