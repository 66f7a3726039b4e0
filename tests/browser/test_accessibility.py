"""axe on every page, in light and dark, on a desk and on a phone."""

from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from cycles import go_to
from sites import Site, sign_in
from votes import SLUG, TRUSTEES_KEY, cast, code_of, enrol, settle_vote

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.phases import Phase
from backend.ballots.voting.commands import CountBallots
from backend.ballots.voting.count_ballots import count_ballots
from backend.core.actors import OPERATOR, Role
from backend.core.uow import unit_of_work
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import ServiceAttribute
from backend.reports.rules import DATATYPES, LIST_DATATYPES

PAGES = (
    "/",
    "/sign-in",
    "/reports/{open}",
    "/reports/{closed}",
    "/reports/00000000",
    "/report",
    "/report?address=nowhere",
    "/report/new?lat=50.002&lon=10.002",
    "/report/sent/{open}",
    "/budget",
    "/budget/town-budget-2026",
    "/budget/town-budget-2026/manage",
    "/budget/town-budget-2026/proposals",
    "/budget/town-budget-2026/proposals/place",
    "/desk/budget/town-budget-2026/proposals",
    "/desk/budget/town-budget-2026/rearrangements",
    "/elections",
    "/elections/testwick-2026",
    "/elections/testwick-2026/rehearsal?rule=equal-shares",
    "/decisions",
    "/reports?state=all",
    "/reports/map",
    "/desk/map",
    "/overdue",
    "/served",
    "/data",
    "/privacy",
    "/how",
    "/how/equity",
    "/embed",
    "/embed/reports?show=districts",
    "/problems/coordinates-swapped",
    "/desk/queue",
    "/desk/queue?list=outside",
    "/desk/queue?service=SIGNAL",
    "/desk/incidents/{open}",
    "/desk/incidents/{closed}",
    "/audit",
    "/audit/targets",
    "/audit/districts",
    "/audit/districts/SW",
    "/audit/maps",
    "/audit/compare",
    "/audit/sensitivity",
    "/audits/promises",
    "/audits/definitions",
    "/audit/weights",
    "/desk/sweeps",
    "/desk/sweeps/1",
    "/desk/sweeps/1/days/1",
    "/desk/sweeps/1/days/2",
    "/desk/outreach",
    "/desk/today/",
    "/desk/today/sweeps/1/1",
    "/desk/enter",
    "/desk/enter?way=paper",
    "/desk/calls",
    "/desk/leads",
    "/report/paper",
    "/audits",
    "/audits/1",
    "/audits/preregistrations/1",
    "/audits/preregistrations/new",
    "/admin",
    "/admin/services",
    "/admin/services/POTHOLE",
    "/admin/teams",
    "/admin/routes",
    "/admin/calendar",
    "/admin/hazard-words?try=gas",
    "/admin/policy",
    "/admin/templates",
    "/admin/templates/new",
    "/admin/users",
    "/admin/keys",
    "/admin/catalogue",
    "/admin/running",
)
# Every rule on a phone; in another width and other colours those that look at either.
ALL = "{resultTypes: ['violations']}"
OF_LOOKS = (
    "{resultTypes: ['violations'], runOnly: "
    "['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable']}"
)
LOOKS = (("dark", 360, ALL), ("light", 1280, OF_LOOKS))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.slow
def test_no_page_has_a_finding(chromium: Any, site: Site) -> None:
    # Colours that fade into one another would be judged halfway.
    with chromium.new_context(reduced_motion="reduce") as context:
        context.add_init_script(AXE_SCRIPT)
        page = context.new_page()
        sign_in(page, site, Role.ADMIN)
        for path in PAGES:
            page.goto(site.url + path.format(open=site.open_number, closed=site.closed_number))
            look_at(page)


@pytest.mark.slow
def test_no_step_of_a_vote_has_a_finding(chromium: Any, site: Site) -> None:
    with site.world.app.app_context():
        settle_vote(site.world)
        enrol(dict.fromkeys(range(2), "SW"))
        go_to(site.world, Phase.VOTE)
        set_form(site, {"kind": "points", "points": 5})
    with chromium.new_context(reduced_motion="reduce") as context:
        context.add_init_script(AXE_SCRIPT)
        page = context.new_page()
        page.set_default_timeout(15_000)
        main, start = page.get_by_role("main"), f"{site.url}/vote/{SLUG}"

        def press(name: str) -> None:
            look_behind(page, main.get_by_role("button", name=name).first)

        page.goto(start)
        look_at(page)
        main.get_by_label("Your number in the register").fill("1")
        main.get_by_label("E-mail address or phone number").fill("a@lanterns.example")
        press("Send me a code")
        page.goto(f"{start}?channel=helper")
        main.locator("#access_code").fill(code_of(0))
        press("Go to the ballot")
        main.locator("[name='number:citywide:C1']").fill("9")
        press("Check your ballot")
        with site.world.app.app_context():
            set_form(site, {"kind": "approval"})
        page.goto(f"{start}?channel=kiosk")
        main.locator("#access_code").fill(code_of(0))
        press("Go to the ballot")
        main.locator("[value=C1]").check()
        press("Check your ballot")
        press("Put it into the box")
        with site.world.app.app_context():
            receipt = cast(1, citywide="C1 C2").receipt
            go_to(site.world, Phase.DELIVERY)
            do(OPERATOR, count_ballots, CountBallots(SLUG, TRUSTEES_KEY))
        for path in (f"/vote/{SLUG}", f"/budget/{SLUG}/results", f"/vote/{SLUG}/receipt"):
            page.goto(site.url + path)
            look_at(page)
        main.locator("#receipt").fill(receipt)
        press("Show the ballot")


@pytest.mark.slow
def test_no_step_of_a_report_has_a_finding(chromium: Any, site: Site) -> None:
    with site.world.app.app_context(), unit_of_work(OPERATOR) as work:
        lists = {"choices": [{"key": "a", "name": "A"}], "is_required": True}
        for position, datatype in enumerate(DATATYPES):
            asked = {"code": datatype, "position": position, "datatype": datatype}
            more = lists if datatype in LIST_DATATYPES else {"datatype_description": "In words"}
            work.session.add(
                ServiceAttribute(service_code="WIRES", description="Which?", **asked, **more)
            )
        mark_catalogue(work)
    with chromium.new_context(reduced_motion="reduce") as context:
        context.add_init_script(AXE_SCRIPT)
        page = context.new_page()
        page.set_default_timeout(15_000)
        for _ in range(2):
            page.goto(f"{site.url}/report/new?lat=50.002&lon=10.012&address=Quay")
            page.locator("[value=WIRES]").check()
            page.locator("#description").fill("Wires hang down")
            page.locator("form.form-wide").evaluate("form => form.noValidate = true")
            page.locator("#contact_email").fill("nobody")
            look_behind(page, page.get_by_role("button", name="Go on"))
            page.locator("form.form-wide").evaluate("form => form.noValidate = true")
            send = page.locator("form.form-wide .button")
            look_behind(page, send)
            page.locator("[type=radio][value=a]").check()
            page.locator("[type=checkbox][value=a]").check()
            look_behind(page, send)


def look_behind(page: Any, button: Any) -> None:
    """Look at the page a button leads to, not at one that is about to go."""
    with page.expect_navigation():
        button.click()
    look_at(page)


def look_at(page: Any) -> None:
    """Fail on what axe finds, and on a page that is wider than its window."""
    path = page.url
    for scheme, width, rules in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
        run = f"axe.run({rules}).then(({{violations}}) => ({{violations}}))"
        found = AxeResults(page.evaluate(run))
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert page.evaluate(OVERFLOW) <= 0, f"{path} is wider than {width} pixels"
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(OVERFLOW) <= 0, f"{path} is wider than 320 pixels with large letters"
    page.evaluate("document.documentElement.style.fontSize = ''")


def set_form(site: Site, form: dict[str, Any]) -> None:
    """Another form of the ballot, which no city could set this late."""
    with unit_of_work(OPERATOR) as work:
        told = {"ballot_form": form, "settled_at": site.world.clock.now()}
        work.session.execute(sa.update(Cycle).values(**told))
    site.world.clock.advance(seconds=1)
