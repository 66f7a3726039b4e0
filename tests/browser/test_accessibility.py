"""axe on every page, in light and dark, on a desk and on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from sites import Site, sign_in

from backend.core.actors import Role

PAGES = (
    "/",
    "/sign-in",
    "/reports/{open}",
    "/reports/{closed}",
    "/reports/00000000",
    "/elections",
    "/elections/testwick-2026",
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


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_no_page_has_a_finding(chromium: Any, site: Site, scheme: str, width: int) -> None:
    axe = Axe()
    with chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}
    ) as context:
        page = context.new_page()
        sign_in(page, site, Role.ADMIN)
        for path in PAGES:
            page.goto(site.url + path.format(open=site.open_number, closed=site.closed_number))
            found = axe.run(page)
            assert found.violations_count == 0, f"{path}: {found.generate_report()}"
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert overflow <= 0, f"{path} is wider than {width} pixels"
