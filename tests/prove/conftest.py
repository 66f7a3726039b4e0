"""What the long proofs share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import Site, served_site


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A served city with something in it."""
    with served_site(sqlite_template, tmp_path) as served:
        yield served
