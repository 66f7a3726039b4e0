"""The log's page says names where the log has codes, and names no report that nobody may read."""

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
from acting import do
from cycles import A_CYCLE, DATES, LENGTH
from every_table import fill_every_table
from winners import SLUG, begin, count_winners
from worlds import STAFF, World, a_report, square_districts

from backend.ballots.cycle.commands import MoveDate
from backend.ballots.cycle.create_cycle import create_cycle
from backend.ballots.cycle.move_date import move_date
from backend.ballots.cycle.phases import Phase, Span
from backend.ballots.delivery.commands import StatePurpose
from backend.ballots.delivery.state_purpose import state_purpose
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.reports.change_service import change_service
from backend.reports.commands import ChangeService, ModerateText
from backend.reports.file_report import file_report
from backend.reports.privacy.moderate_text import moderate_text
from backend.triage.outreach.commands import RecordVisit
from backend.triage.outreach.record_visit import record_visit

VISIT = RecordVisit("SW", date(2026, 3, 1), "visit", 25, "Tea at the library")


def log(world: World) -> str:
    """The page as its reader sees it."""
    page = world.client().get("/decisions")
    assert page.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def entries(world: World) -> list[dict[str, Any]]:
    """The log as its file."""
    return [*map(json.loads, world.client().get("/decisions.jsonl").text.splitlines())]


def test_districts_and_kinds_of_problems_are_called_by_their_names(sqlite_city: World) -> None:
    number = do(ANONYMOUS, file_report, a_report(1)).number
    do(STAFF, change_service, ChangeService(number, "SIGNAL", 1, "It is a lamp"))
    do(STAFF, record_visit, VISIT)
    with unit_of_work(OPERATOR) as work:
        for subject in ("service:BENCH", "service:GONE"):
            work.decide("retention.applied", subject, days=30)
    said = log(sqlite_city)
    for words in (
        f"Report {number} is about “Traffic light out” now, and not “Pothole”",
        "Somebody visited SW side on 1 Mar 2026",
        "“New bench”: what need not be kept",
        "GONE: what need not be kept",
    ):
        assert words in said
    # The log itself keeps its codes, or its marks would fit no more.
    subjects = [entry["subject"] for entry in entries(sqlite_city)]
    assert subjects[-3:] == ["district:SW", "service:BENCH", "service:GONE"]


def test_a_code_that_has_meant_two_districts_stays_a_code(city: World) -> None:
    do(STAFF, record_visit, VISIT)
    file = square_districts(0.02)
    names = tuple(name.replace("SW", "Harbour") for name in file.boundaries.names)
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, replace(file, boundaries=replace(file.boundaries, names=names)))
    assert "Somebody visited SW on 1 Mar 2026" in log(city)


def test_a_budget_is_called_by_its_title_once_anybody_may_read_it(city: World) -> None:
    do(OPERATOR, create_cycle, replace(A_CYCLE, slug="next", title="A plan nobody has agreed to"))
    count_winners(city)
    begin("PARK", DATES[Phase.DELIVERY].starts_at.date())
    last = DATES[Phase.REASSESSMENT]
    later = Span(last.starts_at, last.ends_at + LENGTH)
    do(OPERATOR, move_date, MoveDate(SLUG, Phase.REASSESSMENT, later, "Frost"))
    do(OPERATOR, state_purpose, StatePurpose("plants", "Plants"))
    said = log(city)
    for words in (
        "Budget “Town budget 2026” was drafted",
        "Project “The park”: it was said who builds it",
        "Budget “Town budget 2026”: a date was moved (Reassessment): Frost",
        "spending was changed (“Plants”)",
        "Budget next was drafted",
    ):
        assert words in said
    assert "nobody has agreed" not in said


@pytest.mark.slow
def test_whoever_reads_the_log_learns_of_no_report_that_has_no_page(sqlite_city: World) -> None:
    covered = do(ANONYMOUS, file_report, a_report(1)).number
    do(STAFF, moderate_text, ModerateText(covered, "", "It names somebody"))
    with unit_of_work(STAFF) as work:
        fill_every_table(work)
    client = sqlite_city.client()
    named = {
        entry["subject"].removeprefix("report:")
        for entry in entries(sqlite_city)
        if entry["subject"].startswith("report:")
    }
    assert len(named) > 2
    for number in named:
        assert client.get(f"/reports/{number}").status_code == 200, number
