"""A page of a browser that tells what each step on it took."""

from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

SLOW_MS, AFTERWARDS_MS = 500, 1500
_ASKED = ("document", "fetch", "xhr")
_TILE = ".mvt"


class ClockedPage:
    """Prints a line for each step; `slow` are the addresses that took the server long."""

    def __init__(self, page: Any, url: str, slow: dict[str, float]) -> None:
        self.page, self.url, self.slow = page, url, slow
        self._finished: list[Any] = []
        page.set_default_timeout(120_000)
        page.on("requestfinished", lambda request: self._finished.append(request))

    def opens(self, label: str, path: str) -> None:
        """Go to an address; raises `AssertionError` where no page is."""
        self.does(label, lambda: self._goes_to(path))

    def does(self, label: str, act: Callable[[], object]) -> None:
        """Do something, until what it leads to is there."""
        self._finished.clear()
        began = perf_counter()
        act()
        self.page.wait_for_load_state("load")
        waited = 1000 * (perf_counter() - began)
        # What a page asks for by itself, such as tiles; some pages never end to ask.
        self.page.wait_for_timeout(AFTERWARDS_MS)
        self._print(label, waited)

    def fetches(self, label: str, path: str) -> None:
        """Ask for a file."""
        self.does(
            label, lambda: self.page.evaluate("path => fetch(path).then(one => one.blob())", path)
        )

    def _goes_to(self, path: str) -> None:
        answer = self.page.goto(self.url + path)
        if answer is not None and not answer.ok:
            raise AssertionError(f"{path} was answered {answer.status}")

    def _print(self, label: str, waited: float) -> None:
        times, tiles, sizes = dict[str, float](), list[float](), 0
        for request in self._finished:
            # What the browser kept has none.
            sizes += max(request.sizes()["responseBodySize"], 0)
            address = urlsplit(request.url)
            took = request.timing["responseStart"] - request.timing["requestStart"]
            if address.path.endswith(_TILE):
                tiles.append(took)
            elif request.resource_type in _ASKED:
                times[f"{request.method} {address.path}"] = took
        answers = ", ".join(
            f"{name} {took:.0f} ms" for name, took in times.items() if took > SLOW_MS
        )
        self.slow |= {name: took for name, took in times.items() if took > SLOW_MS}
        line = f"  {label:<44}server {sum(times.values()):7.0f} ms   there {waited:7.0f} ms"
        line += f"   {sizes / 1000:6.1f} kB"
        if tiles:
            line += f"   {len(tiles)} tiles, {max(tiles):.0f} ms at most"
        print(line + (f"   ! {answers}" if answers else ""), flush=True)
