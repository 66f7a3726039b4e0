"""What the run needs before the first test; the fixtures are in `cities`."""

import gc
import os
from pathlib import Path
from typing import Any

import pytest
from postgres import memory_folder

SHARED = Path(__file__).parent.parent.parent / "shared"


def pytest_configure(config: pytest.Config) -> None:
    """Bring the fixtures where tests run: the process that hands tests out imports nothing."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        config.pluginmanager.import_plugin("cities")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to keep what somebody wants to look at."""
    parser.addoption(
        "--pictures", type=Path, metavar="FOLDER", help="keep pictures of every screen there"
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out files whole, and those that read all of the product's source together."""
    from xdist.scheduler import LoadScopeScheduling

    class ByWhatIsShared(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            is_of_source = nodeid.startswith("tests/architecture/")
            return "tests/architecture" if is_of_source else nodeid.partition("::")[0]

    return ByWhatIsShared(config, log)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Load nothing for the proofs where they are not asked for."""
    is_left_out = "not prove" in config.option.markexpr
    return True if is_left_out and collection_path.name == "prove" else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, saying why; leave second looks to `make slow`."""
    for item in items:
        # Most of what is asked of a database both answer alike: the second answer can come later.
        if item.get_closest_marker("postgis") and not item.get_closest_marker("both"):
            item.add_marker(pytest.mark.slow)
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(
                pytest.mark.skip(reason="the folder of real data is not beside this one")
            )


def pytest_collection_finish() -> None:
    """Leave what was imported out of every search for garbage, and search less often."""
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)
    gc.enable()


# As the program itself has it (backend/__main__.py).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Until everything is imported there is next to nothing to find.
gc.disable()

# Where pytest makes its folders, and in them the cities' databases.
if folder := memory_folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
