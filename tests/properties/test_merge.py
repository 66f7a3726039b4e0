"""Joining incidents and parting them again, in whatever order: nothing is lost, nothing is left."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from acting import refused
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from worlds import STAFF, World, a_report

from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session, table_of
from backend.core.uow import unit_of_work
from backend.reports.answer_back import appeal
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import (
    Appeal,
    ChangeSeverity,
    ChangeStatus,
    Follow,
    MergeIncidents,
    MeToo,
    UnmergeIncident,
)
from backend.reports.duplicates.me_too import me_too
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.file_report import file_report
from backend.reports.follow import follow
from backend.reports.map_cells.count_cells import coarse_cells_differ, miscounted
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Contact, Follower, HazardWord, Incident, ServiceRequest
from backend.reports.queries import find_incident
from backend.reports.workflow import PAUSED_STATES, State, moves_from
from backend.triage.keep_queue import miscopied
from backend.triage.models import QueueEntry

RESIDENT = Actor("resident", Role.RESIDENT, reporter="a" * 64)
DESK = [STAFF, Actor("staff:colleague", Role.ADMIN)]
WORDS = st.sampled_from(["a hole", "a hole that smells of gas"])
HOURS = st.integers(1, 100)
LIVES = st.sampled_from(["", "waiting_reporter", "in_progress", "contested"])
NUMBERS = count(1)
SETTINGS = settings(
    max_examples=8,
    stateful_step_count=25,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
# They count the changes and say when the last was: parting is one more, not one less.
GROWS = {"version", "changed_sequence", "changed_at", "placed_sequence"}


@dataclass
class Own:
    """What an incident is by itself, and what lies under it."""

    opened_at: datetime
    due_at: datetime
    band: int
    requests: set[str]
    under: str | None = None


class Street(RuleBasedStateMachine):
    """Reports of holes in one place, some of them dangerous."""

    numbers = Bundle("numbers")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.incidents: dict[str, Own] = {}
        current_session().rollback()

    @initialize(target=numbers, said=st.lists(st.tuples(WORDS, HOURS), min_size=6, max_size=6))
    def file_some(self, said: list[tuple[str, int]]) -> MultipleResults[str]:
        return multiple(*(self.file(words, hours) for words, hours in said))

    @rule(target=numbers, words=WORDS, hours=HOURS)
    def file(self, words: str, hours: int) -> str:
        self.world.clock.advance(hours=hours)
        with unit_of_work(ANONYMOUS) as work:
            number = file_report(work, a_report(next(NUMBERS), description=words)).number
            row = find_incident(work.session, number)
            band = 0 if "gas" in words else 2
            assert row.due_at is not None
            self.incidents[number] = Own(row.opened_at, row.due_at, band, {number})
        return number

    @rule(number=numbers, onto=numbers)
    def merge(self, number: str, onto: str) -> None:
        here, there = self.root(number), self.root(onto)
        if here == there:
            assert refusal_of(merge_incidents, MergeIncidents(number, onto, "one")) == (
                "already-linked"
            )
            return
        assert refusal_of(merge_incidents, MergeIncidents(number, onto, "one")) is None
        self.incidents[here].under = there

    @rule(number=numbers)
    def part(self, number: str) -> None:
        own = self.incidents[number]
        slug = None if own.under else "not-merged"
        assert refusal_of(unmerge_incident, UnmergeIncident(number, "two")) == slug
        own.under = None

    @rule(number=numbers)
    def repeat(self, number: str) -> None:
        with unit_of_work(ANONYMOUS) as work:
            filed = me_too(work, MeToo(a_report(next(NUMBERS)).id, number, Channel.APP))
        self.incidents[self.root(number)].requests.add(filed.number)

    def root(self, number: str) -> str:
        while above := self.incidents[number].under:
            number = above
        return number

    @invariant()
    def the_map_counts_what_there_is(self) -> None:
        session = current_session()
        session.rollback()
        assert miscounted(session) == {}
        assert not coarse_cells_differ(session)

    @invariant()
    def the_queue_says_what_they_do(self) -> None:
        session = current_session()
        session.rollback()
        assert miscopied(session) == set()

    @invariant()
    def each_stands_as_what_lies_under_it(self) -> None:
        """The earliest opening, the earliest date and the worst danger of all that are joined."""
        session = current_session()
        session.rollback()
        below: dict[str, list[Own]] = defaultdict(list)
        for number, own in self.incidents.items():
            above: str | None = number
            while above:
                below[above].append(own)
                above = self.incidents[above].under
        rows = session.scalars(sa.select(Incident).where(Incident.number.in_(self.incidents))).all()
        for row in rows:
            joined, is_open = below[row.number], self.incidents[row.number].under is None
            assert row.opened_at == min(one.opened_at for one in joined)
            assert row.due_at == min(one.due_at for one in joined)
            assert row.own_severity_band == (0 if any(one.band == 0 for one in joined) else None)
            assert (row.state == "received") == (row.closed_at is None) == is_open
            said = {one for own in joined for one in own.requests}
            assert row.request_count == (len(said) if is_open else 0)
        lies_under = session.execute(
            sa.select(ServiceRequest.number, Incident.number)
            .join(Incident, Incident.id == ServiceRequest.incident_id)
            .where(Incident.number.in_(self.incidents))
        )
        assert {tuple(row) for row in lies_under} == {
            (one, self.root(number))
            for number, own in self.incidents.items()
            for one in own.requests
        }
        queue = session.execute(
            sa.select(Incident.number, QueueEntry.severity_band, QueueEntry.opened_epoch)
            .join(Incident, Incident.id == QueueEntry.incident_id)
            .where(Incident.number.in_(self.incidents))
        )
        assert {tuple(row) for row in queue} == {
            (row.number, 2 if row.own_severity_band is None else 0, row.opened_at.timestamp())
            for row in rows
            if row.closed_at is None
        }


class Desk(RuleBasedStateMachine):
    """Whatever else is done at a desk, with every incident in another state of its clock."""

    numbers = Bundle("numbers")

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        current_session().rollback()

    @initialize(target=numbers, lives=st.lists(st.tuples(WORDS, LIVES), min_size=5, max_size=5))
    def file_some(self, lives: list[tuple[str, str]]) -> MultipleResults[str]:
        return multiple(*(self.file(words, life) for words, life in lives))

    def file(self, words: str, life: str) -> str:
        self.world.clock.advance(hours=7)
        with unit_of_work(RESIDENT) as work:
            number = file_report(work, a_report(next(NUMBERS), description=words)).number
            follow(work, Follow(number))
        if life == "contested":
            assert refusal_of(change_severity, ChangeSeverity(number, 4, 1, "seen")) is None
            act = Appeal(a_report(next(NUMBERS)).id, number, "look again")
            assert refusal_of(appeal, act, RESIDENT) is None
        elif life:
            for version, after in enumerate([State.TRIAGED, State(life)], start=1):
                change = ChangeStatus(number, after, version, "seen")
                assert refusal_of(change_status, change) is None
        return number

    @rule(number=numbers, choice=st.integers(0, 99), hours=HOURS)
    def change(self, number: str, choice: int, hours: int) -> None:
        """To one of the states that can follow and from which one can come back."""
        self.world.clock.advance(hours=hours)
        found = find_incident(current_session(), number)
        moves = [
            one.after
            for one in moves_from(State(found.state), Role.WARD_STAFF)
            if one.after in (State.TRIAGED, *PAUSED_STATES)
        ]
        if moves:
            after = moves[choice % len(moves)]
            change = ChangeStatus(number, after, found.version, "seen")
            assert refusal_of(change_status, change) is None

    @rule(number=numbers, onto=numbers)
    def merge(self, number: str, onto: str) -> None:
        refusal_of(merge_incidents, MergeIncidents(number, onto, "one"))

    @rule(number=numbers, onto=numbers, hours=st.integers(0, 60), actor=st.sampled_from(DESK))
    def there_and_back(self, number: str, onto: str, hours: int, actor: Actor) -> None:
        before = all_rows()
        moved = find_incident(current_session(), number).number
        if refusal_of(merge_incidents, MergeIncidents(number, onto, "one"), actor) is None:
            assert all_rows() != before
            self.world.clock.advance(hours=hours)
            assert refusal_of(unmerge_incident, UnmergeIncident(moved, "two")) is None
        assert all_rows() == before


def all_rows() -> dict[str, list[dict[str, Any]]]:
    session = current_session()
    session.rollback()
    return {
        table.name: [
            {name: value for name, value in row._mapping.items() if name not in GROWS}
            for row in session.execute(sa.select(table).order_by(*table.primary_key))
        ]
        for table in map(table_of, (Incident, ServiceRequest, Follower, QueueEntry, Contact))
    }


def refusal_of(use_case: Any, command: Any, actor: Actor = STAFF) -> str | None:
    """The slug of the refusal, None where it was done."""
    return refused(actor, use_case, command)


@pytest.fixture
def wary_city(city: World) -> World:
    """A city that knows a word for danger."""
    with unit_of_work(STAFF) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    return city


@pytest.mark.slow
def test_what_is_joined_and_parted_stands_as_if_it_had_been_said_so_at_once(
    wary_city: World,
) -> None:
    run_state_machine_as_test(lambda: Street(wary_city), settings=SETTINGS)


@pytest.mark.slow
def test_merge_then_unmerge_changes_nothing(wary_city: World) -> None:
    run_state_machine_as_test(lambda: Desk(wary_city), settings=SETTINGS)
