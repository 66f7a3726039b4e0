"""Proposing something on a phone, for tests of its pages."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from cycles import A_CYCLE
from playwright.sync_api import expect

HERE = f"/app/budgets/{A_CYCLE.slug}"


def assert_accessible(page: Any) -> None:
    found = AxeResults(page.evaluate(AXE_SCRIPT + ";axe.run()"))
    assert found.violations_count == 0, found.generate_report()


def write(page: Any, title: str, words: str) -> None:
    page.get_by_label("A short name for it").fill(title)
    page.get_by_label("What should change, and for whom?").fill(words)


def press(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def proposes(phone: Any) -> str:
    """Propose something, and go on to change it; its number."""
    phone.goto(f"{HERE}/propose")
    write(phone, "A shelter at the stop", "A roof and a bench.")
    press(phone, "Next")
    phone.get_by_label("The whole city").check()
    press(phone, "Next")
    press(phone, "Send")
    expect(phone.get_by_text("The city has your proposal.")).to_be_visible()
    number: str = phone.url.split("/")[-1].split("?")[0]
    phone.get_by_role("link", name="Change it, or invite others").click()
    return number
