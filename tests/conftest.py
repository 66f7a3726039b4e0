"""What the run needs before the first test; the fixtures are in `cities`."""

import gc
import os
from pathlib import Path

import pytest
from postgres import memory_folder

SHARED = Path(__file__).parent.parent.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixtures where tests run: the process that hands tests out imports nothing."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.import_plugin("cities")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, saying why."""
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(
                pytest.mark.skip(reason="the folder of real data is not beside this one")
            )


def pytest_collection_finish() -> None:
    """Leave what was imported out of every search for garbage, and search less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


# Where pytest makes its folders, and in them the cities' databases.
if folder := memory_folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
