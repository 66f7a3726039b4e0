"""Looking at a screen as people with other eyes, hands and scripts do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from sources import ROOT

ROUTE = re.compile(r'^  \["(/[^"]*)", \(\) =>', re.MULTILINE)
# What an answer other than 200, or none, leaves in the console by itself.
OF_ANSWERS = "Failed to load resource"
OF_DRIVER = "Service Worker registration blocked by Playwright"
HEIGHT = 780
WHOLE = "{resultTypes: ['violations']}"
OF_COLOURS = "{resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block']}"
IN_THE_PAGE = (ROOT / "tests" / "looks.js").read_text(encoding="utf-8")


def routes() -> list[str]:
    """Every address under /app, as the client's table has them."""
    table = ROOT / "mobile-api" / "client" / "src" / "routes.ts"
    return ROUTE.findall(table.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a screen; `rules` are axe's, or none."""

    name: str
    width: int = 360
    scheme: str = "light"
    size: str = "1"
    direction: str = "ltr"
    rules: str | None = None
    is_pictured: bool = True


@dataclass(slots=True)
class Eyes:
    """Looks at screens, keeps pictures of them where a folder is given, remembers what is wrong."""

    looks: Sequence[Look]
    folder: Path | None = None
    by_keyboard: bool = False
    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    pictures: int = 0

    def watch(self, context: Any, *hosts: str, forgives: bool = False) -> Any:
        """A page of `context` whose every complaint is heard; no other host is asked for anything.

        `forgives` answers that do not come, or say no, where that is what is looked at.
        """
        context.set_default_timeout(15_000)
        context.add_init_script(IN_THE_PAGE)
        context.add_init_script(AXE_SCRIPT)
        page = context.new_page()

        def hear(message: Any) -> None:
            is_answer = message.text.startswith(OF_ANSWERS)
            is_heard = not (forgives and is_answer) and message.text != OF_DRIVER
            if message.type in ("error", "warning") and is_heard:
                self.faults.append(f"{page.url}: {message.text} {message.location['url']}")

        def asked(request: Any) -> None:
            if not request.url.startswith((*hosts, "blob:", "data:")):
                self.faults.append(f"{page.url}: asks {request.url}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        context.on("request", asked)
        return page

    def goes_to(self, path: str) -> None:
        """Remember that this address under /app was shown."""
        self.seen.update(one for one in routes() if _fits(one, path.partition("?")[0]))

    def look(self, page: Any, name: str) -> None:
        """All looks at what is shown now, once it is whole."""
        page.get_by_text("One moment …").first.wait_for(state="hidden")
        path = page.evaluate("location.pathname").removeprefix("/app").rstrip("/") or "/"
        self.goes_to(path)
        self.pictures += 1
        for look in self.looks:
            page.emulate_media(color_scheme=look.scheme)
            page.set_viewport_size({"width": look.width, "height": HEIGHT})
            page.evaluate(f"looks.wear('{look.size}', '{look.direction}')")
            said = page.evaluate("[...looks.wider(), ...looks.small(), ...looks.moving()]") + _axe(
                page, look.rules
            )
            self.faults += [f"{path} ({name}, {look.name}): {one}" for one in said]
            if self.folder and look.is_pictured:
                file = self.folder / f"{self.pictures:02} {name}, {look.name}.png"
                page.screenshot(path=file, full_page=True)
        page.evaluate("looks.wear('1', 'ltr')")
        page.set_viewport_size({"width": self.looks[0].width, "height": HEIGHT})
        if self.by_keyboard:
            self.faults += [f"{path} ({name}): {one}" for one in _tabbed(page)]


def _axe(page: Any, rules: str | None) -> list[str]:
    if rules is None:
        return []
    run = f"axe.run({rules}).then(({{violations}}) => ({{violations}}))"
    found = AxeResults(page.evaluate(run))
    return [found.generate_report()] if found.violations_count else []


def _tabbed(page: Any) -> list[str]:
    """What Tab does not come to, or comes to without showing where it is."""
    wanted = page.evaluate("looks.reachable()")
    found: set[int] = set()
    unseen: set[str] = set()
    # A field for a time is four stops.
    for _ in range(wanted * 4):
        page.keyboard.press("Tab")
        focused = page.evaluate("looks.focused()")
        if focused is None:
            break
        number, is_shown, what = focused
        found.add(number)
        if not is_shown:
            unseen.add(f"the focus is not seen on {what}")
    missed = [f"Tab comes to {len(found)} of {wanted}"] if len(found) < wanted else []
    return [*unseen, *missed]


def _fits(pattern: str, path: str) -> bool:
    return re.fullmatch(re.sub(r":\w+", "[^/]+", pattern), path) is not None
