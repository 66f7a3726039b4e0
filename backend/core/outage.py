"""What is away is said once, and once when it is back, however often it was asked for meanwhile."""

from threading import Lock
from time import perf_counter

import structlog

_log = structlog.get_logger()


class Outage:
    """Whether something that the log calls `what` is away, and since when."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._since: float | None = None
        self._lock = Lock()

    def begin(self, error: Exception) -> None:
        """It did not answer; the log says so unless it does already."""
        with self._lock:
            if self._since is None:
                self._since = perf_counter()
                _log.error(f"{self._what} away", error=type(error).__name__)

    def end(self) -> None:
        """It answered."""
        with self._lock:
            if self._since is not None:
                _log.warning(f"{self._what} back", seconds=round(perf_counter() - self._since))
                self._since = None
