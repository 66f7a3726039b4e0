"""Many people at the same moment: nothing is doubled, nothing is lost, one of two wins."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from worlds import STAFF, World, a_report

from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.decision_log import find_faults
from backend.core.errors import Conflict
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, MergeIncidents
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.file_report import Filed, file_report
from backend.reports.models import Contact, Incident, IncidentChange, ServiceRequest
from backend.reports.queries import find_incident
from backend.reports.workflow import State
from backend.triage.models import QueueEntry

pytestmark = pytest.mark.both

AtOnce = Callable[..., list[Any]]
THREADS = 8


def file(number: int, **changes: object) -> tuple[str, bool]:
    with unit_of_work(ANONYMOUS) as work:
        filed: Filed = file_report(work, a_report(number, contact={"name": "N"}, **changes))
        return filed.number, filed.is_new


def sizes() -> dict[str, int]:
    session = current_session()
    session.rollback()
    return {
        model.__name__: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (ServiceRequest, Incident, Contact, QueueEntry)
    }


def assert_log_is_whole() -> None:
    key = current_runtime().settings.hash_key
    assert list(find_faults(current_session(), key)) == []


def test_one_report_sent_by_many_threads_is_one_row(city: World, at_once: AtOnce) -> None:
    outcomes = at_once(city, [lambda: file(1)] * THREADS)
    assert len({number for number, _ in outcomes}) == 1
    assert Counter(is_new for _, is_new in outcomes) == {True: 1, False: THREADS - 1}
    assert set(sizes().values()) == {1}
    assert_log_is_whole()


def test_reports_of_many_people_all_come_in(city: World, at_once: AtOnce) -> None:
    def send(person: int) -> list[str]:
        return [file(10 * person + report)[0] for report in range(3)]

    outcomes = at_once(city, [lambda person=one: send(person) for one in range(THREADS)])
    numbers = [number for outcome in outcomes for number in outcome]
    assert len(set(numbers)) == 3 * THREADS
    assert set(sizes().values()) == {3 * THREADS}
    assert_log_is_whole()


def test_repeats_at_once_are_all_counted(city: World, at_once: AtOnce) -> None:
    first = file(1)[0]
    outcomes = at_once(city, [lambda n=n: file(n, repeat_of=first) for n in range(2, THREADS + 2)])
    assert all(is_new for _, is_new in outcomes)
    assert find_incident(current_session(), first).request_count == THREADS + 1
    assert sizes()["Incident"] == sizes()["QueueEntry"] == 1


def test_of_two_changes_at_once_one_wins_and_one_is_told(city: World, at_once: AtOnce) -> None:
    number = file(1)[0]

    def change(after: State) -> str:
        command = ChangeStatus(number, after, version=1, reason="seen")
        with unit_of_work(STAFF) as work:
            return change_status(work, command).state

    wanted = [State.TRIAGED, State.REFUSED] * 3
    outcomes = at_once(city, [lambda after=one: change(after) for one in wanted])
    won = [one for one in outcomes if isinstance(one, str)]
    told = [one.slug for one in outcomes if isinstance(one, Conflict)]
    assert (len(won), told) == (1, ["incident-moved-on"] * 5)
    current_session().rollback()
    incident = find_incident(current_session(), number)
    assert (incident.state, incident.version) == (won[0], 2)
    assert sizes()["QueueEntry"] == (won[0] == State.TRIAGED)
    assert current_session().scalar(sa.select(sa.func.count(IncidentChange.id))) == 1
    assert_log_is_whole()


def test_links_across_each_other_do_not_lock_up(city: World, at_once: AtOnce) -> None:
    """Each of two incidents has two reports, so that the order of numbers is not that of rows."""
    first, second = file(1)[0], file(2)[0]
    pairs = [(first, second), (second, first)]
    pairs += [(file(3, repeat_of=first)[0], file(4, repeat_of=second)[0])]
    pairs += [(pairs[2][1], pairs[2][0])]

    def link(one: str, other: str) -> str:
        with unit_of_work(STAFF) as work:
            return merge_incidents(work, MergeIncidents(one, other, "the same")).number

    outcomes = at_once(city, [lambda pair=pair: link(*pair) for pair in pairs])
    won = [one for one in outcomes if isinstance(one, str)]
    told = {one.slug for one in outcomes if isinstance(one, Conflict)}
    assert (len(won), len(outcomes)) == (1, 4), outcomes
    assert told <= {"already-linked", "incident-closed"}, outcomes
    assert len(won) + sum(isinstance(one, Conflict) for one in outcomes) == 4, outcomes
    current_session().rollback()
    assert find_incident(current_session(), first).request_count == 4
    assert sizes()["QueueEntry"] == 1
