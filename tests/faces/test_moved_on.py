"""What is typed for a report while a colleague joins it to another, or takes a form away."""

import re
from typing import Any
from uuid import UUID

import pytest
from acting import do
from at_the_queue import filed, move
from flask.testing import FlaskClient
from page_reader import read_page
from werkzeug.test import TestResponse
from worlds import STAFF, World, csrf

from backend.core.actors import Role
from backend.core.db import current_session, db
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.queries import find_incident, history_of, notes_of
from backend.reports.staff_report import thread_of
from backend.reports.workflow import State

NO_PLACE = re.compile(r'<section [^>]*id="without-place"([^>]*)>(.*?)</section>', re.DOTALL)


@pytest.fixture
def desk(sqlite_city: World) -> FlaskClient:
    """Signed in as ward staff."""
    return sqlite_city.signed_in(Role.WARD_STAFF)


def send(desk: FlaskClient, number: str, what: str, **fields: Any) -> TestResponse:
    form = {"id": str(UUID(int=7)), "csrf_token": csrf(desk), **fields}
    return desk.post(f"/desk/incidents/{number}/{what}", data=form, follow_redirects=True)


def left_over(page: TestResponse) -> list[str]:
    """The words that the page has no form for."""
    found = NO_PLACE.search(page.text)
    assert found is not None
    words = re.findall(r'<li class="as-written">(.*?)</li>', found[2], re.DOTALL)
    assert ("hidden" in found[1]) == (not words)
    return words


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("note", {"words": "Ask the foreman"}),
        ("answer", {"words": "Somebody comes on Monday"}),
        # As if nobody had touched the other: it has this version since the two were joined.
        ("status", {"to": "triaged", "version": 3, "reason": "Seen on Monday"}),
        ("question", {"words": "Which side?", "version": 3}),
        ("place", {"place": "first", "reason": "The school opens", "seen": ""}),
        ("link", {"by": "number", "other": "", "reason": "Also the same"}),
    ],
)
def test_nothing_goes_to_another_report_before_that_is_said(
    desk: FlaskClient, what: str, fields: dict[str, Any]
) -> None:
    mine, other, third = filed(3)
    if "other" in fields:
        fields["other"] = third
    do(STAFF, change_status, ChangeStatus(other, State.TRIAGED, 1))
    do(STAFF, merge_incidents, MergeIncidents(mine, other, "The same hole"))
    page = send(desk, mine, what, **fields)
    assert page.status_code == 409
    assert read_page(page.text).faults == []
    assert f"Report {mine} lies under {other} since you opened it" in page.text
    assert f'action="/desk/incidents/{other}/{what}" data-kept>' in page.text
    typed = fields.get("words") or fields["reason"]
    assert f">{typed}</textarea>" in page.text
    assert left_over(page) == []
    # What comes back from a session that ended is told so as well, before it is shown.
    looked = send(desk, mine, what, look="1", **fields)
    assert looked.status_code == 409
    assert f'action="/desk/incidents/{other}/{what}" data-kept id="kept">' in looked.text
    assert f"Report {mine} lies under {other} since you opened it" in looked.text
    db.session.remove()
    session, found = current_session(), find_incident(current_session(), other)
    assert [one.kind for one in history_of(session, found.id)] == ["state", "link"]
    assert (notes_of(session, found.id), thread_of(session, found.id)) == ([], [])
    # Whoever read that sends it where it is now.
    if what == "note":
        assert typed in send(desk, other, what, **fields).text
        session.rollback()
        assert len(notes_of(session, found.id)) == 1


def test_the_page_of_a_report_that_was_joined_says_whose_it_is(desk: FlaskClient) -> None:
    mine, other = filed(2)
    said = f"{mine} was joined to {other}. This is the page of {other}"
    assert said not in desk.get(f"/desk/incidents/{mine}").text
    do(STAFF, merge_incidents, MergeIncidents(mine, other, "The same hole"))
    page = desk.get(f"/desk/incidents/{mine.lower()}")
    assert said in page.text
    assert read_page(page.text).faults == []
    assert said not in desk.get(f"/desk/incidents/{other}").text


def test_words_whose_form_is_gone_stay_to_be_copied(desk: FlaskClient) -> None:
    (number,) = filed()
    do(STAFF, change_status, ChangeStatus(number, State.RESOLVED, 1))
    page = send(desk, number, "question", words="Which <side>?\r\nLeft?", version=1)
    assert page.status_code == 409
    assert f'action="/desk/incidents/{number}/question"' not in page.text
    assert left_over(page) == ["Which &lt;side&gt;?\nLeft?"]
    assert read_page(page.text).faults == []
    # What has a form still is in that alone.
    late = move(desk, number, "refused", reason="Private ground")
    assert ">Private ground</textarea>" in late.text
    assert left_over(late) == []
    assert left_over(desk.get(f"/desk/incidents/{number}")) == []
