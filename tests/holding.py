"""Forms of the desk that outlive their session: sent late, and taken up by whoever typed them."""

import re
from html import unescape
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse
from worlds import IN_SW, PASSWORD, csrf

from backend.accounts.models import StaffAccount
from backend.core.actors import OPERATOR, Role
from backend.core.uow import unit_of_work

HERE = {"Origin": "http://localhost"}
ENTER = "/desk/enter"
PHONE = "0305550100"


def hidden(text: str, action: str) -> MultiDict[str, str]:
    """The hidden fields of the form to `action`, in their order."""
    form = text[text.index(f'action="{action}"') :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return MultiDict((name, unescape(value)) for name, value in found)


def call(desk: FlaskClient) -> dict[str, Any]:
    """A call as it is typed, with its place chosen."""
    lon, lat = IN_SW
    return hidden(desk.get(ENTER).text, ENTER).to_dict() | {
        "description": "A deep hole\nat the gate",
        "address": "the gate",
        "asked": "the gate",
        "place": f"{lon},{lat},the gate",
        "service_code": "POTHOLE",
        "channel": "phone",
        "contact_phone": PHONE,
        "act": "save",
    }


def sign_out(client: FlaskClient) -> None:
    client.post("/sign-out", data={"csrf_token": csrf(client)})


def sign_in_again(
    client: FlaskClient, page: TestResponse, username: str, password: str = PASSWORD
) -> TestResponse:
    typed = {"username": username, "password": password}
    form = hidden(page.text, "/sign-in").to_dict() | typed
    return client.post("/sign-in", data=form, headers=HERE)


def change_role(username: str, role: Role) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.execute(
            sa.update(StaffAccount).where(StaffAccount.username == username).values(role=role.value)
        )
