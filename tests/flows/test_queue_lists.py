"""Reading the queue in pages while it changes, and finding in it what is asked for."""

import random
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session, db
from backend.core.uow import unit_of_work
from backend.reports.change_service import change_service
from backend.reports.change_severity import change_severity
from backend.reports.change_status import change_status
from backend.reports.commands import (
    ChangeService,
    ChangeSeverity,
    ChangeStatus,
    MergeIncidents,
    ModerateText,
    UnmergeIncident,
)
from backend.reports.drawn_area import read_area
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.file_report import file_report
from backend.reports.find_words import words_to_match
from backend.reports.models import Incident, Service, ServiceRequest
from backend.reports.privacy.erase_words import erase_requests
from backend.reports.privacy.moderate_text import moderate_text
from backend.reports.privacy.wipe_traces import wipe_traces
from backend.reports.workflow import State
from backend.triage.models import QueueEntry
from backend.triage.queries import QueuePage, arrived_since, queue_page, queued_numbers
from backend.triage.queue_cursor import read_cursor
from backend.triage.queue_filter import QueueFilter, Terms, conditions

pytestmark = pytest.mark.both


def filed(number: int, **changes: Any) -> str:
    place = changes.pop("place", IN_SW)
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(number, place, **changes)).number


def page(city: World, **way: Any) -> QueuePage:
    return queue_page(current_session(), QueueFilter(), city.clock.now(), limit=7, **way)


def found(city: World, **wanted: Any) -> list[str]:
    return queued_numbers(current_session(), QueueFilter(**wanted), city.clock.now())


def version_of(number: str) -> int:
    return current_session().scalars(
        sa.select(Incident.version).where(Incident.number == number)
    ).one()  # fmt: skip


def test_nobody_is_skipped_or_shown_twice_while_the_queue_changes(city: World) -> None:
    """Before each page a report arrives, one closes, one changes its band and one its clock."""
    chance = random.Random(7)
    for n in range(24):
        filed(n, service_code=chance.choice(("WIRES", "SIGNAL", "POTHOLE", "BENCH")))
        city.clock.advance(minutes=chance.randint(0, 300))
    stood = found(city)
    left_alone = set(stood)
    here, read, waiting = page(city), list[str](), set[str]()
    began, fresh = here.began.sequence, 100
    while True:
        assert here.first_position == len(read) + 1
        read += [one.number for one in here.entries]
        if here.after is None:
            break
        city.clock.advance(hours=30)
        filed(fresh := fresh + 1, service_code=chance.choice(("WIRES", "BENCH")))
        closed, moved, paused = chance.sample(sorted(left_alone), 3)
        left_alone -= {closed, moved}
        take_step(closed, State.RESOLVED)
        band = chance.choice((0, 4))
        do(STAFF, change_severity, ChangeSeverity(moved, band, version_of(moved), "as it is"))
        if paused not in waiting:
            take_step(paused, State.TRIAGED)
            take_step(paused, State.WAITING_CONTRACTOR)
            waiting.add(paused)
        db.session.remove()
        here = page(city, after=read_cursor(str(here.after)))
    assert len(read) == len(set(read))
    assert [one for one in read if one in left_alone] == [one for one in stood if one in left_alone]
    # Whatever is there and was not read is what the list says came since.
    unread = set(found(city)) - set(read)
    arrived = arrived_since(current_session(), QueueFilter(), city.clock.now(), began)
    assert here.arrived == arrived >= len(unread) > 0
    assert unread.isdisjoint(left_alone)


def take_step(number: str, after: State) -> None:
    do(STAFF, change_status, ChangeStatus(number, after, version_of(number), "as it is"))


def test_words_are_found_in_any_shape_and_gone_when_covered_erased_or_closed(city: World) -> None:
    spilt = filed(
        1, description="Öl läuft über die Brücke, ganz LANGSAM", address="Kirchstraße 12a"
    )
    other = filed(2, description="The bridge's railing is loose")
    assert found(city, words="brucke") == found(city, words="BRÜCKE öl") == [spilt]
    assert found(city, words="kirch 12a") == [spilt]
    assert found(city, words="langs läuft brück") == [spilt]
    assert found(city, words="bridge railing") == [other]
    assert found(city, words="brücke railing") == found(city, words="ilt") == []
    assert found(city, words="'\"*) OR (") == found(city, words="or") == []
    assert found(city, words="!?") == []

    do(STAFF, merge_incidents, MergeIncidents(other, spilt, "one spill"))
    assert found(city, words="bridge brücke") == [spilt]
    do(STAFF, unmerge_incident, UnmergeIncident(other, "two things"))
    assert (found(city, words="bridge"), found(city, words="brücke")) == ([other], [spilt])

    do(STAFF, moderate_text, ModerateText(spilt, "Oil on a road", "a name"))
    assert found(city, words="brücke") == found(city, words="kirchstraße") == []
    assert found(city, words="oil") == [spilt]
    do(STAFF, moderate_text, ModerateText(spilt, "", "a name"))
    assert found(city, words="oil") == []

    do(STAFF, change_status, ChangeStatus(other, State.RESOLVED, version_of(other)))
    assert found(city, words="railing") == []
    reopened = ChangeStatus(other, State.REOPENED, version_of(other), "still there")
    do(STAFF, change_status, reopened)
    assert found(city, words="railing") == [other]
    with unit_of_work(OPERATOR) as work:
        erase_requests(work, ServiceRequest.number == other)
        wipe_traces(work)
    assert found(city, words="railing") == []
    session = current_session()
    if session.get_bind().dialect.name == "sqlite":
        # Nothing of it is left in the pages of the index either.
        blocks = session.execute(sa.text("SELECT block FROM incident_words_data")).scalars()
        assert not any(b"railing" in bytes(block) for block in blocks)


def test_a_kind_is_found_by_its_name_whatever_was_said_of_it(city: World) -> None:
    said = filed(1, description="It is deep", address="Kirchstraße 12a")
    silent = filed(2, description="A word", service_code="BENCH", place=IN_NW)
    both = filed(3, description="A bench stands in a pothole", service_code="SIGNAL", place=IN_SE)
    with unit_of_work(OPERATOR) as work:
        # As what was brought along without a description.
        of = sa.update(ServiceRequest).where(ServiceRequest.number == silent)
        work.session.execute(of.values(description=""))
    assert found(city, words="pothol") == [both, said]
    assert found(city, words="pothole deep") == found(city, words="KIRCH poth") == [said]
    assert found(city, words="new bench") == [silent]
    assert found(city, words="bench") == [both, silent]

    do(STAFF, change_service, ChangeService(said, "BENCH", version_of(said), "one is missing"))
    assert found(city, words="pothole") == [both]
    assert found(city, words="new bench") == sorted_as_listed(city, said, silent)
    with unit_of_work(OPERATOR) as work:
        work.session.execute(
            sa.update(Service).where(Service.code == "BENCH").values(name="Bänke und Stühle")
        )
    assert found(city, words="new") == []
    assert found(city, words="banke stuh") == sorted_as_listed(city, said, silent)
    do(STAFF, change_status, ChangeStatus(silent, State.RESOLVED, version_of(silent)))
    assert found(city, words="stühle") == [said]
    with unit_of_work(OPERATOR) as work:
        erase_requests(work, ServiceRequest.number == said)
        wipe_traces(work)
    assert found(city, words="kirch") == []
    assert found(city, words="stühle") == [said]


def sorted_as_listed(city: World, *numbers: str) -> list[str]:
    """Those of the queue, in its order."""
    return [one for one in found(city) if one in numbers]


def test_a_number_finds_its_report_however_it_is_written(city: World) -> None:
    one, other = filed(1), filed(2)
    grouped = (f"{one[:4]} {one[4:]}", f"{one[:2]}-{one[2:5]}-{one[5:]}", f" #{one.lower()}. ")
    for text in (one, one.lower(), one.replace("0", "o").replace("1", "l"), *grouped):
        assert found(city, words=text) == [one], text
    assert found(city, words=one, district_codes=("SE",)) == []
    # A number of nobody's, and one with a slip in it, are words like others.
    slip = ("0" if one[0] != "0" else "2") + one[1:]
    for text in (slip, f"{one} {other}", "00000000"):
        assert found(city, words=text) == [], text
    do(STAFF, merge_incidents, MergeIncidents(other, one, "one hole"))
    assert found(city, words=other) == found(city, words=one) == [one]
    do(STAFF, change_status, ChangeStatus(one, State.RESOLVED, version_of(one)))
    assert found(city, words=one) == []


def test_each_filter_finds_its_own(city: World) -> None:
    wires = filed(1, service_code="WIRES", channel=Channel.PHONE)
    hole = filed(2, place=IN_SE)
    bench = filed(3, place=IN_NW, service_code="BENCH")
    outside = filed(4, place=FAR_AWAY)
    me = STAFF.key
    with unit_of_work(OPERATOR) as work:
        of = sa.update(Incident).where(Incident.number == hole)
        work.session.execute(of.values(assignee=me))
    city.clock.advance(hours=80)
    young = filed(5, place=IN_NW)
    everything = [wires, hole, young, bench]
    around_se = f"{IN_SE[0] - 0.001},{IN_SE[1] - 0.001},{IN_SE[0] + 0.001},{IN_SE[1] + 0.001}"
    triangle = "10.0,50.009,10.01,50.009,10.0,50.03"
    for wanted, numbers in (
        ({}, everything),
        ({"is_outside": True}, [outside]),
        ({"district_codes": ("SE", "NW")}, [hole, young, bench]),
        ({"service_codes": ("WIRES", "BENCH")}, [wires, bench]),
        ({"bands": (0, 4)}, [wires, bench]),
        ({"states": ("triaged",)}, []),
        ({"channels": ("phone", "paper")}, [wires]),
        ({"assignee": me}, [hole]),
        ({"assignee": ""}, [wires, young, bench]),
        ({"waiting_days": 3}, [wires, hole, bench]),
        ({"is_overdue": True}, [wires, hole]),
        ({"has_photo": True}, []),
        ({"area_ids": ()}, []),
        ({"area": read_area(around_se)}, [hole]),
        ({"area": read_area(triangle)}, [young, bench]),
        ({"area": read_area(triangle), "words": "hole 5"}, [young]),
    ):
        assert found(city, **wanted) == numbers, wanted


def test_words_are_found_the_same_by_every_way_there_is(city: World) -> None:
    """Few that are looked up, many that are met in the order, and both only counted."""
    held = [filed(n, description="A lantern is out") for n in (1, 2)]
    filed(3, description="A bench is loose")
    filed(4, place=FAR_AWAY, description="A lantern far away")
    session = current_session()
    dialect = session.get_bind().dialect.name
    known = {"is_outside": False, "words": words_to_match(session, ("lanter", "out"))}
    for name in ("words", "common_words"):
        terms = Terms(("is_outside", name), None, dialect)
        for is_count in (False, True):
            rows = (
                sa.select(Incident.number)
                .join(QueueEntry, QueueEntry.incident_id == Incident.id)
                .where(*conditions(terms, is_count=is_count))
            )
            assert sorted(session.scalars(rows, known)) == sorted(held), (name, is_count)


def test_a_place_of_an_address_is_read_back_as_it_was_written(city: World) -> None:
    filed(1)
    filed(2)
    first = queue_page(current_session(), QueueFilter(), NOON + timedelta(hours=1 / 7), limit=1)
    assert first.after is not None
    assert read_cursor(str(first.after)) == first.after
    for text in ("", "1~2", "~".join("1" * 8), "nan~1~1~1~1~1~1", "1~-9~1~1~1~1~1"):
        assert read_cursor(text) is None, text
