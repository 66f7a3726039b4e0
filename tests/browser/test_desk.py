"""A ward officer's morning, without script and without a mouse."""

from typing import Any

import pytest
from sites import Site, sign_in

from backend.core.actors import Role


def test_an_officer_works_the_queue_without_script(chromium: Any, site: Site) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.url}/desk/queue")
        sign_in(page, site, Role.WARD_STAFF)
        assert page.get_by_role("heading", level=1).inner_text() == "6 open problems"
        rows = page.locator("table.queue > tbody > tr")
        assert "Danger" in rows.first.inner_text()
        page.goto(f"{site.url}/desk/queue?district=SE")
        assert rows.count() == 2
        page.goto(f"{site.url}/desk/incidents/{site.open_number}")
        assert "030 5550100" in page.locator("main").inner_text()
        form = page.locator("form", has=page.locator("[name=to]"))
        form.locator("[name=to]").select_option("refused")
        form.locator("[name=reason]").fill("The owner of the car park looks after it.")
        form.get_by_role("button").click()
        assert "Refused" in page.get_by_role("status").inner_text()
        page.goto(f"{site.url}/reports/{site.open_number}")
        public = page.locator("main").inner_text()
        assert "The owner of the car park looks after it." in public
        assert "030 5550100" not in public


def test_the_reason_of_a_position_opens_by_keyboard(chromium: Any, site: Site) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        sign_in(page, site, Role.WARD_STAFF)
        summary = page.locator("td.why summary").first
        summary.focus()
        page.keyboard.press("Enter")
        table = page.locator("td.why table").first
        factors = [float(cell) for cell in table.locator("tbody .number").all_inner_texts()]
        score = float(table.locator("tfoot .number").inner_text())
        assert abs(factors[0] * factors[1] * factors[2] - score) < 0.01


@pytest.mark.slow
def test_nothing_is_fetched_from_anywhere_else(chromium: Any, site: Site) -> None:
    with chromium.new_context() as context:
        page = context.new_page()
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        sign_in(page, site, Role.ANALYST)
        for path in (
            "/",
            "/audit",
            "/audits",
            "/audit/weights",
            "/desk/sweeps",
            "/elections/testwick-2026",
            "/decisions",
        ):
            page.goto(site.url + path)
        assert fetched
        assert [url for url in fetched if not url.startswith((site.url, "data:"))] == []
