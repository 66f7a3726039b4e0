from collections.abc import Callable
from pathlib import Path

import pytest

from geo.geojson import Feature, read_features

SHARED = Path(__file__).parents[4] / "shared" / "data" / "geo"


@pytest.fixture(scope="session")
def real_areas() -> Callable[[str], tuple[Feature, ...]]:
    """Reads one of the real files of areas by its name, or skips."""

    def read(name: str) -> tuple[Feature, ...]:
        if not SHARED.is_dir():
            pytest.skip("the real areas in ../shared/data/geo are not here")
        return read_features((SHARED / f"{name}.geojson").read_bytes())

    return read
