"""Messages on a developer's machine: written to a file that only they read, never to the log."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import structlog

from backend.core.errors import Unavailable
from backend.core.ports import Message

_log = structlog.get_logger()


class ConsoleMessages:
    """Appends each message to `path` as a line of JSON and says on the console that it did."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, message: Message) -> None:
        """Write one message down."""
        line = json.dumps(asdict(message), ensure_ascii=False) + "\n"
        try:
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise Unavailable("message-not-sent") from error
        _log.info("message written", file=str(self._path))
