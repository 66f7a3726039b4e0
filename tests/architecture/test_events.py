"""The tables of wiring.py hold every event and every job, and nothing that never happens."""

import ast
from importlib import import_module

from sources import calls_in, import_everything, product

from backend.core.events import Event
from backend.wiring import HANDLERS, JOBS, NIGHTLY


def name_of(event: type[Event]) -> str:
    # By name: a dataclass with slots leaves the class it was made from behind for a while.
    return f"{event.__module__}.{event.__name__}"


def test_every_event_stands_in_the_table() -> None:
    import_everything()
    assert {name_of(one) for one in Event.__subclasses__()} == set(map(name_of, HANDLERS))


def test_every_event_in_the_table_happens() -> None:
    made = {name for module in product() for _, name in calls_in(module.tree)}
    assert [event.__name__ for event in HANDLERS if event.__name__ not in made] == []


def test_every_nightly_job_has_its_handler() -> None:
    assert set(NIGHTLY) <= set(JOBS)


def test_no_job_is_left_that_nobody_does() -> None:
    left = {
        getattr(import_module(module.name), call.args[0].id)
        for module in product()
        for call, name in calls_in(module.tree)
        # The worker leaves the nightly jobs, which have a test of their own.
        if name.endswith(".enqueue") and module.name != "backend.core.worker"
        if isinstance(call.args[0], ast.Name)
    }
    assert left | set(NIGHTLY) == set(JOBS)
