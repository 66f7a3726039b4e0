"""Words as long as people paste them: no page that shows them is wider than a small phone."""

from typing import Any
from uuid import UUID

import pytest
from acting import do
from cycles import go_to
from proposing import propose
from sites import Site, sign_in
from worlds import IN_SE, STAFF, a_report

from backend.ballots.cycle.phases import Phase
from backend.core.actors import ANONYMOUS, Role
from backend.core.channels import Channel
from backend.reports.add_comment import add_comment
from backend.reports.change_status import change_status
from backend.reports.commands import AddComment, ChangeStatus, WriteNote
from backend.reports.file_report import file_report
from backend.reports.intake.commands import KeepLead, LeadWords
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.workflow import State
from backend.reports.write_note import write_note

pytestmark = pytest.mark.slow
LINK = "https://example.org/" + "a" * 90
WORD = "o" * 900
SHORT = "m" * 60
LONG = f"Look at {LINK} {WORD}"
WIDTHS = (320, 1280)
# What ends beyond the screen, and what of a line's cells is printed over the next one.
OUTSIDE = """() => document.querySelector('.drop-start .drop-panel').getBoundingClientRect()"""
OVER = """() => [...document.querySelectorAll('.has-map .queue tbody td, .has-map .queue tbody th')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => one.className + ': ' + one.innerText)"""
UNFOLD = "for (const one of document.querySelectorAll('main details')) one.open = true"
WIDER = """() => [...document.querySelectorAll('main, main *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5 && !one.closest('svg'))
    .map((one) => `${one.tagName}.${one.className}`)
    .slice(0, 6)"""


def say_it(site: Site) -> dict[str, str]:
    """The long words wherever people write: what they made, as addresses have it."""
    near = (IN_SE[0] + 0.0001, IN_SE[1])
    told = {"name": SHORT, "note": WORD}
    first, second = (
        do(ANONYMOUS, file_report, a_report(n, near, description=LONG, address=LONG[:300], **more))
        for n, more in ((31, {"contact": told}), (32, {}))
    )
    number: str = first.number
    do(ANONYMOUS, add_comment, AddComment(UUID(int=1), number, LONG))
    do(STAFF, add_comment, AddComment(UUID(int=2), number, LONG, is_answer=True))
    do(STAFF, write_note, WriteNote(UUID(int=3), number, LONG))
    do(STAFF, change_status, ChangeStatus(number, State.TRIAGED, 1))
    do(STAFF, change_status, ChangeStatus(number, State.WAITING_REPORTER, 2, WORD))
    lead = do(ANONYMOUS, keep_lead, KeepLead(Channel.TEXT, "SM1", LeadWords("+48601555017", LONG)))
    go_to(site.world, Phase.IDEAS)
    idea = propose(1, title=LINK[:100], description=LONG)
    return {"number": number, "other": second.number, "lead": str(lead.id), "idea": idea}


PAGES = (
    "/reports",
    "/reports?state=all",
    "/reports/{number}",
    "/reports/map",
    "/report/sent/{number}",
    "/embed/reports",
    "/overdue",
    "/decisions",
    "/budget/town-budget-2026",
    "/budget/town-budget-2026/proposals",
    "/proposals/{idea}",
    "/desk/queue",
    "/desk/queue?q={short}",
    "/desk/queue?q={other}",
    "/desk/map",
    "/desk/map?q={short}",
    "/desk/incidents/{number}",
    "/desk/incidents/{other}",
    "/desk/bulk?number={number}&number={other}",
    "/desk/calls",
    "/desk/leads",
    "/desk/leads/{lead}",
    "/desk/enter",
    "/desk/budget/town-budget-2026/proposals",
    "/desk/proposals/{idea}",
    "/audits",
)


def test_no_page_is_wider_than_its_window(chromium: Any, site: Site) -> None:
    with site.world.app.app_context():
        known = say_it(site) | {"short": SHORT}
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, site, Role.ADMIN)
        wide = []
        for path in PAGES:
            page.set_viewport_size({"width": 320, "height": 800})
            answer = page.goto(site.url + path.format(**known))
            assert answer.status == 200, path
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                page.evaluate(UNFOLD)
                over = page.evaluate("document.documentElement.scrollWidth") - width
                if over > 0:
                    wide.append(f"{path} at {width} by {over}: {page.evaluate(WIDER)}")
        assert not wide, "\n".join(wide)


def test_what_opens_over_the_queue_stays_on_the_screen(chromium: Any, site: Site) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        for width, query in ((320, "q=oak"), (320, "band=2"), (1280, f"q={SHORT}")):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(f"{site.url}/desk/queue?{query}")
            page.get_by_text("Views", exact=True).click()
            panel = page.evaluate(OUTSIDE)
            assert panel["left"] >= 0, query
            assert panel["right"] <= width, query
            assert panel["width"] >= 260, query


def test_no_cell_beside_the_map_is_printed_over_the_next(chromium: Any, site: Site) -> None:
    site.world.clock.advance(hours=72, minutes=52)
    with chromium.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        page.goto(f"{site.url}/desk/queue")
        assert page.get_by_text("52 minutes late").count()
        assert page.locator(".has-map").count()
        assert page.evaluate(OVER) == []
