"""Waiting for what a page knows only after a while."""

from typing import Any


def until(page: Any, script: str, arg: Any = None) -> None:
    """Ask an asynchronous script until it says yes; fails after a minute or so.

    Playwright's own `wait_for_function` takes the script's promise for a yes.
    """
    for _ in range(3000):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"It never came so far: {script}")
