"""Every screen of the phone client in every state: looked at, and pictured where that is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from looks import HEIGHT, OF_COLOURS, WHOLE, Eyes, Look, routes
from pictures import encoded, scene, with_secrets
from playwright.sync_api import expect
from reporting import READY
from sites import served
from worlds import FIELD_KEY

from backend.app import create_app
from backend.ballots.cycle.models import Cycle, CyclePhase
from backend.cli.demo import make_up_city
from backend.core.config import Settings
from backend.core.db import current_session, db
from backend.demo.visitors import VisitorCodes, read_codes
from backend.places.draw_basemap import draw_basemap
from backend.reports.models import Incident, ServiceRequest
from backend.reports.workflow import State

# As most see it, and everything that can go wrong at once.
QUICK = (
    Look("light", rules=WHOLE),
    Look("all at once", 320, "dark", "2", "rtl", OF_COLOURS, is_pictured=False),
)
THOROUGH = (
    Look("light", rules=WHOLE),
    Look("dark", scheme="dark", rules=WHOLE),
    Look("large", size="2", rules=WHOLE),
    Look("narrow and large", width=320, size="2", rules=WHOLE),
    Look("from the right", direction="rtl", rules=WHOLE),
    Look("narrow, from the right", width=320, direction="rtl"),
)
LAST_YEAR = "town-budget-2025"
# From now to the middle of this year's ideas, in days.
TO_THE_IDEAS = 107
HERE = {"latitude": 52.4702, "longitude": 11.5043, "accuracy": 12}
PHOTO = {
    "name": "photo.jpg",
    "mimeType": "image/jpeg",
    "buffer": encoded(scene(1300, 900), **with_secrets()),
}


@dataclass(frozen=True, slots=True)
class Town:
    """The made-up city: where it is served, and what is in it."""

    app: Flask
    url: str
    letters: VisitorCodes
    open_number: str
    closed_number: str


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The made-up city with its ground drawn, in the time of this machine."""
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("screens"),
        secret_keys=("secret",),
        field_keys=(FIELD_KEY,),
        hash_key="hash",
        report_limit="1000 per minute",
        device_limit="1000 per minute",
        device_report_limit="1000 per minute",
        vote_limit="1000 per minute",
    )
    make_up_city(settings, 1)
    letters = read_codes(settings.data_dir)
    assert letters is not None
    app = create_app(settings)
    with app.app_context():
        draw_basemap(current_session(), settings.data_dir)
        numbers = [_a_number(state) for state in (State.TRIAGED, State.RESOLVED)]
        db.session.remove()
    with served(app) as url:
        yield Town(app, url, letters, *numbers)
    with app.app_context():
        db.engine.dispose()


def _a_number(state: State) -> str:
    of_state = sa.select(ServiceRequest.number).join(Incident).where(Incident.state == state)
    newest = of_state.order_by(ServiceRequest.received_at.desc())
    return current_session().scalars(newest.limit(1)).one()


@contextmanager
def while_ideas_are_collected(town: Town) -> Iterator[None]:
    """This year's calendar, moved so that anybody can propose now."""

    def move(days: int, settled_at: datetime | None) -> None:
        with town.app.app_context():
            session = current_session()
            cycle = session.scalars(sa.select(Cycle).filter_by(slug=town.letters.slug)).one()
            cycle.settled_at = settled_at
            for phase in session.scalars(sa.select(CyclePhase).filter_by(cycle_id=cycle.id)):
                phase.starts_at += timedelta(days=days)
                phase.ends_at += timedelta(days=days)
            session.commit()
            db.session.remove()

    move(TO_THE_IDEAS, None)
    yield
    move(-TO_THE_IDEAS, datetime.now(UTC))


class Phone:
    """A phone nobody has used, in somebody's hand."""

    def __init__(self, page: Any, url: str, eyes: Eyes, town: Town) -> None:
        self.page, self.url, self.eyes, self.town = page, url, eyes, town

    def goes(self, path: str, name: str = "") -> None:
        """Open an address, and look at it where what it shows has a `name`."""
        names = {"vote": self.town.letters.slug, "past": LAST_YEAR}
        self.eyes.goes_to(path.format(**names))
        self.page.goto(f"{self.url}/app{path.format(**names)}")
        if name:
            self.page.get_by_role("heading", level=1).wait_for()
            self.looks(name)

    def sees(self, title: str, name: str = "") -> None:
        """Look at the screen of this title, in a state with a `name`."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        self.looks(f"{title}, {name}" if name else title)

    def looks(self, name: str) -> None:
        self.eyes.look(self.page, name)

    def finds(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible()

    def taps(self, role: str, name: str) -> None:
        self.page.get_by_role(role, name=name).first.click()

    def writes(self, label: str, words: str) -> None:
        self.page.get_by_label(label).first.fill(words)

    def loses_its_network(self) -> None:
        self.page.evaluate(READY)
        self.page.context.set_offline(True)


def walks_where_nothing_is(phone: Phone) -> None:
    phone.goes("/", "home")
    phone.goes("/nowhere", "no such address")
    phone.goes("/waiting", "waiting, empty")
    phone.goes("/reports", "reports, empty")
    phone.goes("/proposals/mine", "own proposals, empty")
    phone.goes("/budgets/{vote}/compare", "compare, empty")
    phone.goes("/reports/00000000", "no such report")
    phone.goes("/more", "more")
    phone.goes("/more/language", "language")
    phone.goes("/more/size", "text size")
    phone.goes("/more/about", "about")
    phone.goes("/more/privacy", "privacy")
    phone.goes("/more/notices", "notices")
    phone.goes("/more/account", "account, none")
    phone.goes("/more/account/data", "own data, none")
    phone.goes("/more/account/forget", "forget")
    phone.goes("/more/account/code", "code, none asked for")
    phone.goes("/more/account/sign-in", "sign in")
    phone.taps("button", "Send me a code")
    phone.looks("sign in, no address")
    phone.writes("Your e-mail address or phone number", "quillfeather@lanterns.example")
    phone.taps("button", "Send me a code")
    phone.sees("Type the code")
    phone.writes("The code of 6 digits", "000000")
    phone.taps("button", "Sign in")
    phone.page.get_by_role("alert").wait_for()
    phone.looks("code, wrong")


def reports(phone: Phone) -> None:
    phone.goes("/report")
    phone.sees("What is it?")
    phone.taps("button", "Next")
    phone.sees("What is it?", "nothing said")
    phone.writes("What did you see?", "A deep pothole, and a wire hangs out beside it")
    phone.page.get_by_label("From this phone").set_input_files(PHOTO)
    phone.page.get_by_role("img", name="Photo 1").wait_for()
    phone.sees("What is it?", "said")
    phone.taps("link", "Cover something in photo 1")
    phone.taps("button", "Add a box")
    phone.sees("Cover faces and plates")
    phone.taps("button", "Done")
    phone.taps("radio", "Pothole")
    phone.taps("button", "It is something else")
    phone.sees("What is it?", "all kinds")
    phone.taps("button", "Next")
    phone.finds("to within 12 metres")
    phone.sees("Where is it?")
    phone.writes("Address", "mill")
    phone.page.locator(".pick").first.wait_for()
    phone.sees("Where is it?", "searched")
    phone.taps("button", "Show it on a map")
    phone.page.locator(".leaflet-tile-loaded").first.wait_for()
    phone.sees("Where is it?", "map")
    phone.writes("Address", "")
    phone.taps("button", "Next")
    phone.page.get_by_role("heading", name="Where is it?").wait_for(state="detached")
    while (title := phone.page.get_by_role("heading", level=1).inner_text()) != "Check and send":
        phone.looks(title)
        if title == "A little more about it":
            phone.page.get_by_role("radio").first.check()
            phone.taps("button", "Next")
        else:
            phone.taps("button", "No, mine is something else")
        phone.page.get_by_role("heading", name=title).wait_for(state="detached")
    phone.page.get_by_text("How to reach you").click()
    phone.sees("Check and send")
    phone.taps("button", "Send")
    phone.sees("Sent. Thank you")
    phone.goes("/waiting", "waiting, sent")
    phone.goes("/reports", "reports, own")


def follows(phone: Phone) -> None:
    for number in (phone.town.open_number, phone.town.closed_number):
        phone.goes(f"/reports/{number}")
        phone.taps("button", "Follow")
        phone.finds("You follow it.")
        phone.looks("a report")
    phone.taps("button", "No, it is not")
    phone.looks("a report, not done")
    phone.goes("/reports", "reports, followed")
    phone.goes("/near")
    phone.finds("within")
    phone.looks("near")
    phone.taps("button", "Show on a map")
    phone.page.locator(".leaflet-tile-loaded").first.wait_for()
    phone.looks("near, map")


def proposes(phone: Phone) -> None:
    with while_ideas_are_collected(phone.town):
        phone.goes("/budgets/{vote}", "budget, ideas")
        phone.goes("/budgets/{vote}/propose")
        phone.taps("button", "Next")
        phone.sees("What do you propose?", "nothing said")
        phone.writes("A short name for it", "Benches along the canal")
        phone.writes("What should change, and for whom?", "Six benches, so that people rest.")
        phone.sees("What do you propose?")
        phone.taps("button", "Next")
        phone.sees("Where is it?", "proposal")
        phone.page.get_by_label("The whole city").check()
        phone.taps("button", "Next")
        phone.page.get_by_role("heading", name="Where is it?").wait_for(state="detached")
        if phone.page.get_by_role("heading", name="Is it one of these?").is_visible():
            phone.sees("Is it one of these?", "proposal")
            phone.taps("button", "No, mine is something else")
        phone.page.locator("#picture").set_input_files(PHOTO)
        phone.writes("What picture 1 shows", "The bare bank")
        phone.sees("Check and send", "proposal")
        phone.taps("link", "Cover")
        phone.sees("Cover faces and plates", "proposal")
        phone.taps("button", "Done")
        phone.taps("button", "Send")
        phone.finds("The city has your proposal.")
        phone.looks("proposal, new")
        number = phone.page.url.split("/")[-1].split("?")[0]
        phone.goes(f"/budgets/{{vote}}/proposals/{number}/own", "proposal, own")
        phone.goes("/proposals/mine", "own proposals")
        phone.goes(f"/proposals/join?number={number}", "join")
        phone.goes("/budgets/{vote}/proposals", "proposals")
        for at in range(3):
            phone.page.get_by_role("button", name="Compare: ").nth(at).click()
        phone.goes("/budgets/{vote}/compare", "compare")
        phone.goes(f"/proposals/{number}", "proposal")
    phone.goes("/budgets/{vote}/propose", "propose, not now")


def votes(phone: Phone) -> None:
    phone.goes("/budgets", "budgets")
    phone.goes("/budgets/{vote}", "budget, vote")
    phone.goes("/budgets/{vote}/vote", "vote")
    phone.taps("button", "Get a code sent")
    phone.sees("Get a code sent")
    phone.writes("Your number", "12345")
    phone.writes("E-mail", "quillfeather@lanterns.example")
    phone.taps("button", "Send me a code")
    phone.sees("Keep your pass, then type the code")
    phone.goes("/budgets/{vote}/vote")
    phone.taps("button", "Open my ballot")
    phone.looks("vote, no code")
    code = next(one.code for one in phone.town.letters.codes if one.place)
    phone.writes("The code in your letter", code)
    phone.taps("button", "Open my ballot")
    phone.sees("Your ballot")
    phone.page.locator(".part-way").first.click()
    phone.page.locator(".choose input").first.check()
    phone.looks("a part of a ballot")
    for box in phone.page.locator(".choose input").all():
        box.check()
    phone.looks("a part of a ballot, too many")
    phone.taps("button", "Next part")
    phone.taps("button", "Check my ballot")
    phone.sees("Check your ballot", "not fine")
    phone.taps("button", "Change")
    phone.page.locator(".choose input").first.wait_for()
    for box in phone.page.locator(".choose input").all()[1:]:
        box.uncheck()
    phone.taps("button", "Next part")
    phone.taps("button", "Check my ballot")
    phone.sees("Check your ballot")
    phone.taps("button", "Put it into the box")
    phone.sees("Your ballot is in the box")
    phone.goes("/budgets/{vote}/vote", "vote, again")
    phone.goes("/kiosk", "kiosks")
    phone.goes("/kiosk/{vote}", "kiosk, set up")
    phone.taps("button", "Begin voting at this tablet")
    phone.looks("kiosk")


def sees_results(phone: Phone) -> None:
    phone.goes("/budgets/{past}", "budget, over")
    phone.goes("/budgets/{past}/results", "results")
    phone.goes("/budgets/{past}/results/citywide", "results of a part")
    phone.goes("/budgets/{past}/receipt")
    phone.writes("Your receipt", "0000-0000-0000-0000")
    phone.taps("button", "Find my ballot")
    phone.page.get_by_role("alert").wait_for()
    phone.looks("receipt, not found")
    phone.goes("/budgets/{past}/projects", "projects")
    phone.page.locator("main li a").first.click()
    phone.page.locator(".timeline").wait_for()
    phone.looks("a project")


def has_no_network(phone: Phone) -> None:
    phone.goes("/reports")
    phone.finds("You have not reported")
    phone.goes("/")
    phone.loses_its_network()
    phone.goes("/reports", "reports, offline")
    phone.goes("/budgets", "budgets, offline")
    phone.goes(f"/reports/{phone.town.open_number}", "report, offline")
    phone.goes("/near", "near, offline")
    phone.goes("/report")
    phone.writes("What did you see?", "A deep pothole at the corner")
    phone.taps("radio", "Pothole")
    phone.taps("button", "Next")
    phone.finds("to within 12 metres")
    phone.sees("Where is it?", "offline")
    phone.taps("button", "Next")
    phone.sees("Check and send", "offline")
    phone.taps("button", "Send")
    phone.sees("Kept on this phone, not sent yet")
    phone.goes("/report")
    phone.writes("What did you see?", "A lamp is dark at the cor")
    phone.goes("/waiting", "waiting, offline")
    phone.goes("/", "home, offline")


def is_refused(phone: Phone) -> None:
    phone.goes("/report")
    phone.writes("What did you see?", "A deep pothole at the corner")
    phone.taps("radio", "Pothole")
    phone.taps("button", "Next")
    phone.finds("to within 12 metres")
    phone.taps("button", "Next")
    phone.page.get_by_role("heading", name="Where is it?").wait_for(state="detached")
    if phone.page.get_by_role("heading", name="Is it one of these?").is_visible():
        phone.taps("button", "No, mine is something else")
    # The kind it is of is none any more.
    phone.page.route("**/v1/sync", of_no_kind)
    phone.taps("button", "Send")
    phone.sees("The city did not take it")
    phone.goes("/waiting", "waiting, refused")
    phone.goes("/", "home, refused")


def of_no_kind(route: Any) -> None:
    body = route.request.post_data_json
    for command in body["commands"]:
        command["service_code"] = "GONE"
    route.continue_(post_data=body)


WALKS: tuple[Callable[[Phone], None], ...] = (
    walks_where_nothing_is,
    reports,
    follows,
    proposes,
    votes,
    sees_results,
    has_no_network,
    is_refused,
)
# Where an answer that is no, or none, is what is looked at.
UNANSWERED = (walks_where_nothing_is, follows, has_no_network, is_refused, sees_results, votes)
AWAY = ("/reports", "/near", "/budgets", "/proposals/mine", "/more/notices", "/more/account")


@pytest.mark.parametrize(
    ("looks", "by_keyboard"),
    [
        pytest.param(QUICK, False, id="quick", marks=pytest.mark.slow),
        pytest.param(THOROUGH, True, id="thorough", marks=pytest.mark.prove),
    ],
)
def test_no_screen_has_a_fault(
    town: Town,
    chromium: Any,
    looks: tuple[Look, ...],
    by_keyboard: bool,
    pytestconfig: pytest.Config,
) -> None:
    folder = pytestconfig.getoption("pictures")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    eyes = Eyes(looks, folder, by_keyboard)
    for walk in WALKS:
        # Keeping the client on a phone takes a second each time, and is needed for this one alone.
        keeps = "allow" if walk is has_no_network else "block"
        with a_phone(chromium, service_workers=keeps) as context:
            page = eyes.watch(context, town.url, forgives=walk in UNANSWERED)
            walk(Phone(page, town.url, eyes, town))
    with a_phone(chromium) as context:
        with served(town.app) as url:
            page = eyes.watch(context, url, forgives=True)
            phone = Phone(page, url, eyes, town)
            phone.goes("/")
            page.evaluate(READY)
        for path in AWAY:
            phone.goes(path, "the city does not answer")
    assert not eyes.faults, "\n".join(eyes.faults)
    assert eyes.seen >= set(routes())


@contextmanager
def a_phone(chromium: Any, **given: Any) -> Iterator[Any]:
    """A phone in the made-up city."""
    with chromium.new_context(
        viewport={"width": QUICK[0].width, "height": HEIGHT},
        is_mobile=True,
        has_touch=True,
        geolocation=HERE,
        permissions=["geolocation"],
        # Colours that fade into one another would be judged halfway.
        reduced_motion="reduce",
        **given,
    ) as context:
        yield context
