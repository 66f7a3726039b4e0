"""What the estimator is told: when each watch ends, what was seen then, and who was shown what."""

from dataclasses import astuple

import numpy as np
from acting import do
from worlds import STAFF, World, a_report

from backend.audits.already_shown import Leaver, already_shown, as_if_reported
from backend.audits.observe import read_request_log
from backend.core.actors import ANONYMOUS, Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.uow import UnitOfWork
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus, InspectionOutcome, MeToo, RecordInspection
from backend.reports.duplicates.candidates import Draft, likely_duplicates
from backend.reports.duplicates.me_too import me_too
from backend.reports.duplicates.note_exposure import note_exposure
from backend.reports.file_report import file_report
from backend.reports.record_inspection import record_inspection
from backend.reports.workflow import State
from equity.rates.events import FOUND, GONE, NOT_FOUND, UNKNOWN


def filed(number: int, actor: Actor = ANONYMOUS, **changes: object) -> str:
    return str(do(actor, file_report, a_report(number, **changes)).number)


def test_a_watch_ends_with_the_first_look_or_the_closing(city: World) -> None:
    _, gone, fixed, refused, late, swept, seen_twice = (filed(n) for n in range(7))
    city.clock.advance(days=3)
    first_look = city.clock.now()
    for number, outcome in {
        gone: InspectionOutcome.GONE,
        seen_twice: InspectionOutcome.NOT_FOUND,
    }.items():
        do(STAFF, record_inspection, RecordInspection(number, outcome))
    for number, state in {
        fixed: State.RESOLVED,
        refused: State.REFUSED,
        late: State.RESOLVED,
    }.items():
        do(STAFF, change_status, ChangeStatus(number, state, 1, "We said why"))
    filed(8, repeat_of=swept, channel=Channel.SWEEP)
    city.clock.advance(days=2)
    for number in (seen_twice, late):
        do(STAFF, record_inspection, RecordInspection(number, InspectionOutcome.FOUND))

    requests = read_request_log(current_session(), 1).requests
    assert requests.outcome is not None
    ended = np.fmin.reduce(requests.until, axis=1).tolist()
    moment = first_look.replace(tzinfo=None)
    assert list(zip(ended, requests.outcome.tolist(), strict=True)) == [
        (None, UNKNOWN),
        (moment, GONE),
        (moment, FOUND),
        (moment, UNKNOWN),
        (moment, FOUND),
        (moment, FOUND),
        (moment, NOT_FOUND),
        (moment, FOUND),
    ]
    assert requests.is_report.sum() == 7


def shown(work: UnitOfWork, place: tuple[float, float]) -> None:
    draft = Draft("POTHOLE", *place, "A deep hole")
    note_exposure(
        work, likely_duplicates(work.session, draft, work.now), draft.service_code, Channel.APP
    )


def test_who_was_shown_that_it_is_known_joined_went_elsewhere_or_left(sqlite_city: World) -> None:
    known = filed(1)
    place = (a_report(1).lon, a_report(1).lat)
    people = [Actor("resident", Role.RESIDENT, reporter=letter * 64) for letter in "abc"]
    for person in people:
        for _ in range(2):
            do(person, shown, place)
            sqlite_city.clock.advance(hours=0.2)
    do(people[0], me_too, MeToo(a_report(2).id, known, Channel.APP))
    filed(3, people[1], service_code="BENCH")
    sqlite_city.clock.advance(days=1)
    filed(4, people[2])
    session = current_session()
    found = already_shown(session)
    assert found.counts == {"joined": 1, "anew": 1, "left": 1}

    log = read_request_log(session, 1)
    stranger = Leaver("d" * 64, *astuple(found.leavers[0])[1:])
    elsewhere = Leaver("e" * 64, stranger.at, 99)
    more = as_if_reported(log, (*found.leavers, stranger, elsewhere))
    assert log.size == log.requests.at.size == 4
    assert more.incident.tolist() == [*log.requests.incident.tolist(), 0, 0]
    assert more.at[4:].tolist() == [stranger.at.replace(tzinfo=None)] * 2
    # Who left had reported something else besides.
    assert more.reporter.tolist() == [UNKNOWN, 0, 1, 2, 2, 3]
    assert more.request.tolist() == list(range(6))
    assert (more.area == more.area[0]).all()
    assert more.is_report.all()
