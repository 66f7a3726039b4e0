"""Every page of the made-up city: opened by whom it is for, looked at, weighed, pictured.

`--pictures FOLDER` keeps what it saw.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from busy_city import BusyCity, make_busy_city
from looks import IN_THE_PAGE, OF_ANSWERS, OF_COLOURS, OF_DRIVER, WHOLE
from sites import served
from traffic import Traffic

from backend.core.access import declared_access
from backend.core.actors import Role
from backend.core.db import db
from backend.demo.posts import PASSWORD, POSTS

pytestmark = pytest.mark.prove
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

CHROMIUM = "/usr/bin/chromium"
FACES = ("web.", "vote.", "demo.")
MOST_BYTES, AFTERWARDS_MS = 200_000, 1000
# A map is for whoever looks at it: what draws it, and the pieces of its ground.
OF_MAPS = re.compile(r"^(city_map-|maplibre-)|\.(mvt|pmtiles)$")
# What a machine without a graphics card says of a map, and a browser whose workers are held back.
OF_MACHINE = re.compile(f"GL Driver Message|{OF_DRIVER}")
SIZES = {320: 700, 1280: 900, 2560: 1300}
# What stands before the page itself on a phone: the demonstration's note, the name, the menu.
MOST_BEFORE_PX = 200
HAS_ARABIC = r"/\p{Script=Arabic}/u.test(document.body.innerHTML)"
# All of axe's rules where most is at stake, those of colours everywhere.
THOROUGH = ((320, "dark"), (1280, "light"))
# A4 at 96 dots an inch, as a page asks for it: upright, or across where staff work.
PAPER = {"width": 794, "height": 1123}
ACROSS = {"width": 1123, "height": 794}

# Parts of addresses and what is behind them; the longest that fits is taken.
BEHIND = {
    "<string:number>": "{most_told}",
    "/proposals/<string:number>": "/proposals/{proposal}",
    "/find": "/find?number={most_told}",
    "<string:slug>": "{vote}",
    "/problems/<string:slug>": "/problems/coordinates-swapped",
    "/elections/<string:slug>": "/elections/{past}-citywide",
    "/budget/<string:slug>/results": "/budget/{past}/results",
    "/budget/<string:slug>/projects": "/budget/{past}/projects",
    "/budget/<string:slug>/paper/<int:number>": "/budget/{past}/paper/1",
    "/projects/<string:code>": "/projects/{project}",
    "/rearrangements/new": "/rearrangements/new?kind=merge",
    "/rearrangements/<uuid:id>": "/rearrangements/00000000-0000-0000-0000-000000000000",
    "/how/<string:name>": "/how/equity",
    "/bulk/<uuid:id>": "/bulk/{bulk}",
    "/leads/<uuid:id>": "/leads/{lead}",
    "/templates/<uuid:id>": "/templates/{template}",
    "/services/<string:code>": "/services/{service}",
    "/districts/<string:code>": "/districts/{district}",
    "/start/<string:token>": "/start/{token}",
    "/stop/<string:token>": "/stop/{mail}",
    "/audits/<int:id>": "/audits/{finding}",
    "<int:number>": "1",
    "<int:at>": "1",
    "<int:id>": "1",
    "<int:version>": "1",
}
# Pages in another state, which is as good as another page.
BESIDES = {
    "/reports/<string:number>": ("/reports/{closed_number}", "/reports/00000000"),
    "/reports": ("/reports?state=all&words=lamp",),
    "/report/new": ("/report/new?lat=52.47&lon=11.5&address=Mill+Street",),
    "/desk/incidents/<string:number>": ("/desk/incidents/{closed_number}",),
    "/desk/queue": ("/desk/queue?list=outside", "/desk/queue?overdue=1&q=lamp"),
    "/desk/enter": ("/desk/enter?way=paper",),
    "/desk/budget/<string:slug>/paper/<int:number>": ("/desk/budget/{vote}/paper/1",),
    "/how/<string:name>": ("/how/ballots",),
    "/embed/reports": ("/embed/reports?show=districts",),
    "/budget/<string:slug>": ("/budget/{past}",),
    "/audit/maps": ("/audit/maps?figure=closed-without-action",),
    "/": ("/nowhere",),
}
# What is answered otherwise than with 200: what is not there, and what is not now.
ANSWERS = {
    "/reports/00000000": 404,
    "/nowhere": 404,
    "/budget/{vote}/proposals/new": 409,
    "/desk/budget/{past}/paper/1/differences": 409,
    "/desk/budget/{vote}/rearrangements/new?kind=merge": 409,
    "/desk/rearrangements/00000000-0000-0000-0000-000000000000": 404,
    "/vote/{vote}/receipt": 409,
}
# Files, a ballot's receipt that one browser alone brings along (tests/browser walks to it), and
# where only a map or a script asks.
NO_PAGE = re.compile(r"\.\w+$|^/(static|built)/|^/vote/.+/done$|^/desk/photos/|/<string:name>$")
IS_METHOD = re.compile(r"^/how/")


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, who opens it (nobody in particular, or somebody of staff), and what is answered."""

    path: str
    role: Role | None
    status: int = 200


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyCity]:
    """The city, in the time of this machine."""
    made = make_busy_city(tmp_path_factory.mktemp("pages"))
    yield made
    with made.app.app_context():
        db.engine.dispose()


def test_every_page_is_in_order(city: BusyCity, pytestconfig: pytest.Config) -> None:
    folder = pytestconfig.getoption("pictures")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        url = stack.enter_context(served(city.app))
        driver = stack.enter_context(playwright.sync_playwright())
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        stack.callback(browser.close)
        walk = Walk(url, {role: someone(browser, url, role) for role in (None, *by_role())}, folder)
        for visit in visits(city):
            walk.opens(visit)
    for path, weight in sorted(walk.weights.items(), key=lambda one: -one[1]):
        print(f"{weight:8,} {path}")
    assert not walk.faults, "\n".join(walk.faults)
    assert len(walk.weights) > 100


def visits(city: BusyCity) -> Iterator[Visit]:
    """Every page that the routes know, and some of them once more."""
    with city.app.app_context():
        for rule in sorted(city.app.url_map.iter_rules(), key=lambda one: one.rule):
            is_ours = rule.endpoint.startswith(FACES) and "GET" in (rule.methods or ())
            if not is_ours or (NO_PAGE.search(rule.rule) and not IS_METHOD.match(rule.rule)):
                continue
            access = declared_access(rule.endpoint, "GET")
            role = whose(rule.rule, access.roles if access else None)
            for pattern in (filled(rule.rule), *BESIDES.get(rule.rule, ())):
                path = pattern.format(**city.known)
                assert "<" not in path, f"say in BEHIND what is behind {rule.rule}"
                yield Visit(path, role, ANSWERS.get(pattern, 200))


def filled(rule: str) -> str:
    """An address of the rule: its longest known parts are replaced first."""
    for part in sorted(BEHIND, key=len, reverse=True):
        if "<" in part or rule.endswith(part):
            rule = rule.replace(part, BEHIND[part])
    return rule


def whose(rule: str, roles: frozenset[Role] | None) -> Role | None:
    """Who works with a page of this address most."""
    if roles is None:
        return None
    order = [Role.WARD_STAFF, Role.ANALYST, Role.ADMIN]
    if rule.startswith("/audit"):
        order = [Role.ANALYST, Role.ADMIN]
    return next(role for role in order if role in roles)


def by_role() -> dict[Role, str]:
    return {post.role: post.username for post in POSTS}


def someone(browser: Any, url: str, role: Role | None) -> Any:
    """A browser of their own, signed in where they are staff."""
    # Colours that fade into one another would be judged halfway.
    context = browser.new_context(reduced_motion="reduce", service_workers="block")
    context.set_default_timeout(30_000)
    context.add_init_script(IN_THE_PAGE)
    context.add_init_script(AXE_SCRIPT)
    if role is not None:
        page = context.new_page()
        page.goto(f"{url}/sign-in")
        page.get_by_label("User name").fill(by_role()[role])
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button").click()
        page.close()
    return context


@dataclass(slots=True)
class Walk:
    """Opens pages as whoever they are for; remembers their weight and what is wrong with them."""

    url: str
    contexts: dict[Role | None, Any]
    folder: Path | None
    faults: list[str] = field(default_factory=list)
    weights: dict[str, int] = field(default_factory=dict)

    def opens(self, visit: Visit) -> None:
        """Look at the page in every way; what is no page has no looks."""
        context = self.contexts[visit.role]
        kind = context.request.get(self.url + visit.path).headers.get("content-type", "")
        if not kind.startswith("text/html"):
            return
        page = context.new_page()
        self._hear(page, visit)
        self._weigh(page, visit)
        self._look(page, visit.path)
        page.close()

    def _hear(self, page: Any, visit: Visit) -> None:
        path = visit.path

        def hear(message: Any) -> None:
            is_answer = message.text.startswith(OF_ANSWERS) and visit.status != 200
            is_heard = not is_answer and not OF_MACHINE.search(message.text)
            if message.type in ("error", "warning") and is_heard:
                self._fault(path, message.text)

        def asked(request: Any) -> None:
            if not request.url.startswith((self.url, f"blob:{self.url}", "data:")):
                self._fault(path, f"asks {request.url}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self._fault(path, str(error)))
        page.on("request", asked)

    def _weigh(self, page: Any, visit: Visit) -> None:
        """What all that it loads weighs on the way, with nothing kept from pages before."""
        traffic = Traffic(page)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.setCacheDisabled", {"cacheDisabled": True})
        path = visit.path
        answer = page.goto(self.url + path)
        if answer.status != visit.status:
            self._fault(path, f"is answered {answer.status}")
        # Pieces of a map, and what a script asks for; some pages never end to ask.
        page.wait_for_timeout(AFTERWARDS_MS)
        loaded = [one for one in traffic.of() if not OF_MAPS.search(one.name)]
        self.weights[path] = sum(one.bytes for one in loaded)
        if self.weights[path] > MOST_BYTES:
            self._fault(path, f"weighs {self.weights[path]:,}:\n{traffic.table(loaded)}")
        if any("arabic" in one.name for one in loaded) and not page.evaluate(HAS_ARABIC):
            self._fault(path, "loads letters that it does not show")

    def _look(self, page: Any, path: str) -> None:
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for scheme in ("light", "dark"):
                page.emulate_media(media="screen", color_scheme=scheme)
                rules = WHOLE if (width, scheme) in THOROUGH else OF_COLOURS
                for one in (*page.evaluate("looks.wider()"), *findings(page, rules)):
                    self._fault(path, f"{width} {scheme}: {one}")
                self._picture(page, path, f"{width} {scheme}")
            before = page.evaluate("document.querySelector('main')?.offsetTop ?? 0")
            if before > MOST_BEFORE_PX:
                self._fault(path, f"{width}: begins {before} px down")
        page.emulate_media(media="print", color_scheme="light")
        page.set_viewport_size(ACROSS if page.locator("html.desk").count() else PAPER)
        self._picture(page, path, "print")

    def _picture(self, page: Any, path: str, look: str) -> None:
        if self.folder:
            name = path.strip("/").replace("/", "~") or "home"
            page.screenshot(path=self.folder / f"{name}, {look}.png", full_page=True)

    def _fault(self, path: str, words: str) -> None:
        self.faults.append(f"{path}: {words}")


def findings(page: Any, rules: str) -> list[str]:
    """What axe has to say."""
    run = f"axe.run({rules}).then(({{violations}}) => ({{violations}}))"
    found = AxeResults(page.evaluate(run))
    return [found.generate_report()] if found.violations_count else []
