"""What a page asks for, as the network saw it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

CODE = ("text/javascript", "text/css")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its file, its kind, how it was compressed, and its bytes on the way."""

    name: str
    kind: str
    encoding: str
    bytes: int


class Traffic:
    """Listens to a page of Playwright's Chromium from now on; bytes count headers too."""

    def __init__(self, page: Any) -> None:
        self._begun: dict[str, dict[str, Any]] = {}
        self._bytes: dict[str, int] = {}
        network = page.context.new_cdp_session(page)
        network.on("Network.responseReceived", self._begin)
        network.on("Network.loadingFinished", self._finish)
        network.send("Network.enable")

    def of(self, *kinds: str) -> list[Answer]:
        """What came whole and is of one of these kinds; without any, all of it."""
        whole = (self._answer(one) for one in self._begun if one in self._bytes)
        return [one for one in whole if not kinds or one.kind in kinds]

    def table(self, answers: Iterable[Answer] | None = None) -> str:
        """A line for each, largest first."""
        wanted = sorted(self.of() if answers is None else answers, key=lambda one: -one.bytes)
        return "\n".join(f"{one.bytes:8,}  {one.encoding:5} {one.name}" for one in wanted)

    def _begin(self, event: dict[str, Any]) -> None:
        self._begun[event["requestId"]] = event["response"]

    def _finish(self, event: dict[str, Any]) -> None:
        self._bytes[event["requestId"]] = int(event["encodedDataLength"])

    def _answer(self, request: str) -> Answer:
        response = self._begun[request]
        headers = {name.lower(): value for name, value in response["headers"].items()}
        name = response["url"].rstrip("/").rpartition("/")[2]
        encoding = headers.get("content-encoding", "")
        return Answer(name, response["mimeType"], encoding, self._bytes[request])
