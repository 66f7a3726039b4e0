"""Two made-up towns, built once for all tests here."""

import pytest

from backend.demo.town import Town, build_town


@pytest.fixture(scope="session")
def towns() -> dict[int, Town]:
    """Towns by seed."""
    return {seed: build_town(seed) for seed in (1, 7)}
