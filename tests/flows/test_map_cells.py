"""The counters of the map are what a recount finds, whatever happens to incidents."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from acting import do
from imported_rows import a_row, import_rows
from worlds import FAR_AWAY, IN_NW, IN_SE, IN_SW, NOON, STAFF, World, a_report
from worlds import square_districts as squares

from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.db import current_session, db
from backend.core.schema import downgrade, upgrade
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.reports.change_service import change_service
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeService, ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.map_cells.count_cells import (
    FINEST_ZOOM,
    coarse_cells_differ,
    count_incidents,
    miscounted,
)
from backend.reports.map_cells.models import MapCell
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import Incident, Service
from backend.reports.reread_districts import reread_districts
from backend.reports.workflow import State

pytestmark = pytest.mark.both


def is_right() -> bool:
    session = current_session()
    session.rollback()
    return not miscounted(session) and not coarse_cells_differ(session)


def counted(**kind: object) -> int:
    rows = sa.select(sa.func.sum(MapCell.incidents)).filter_by(zoom=FINEST_ZOOM, **kind)
    return current_session().scalar(rows) or 0


def test_every_way_in_and_every_step_is_counted(city: World) -> None:
    numbers = [
        do(ANONYMOUS, file_report, a_report(number, place)).number
        for number, place in enumerate((IN_SW, IN_SE, FAR_AWAY), start=1)
    ]
    do(ANONYMOUS, file_report, a_report(9, IN_SW, repeat_of=numbers[0]))
    do(STAFF, change_status, ChangeStatus(numbers[0], State.RESOLVED, 1, None))
    do(STAFF, change_service, ChangeService(numbers[1], "BENCH", 1, "It is a bench"))
    assert (counted(), counted(service_code="BENCH"), counted(state="resolved")) == (3, 1, 1)
    older = {"requested_at": NOON - timedelta(days=2)}
    closed = {**older, "closed_at": NOON}
    open_one, part_of_it = a_row("2", IN_NW, **older), a_row("4", IN_NW, **older, parent_id="2")
    import_rows(open_one, a_row("3", IN_NW, **closed), part_of_it)
    # A row of the same source that says what is closed by now.
    import_rows(a_row("2", IN_NW, **closed))
    assert counted() == 5
    assert counted(state="resolved") == 3
    assert is_right()


def test_rounded_places_and_other_districts_are_counted_anew(city: World) -> None:
    for number in range(1, 6):
        do(ANONYMOUS, file_report, a_report(number, (10.0 + number / 400, 50.0 + number / 300)))
    with unit_of_work(OPERATOR) as work:
        grid = Service(
            code="POTHOLE", name="Pothole", severity_band=2, target_hours=72, public_grid_metres=900
        )
        import_services(work, [grid])
    # What is filed afterwards is counted where the public is told it is.
    do(ANONYMOUS, file_report, a_report(7, IN_NW))
    assert is_right()
    exact = {square for square, *_ in count_incidents(current_session(), Incident.number != "")}
    assert len(exact) < 6
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, squares(side=0.004))
    with unit_of_work(OPERATOR) as work:
        assert reread_districts(work)
    assert counted(district_id=0)
    assert is_right()


@pytest.mark.slow
def test_what_was_there_before_the_counters_is_counted(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.get_one(Service, "BENCH").public_grid_metres = 300
        mark_catalogue(work)
    for number, service in enumerate(("BENCH", "POTHOLE"), start=1):
        do(ANONYMOUS, file_report, a_report(number, IN_SE, service_code=service))
    current_session().rollback()
    downgrade(db.engine, "0036")
    upgrade(db.engine)
    assert counted() == 2
    assert is_right()
