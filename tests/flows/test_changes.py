"""Following the changes: a reader who goes on from the last cursor misses none."""

from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from worlds import STAFF, World, a_report

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.changes import Cursor, changes_since, read_cursor
from backend.reports.commands import ChangeStatus, ModerateText
from backend.reports.file_report import file_report
from backend.reports.privacy.moderate_text import moderate_text
from backend.reports.workflow import State

AtOnce = Callable[..., list[Any]]
WRITERS, EACH = 6, 8


@pytest.mark.slow
def test_a_reader_beside_many_writers_misses_nothing(city: World, at_once: AtOnce) -> None:
    """The reader asks all the while; afterwards its copy is what the city has."""
    written = Event()
    left = list(range(WRITERS))

    def write(writer: int) -> None:
        for report in range(EACH):
            number = 100 * writer + report + 1
            with unit_of_work(ANONYMOUS) as work:
                filed = file_report(work, a_report(number))
            if report % 2:
                with unit_of_work(STAFF) as work:
                    change_status(work, ChangeStatus(filed.number, State.RESOLVED, 1))
        left.remove(writer)
        if not left:
            written.set()

    def read() -> dict[str, str]:
        copy: dict[str, str] = {}
        cursor = Cursor()
        while True:
            is_last = written.is_set()
            session = current_session()
            session.rollback()
            found, cursor = changes_since(session, read_cursor(str(cursor)), 5)
            copy |= {one.number: one.state for one in found}
            if is_last and not found:
                return copy

    outcomes = at_once(city, [*(lambda w=w: write(w) for w in range(WRITERS)), read])
    copy = outcomes[-1]
    session = current_session()
    session.rollback()
    everything, _ = changes_since(session, Cursor(), 10_000)
    assert len(everything) == WRITERS * EACH
    assert copy == {one.number: one.state for one in everything}


def test_a_page_may_end_within_one_decision(city: World) -> None:
    """Reports under one incident change together and still come one by one."""
    with unit_of_work(ANONYMOUS) as work:
        first = file_report(work, a_report(1)).number
        others = [file_report(work, a_report(n, repeat_of=first)).number for n in (2, 3, 4)]
    session = current_session()
    cursor, seen = Cursor(), []
    while True:
        found, cursor = changes_since(session, cursor, 1)
        if not found:
            break
        seen.append(found[0].number)
    assert sorted(seen) == sorted([first, *others])


def test_the_face_speaks_in_cursors(sqlite_city: World) -> None:
    with unit_of_work(ANONYMOUS) as work:
        number = file_report(work, a_report(1)).number
    client = sqlite_city.client()
    answer = client.get("/v1/changes?limit=1").get_json()
    assert [one["number"] for one in answer["changes"]] == [number]
    assert answer["has_more"]
    rest = client.get("/v1/changes", query_string={"since": answer["cursor"]}).get_json()
    assert rest == {"changes": [], "cursor": answer["cursor"], "has_more": False}
    with unit_of_work(STAFF) as work:
        moderate_text(work, ModerateText(number, "A deep hole", "It held a name"))
    answer = client.get("/v1/changes", query_string={"since": answer["cursor"]}).get_json()
    assert [one["description"] for one in answer["changes"]] == ["A deep hole"]
    step = client.get(f"/v1/reports/{number}").get_json()["history"][-1]
    assert (step["kind"], step["by"], step["reason"]) == ("moderation", "city", "It held a name")
    assert "Words were changed or hidden" in client.get(f"/reports/{number}").text
    for broken in ("x", "-1", "1.", "1.ABC", "²", "9" * 30):
        refused = client.get("/v1/changes", query_string={"since": broken})
        assert refused.status_code == (200 if broken == "1." else 422), broken
