"""What the tests of several faces look at."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from full_city import FullCity, fill
from worlds import copied_city


@pytest.fixture(scope="session")
def filled_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> FullCity:
    """A city with something on every page, copied for each test."""
    with copied_city(sqlite_template, tmp_path_factory.mktemp("filled"), seed=2) as world:
        return fill(world)


@pytest.fixture
def full_city(filled_template: FullCity, tmp_path: Path) -> Iterator[FullCity]:
    """A city with something on every page."""
    template = filled_template.world.data_dir / "city.sqlite3"
    with copied_city(template, tmp_path, seed=3) as world:
        yield replace(filled_template, world=world)
