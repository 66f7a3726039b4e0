"""axe on every page, in light and dark, on a desk and on a phone."""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from sites import Site, sign_in

from backend.core.actors import Role

PAGES = (
    "/",
    "/sign-in",
    "/reports/{open}",
    "/reports/{closed}",
    "/reports/00000000",
    "/budget",
    "/budget/town-budget-2026",
    "/budget/town-budget-2026/manage",
    "/budget/town-budget-2026/proposals",
    "/budget/town-budget-2026/proposals/place",
    "/desk/budget/town-budget-2026/proposals",
    "/elections",
    "/elections/testwick-2026",
    "/elections/testwick-2026/rehearsal?rule=equal-shares",
    "/decisions",
    "/problems/coordinates-swapped",
    "/desk/queue",
    "/desk/queue?list=outside",
    "/desk/queue?service=SIGNAL",
    "/desk/incidents/{open}",
    "/desk/incidents/{closed}",
    "/audit",
    "/audit/weights",
)
# Every rule on a phone; in another width and other colours those that look at either.
ALL = "{resultTypes: ['violations']}"
OF_LOOKS = (
    "{resultTypes: ['violations'], runOnly: "
    "['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable']}"
)
LOOKS = (("dark", 360, ALL), ("light", 1280, OF_LOOKS))


@pytest.mark.slow
def test_no_page_has_a_finding(chromium: Any, site: Site) -> None:
    # Colours that fade into one another would be judged halfway.
    with chromium.new_context(reduced_motion="reduce") as context:
        context.add_init_script(AXE_SCRIPT)
        page = context.new_page()
        sign_in(page, site, Role.ADMIN)
        for path in PAGES:
            page.goto(site.url + path.format(open=site.open_number, closed=site.closed_number))
            for scheme, width, rules in LOOKS:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
                run = f"axe.run({rules}).then(({{violations}}) => ({{violations}}))"
                found = AxeResults(page.evaluate(run))
                assert found.violations_count == 0, f"{path}: {found.generate_report()}"
                overflow = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert overflow <= 0, f"{path} is wider than {width} pixels"
