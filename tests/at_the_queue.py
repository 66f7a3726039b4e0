"""Reports in the queue, the lines of its pages, and a step by its form."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from worlds import NOON, a_report, csrf

from backend.core.actors import ANONYMOUS
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.reports.file_report import file_report


def filed(count: int = 1, first: int = 1, **changes: Any) -> list[str]:
    """The numbers of new reports, each an hour younger than the one before."""
    with unit_of_work(ANONYMOUS) as work:
        numbers = [
            file_report(
                work, a_report(n, requested_at=NOON - timedelta(hours=200 - n), **changes)
            ).number
            for n in range(first, first + count)
        ]
    db.session.remove()
    return numbers


def listed(answer: TestResponse) -> list[str]:
    """The numbers of a queue page, in its order."""
    assert answer.status_code == 200
    return re.findall(r'<tr role="row" id="(\w+)">', answer.text)


def linked(page: TestResponse, way: str) -> str | None:
    """Where the page before or after this one is."""
    found = re.search(rf'rel="{way}" href="([^"]+)"', page.text)
    return found and found[1].replace("&amp;", "&")


def move(
    client: FlaskClient, number: str, state: str, version: int = 1, **form: str
) -> TestResponse:
    """The answer to a step, by the form on a report's page."""
    return client.post(
        f"/desk/incidents/{number}/status",
        data={"to": state, "version": version, "csrf_token": csrf(client), **form},
    )
