"""A hand on a keyboard, and nothing else."""

from typing import Any

from playwright.sync_api import expect


class Keys:
    """Somebody who has a keyboard and nothing else."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, role: str, name: str, key: str = "Enter") -> None:
        """Go on with Tab to what is called so, and press a key there."""
        wanted = self.page.get_by_role(role, name=name)
        expect(wanted.first).to_be_visible()
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if wanted.evaluate_all("(all) => all.includes(document.activeElement)"):
                return self.page.keyboard.press(key)
        raise AssertionError(f"No way to {role} “{name}” by keyboard")

    def type(self, name: str, text: str) -> None:
        """Write into a field."""
        self.press("textbox", name, "End")
        self.page.keyboard.type(text)
