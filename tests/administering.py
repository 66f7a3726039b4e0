"""An administrator at a browser: the forms that pages have, read and sent."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from worlds import World, csrf

from backend.core.actors import Role


class Admin:
    """An administrator at a browser, who sends the forms that pages have."""

    def __init__(self, world: World) -> None:
        self.client: FlaskClient = world.signed_in(Role.ADMIN)
        self.token = csrf(self.client)

    def sees(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return unescape(answer.text)

    def sends(self, path: str, status: int = 302, /, **fields: Any) -> str:
        answer = self.client.post(path, data={"csrf_token": self.token, **fields})
        assert answer.status_code == status, answer.text
        return unescape(answer.text)

    def seen(self, path: str, *, after: str = "") -> str:
        """The mark that a form of the page carries, the first one after some words."""
        text = self.sees(path)
        found = re.search(r'name="seen" value="(\w*)"', text[text.index(after) :])
        assert found
        return found[1]

    def form(self, path: str) -> dict[str, Any]:
        """The fields of a service's form as it is shown."""
        return fields_of(self.sees(path))


def fields_of(text: str) -> dict[str, Any]:
    """What a browser would send of the inputs, choices and texts of a page."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = 'type="checkbox"' in tag and " checked" not in tag
        if name and not is_off:
            found[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<select [^>]*name="([^"]+)">(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    texts = re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    return found | dict(texts)
