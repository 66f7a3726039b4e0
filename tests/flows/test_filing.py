"""A report from its filing to its place in the queue, on both databases."""

import json

import pytest
import sqlalchemy as sa
from worlds import FAR_AWAY, IN_SE, STAFF, World, a_report

from backend.core.actors import ANONYMOUS
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Conflict
from backend.core.uow import unit_of_work
from backend.places.models import District
from backend.reports.file_report import Filed, file_report
from backend.reports.models import Incident
from backend.reports.queries import find_incident
from backend.triage.queries import queue_page
from backend.triage.queue_filter import QueueFilter

pytestmark = pytest.mark.both


def file(number: int, **changes: object) -> Filed:
    with unit_of_work(ANONYMOUS) as work:
        return file_report(work, a_report(number, **changes))  # type: ignore[arg-type]


def test_a_report_gets_its_district_and_a_place_in_the_queue(city: World) -> None:
    number = file(1, place=IN_SE).number
    session = current_session()
    incident = find_incident(session, number)
    assert session.get_one(District, incident.district_id).code == "SE"
    page = queue_page(session, QueueFilter(), city.clock.now(), limit=10)
    assert [entry.number for entry in page.entries] == [number]


def test_the_public_log_tells_nobody_by_which_way_it_came(city: World) -> None:
    file(1, channel=Channel.APP)
    with unit_of_work(STAFF) as work:
        file_report(work, a_report(2, channel=Channel.PHONE))
        file_report(work, a_report(3, channel=Channel.CREW))
    filed = sa.select(Decision.actor, Decision.facts).where(Decision.action == "report.filed")
    told = current_session().execute(filed.order_by(Decision.sequence)).all()
    assert [row.actor for row in told] == ["resident", "resident", STAFF.key]
    facts = [json.loads(row.facts) for row in told]
    # Whoever has the key can tell, and nobody else: it is a hash of its own for each.
    assert [one.keys() - {"by"} for one in facts] == [{"service", "incident"}] * 3
    assert len({one.get("by") for one in facts}) == 3


def test_sending_again_is_the_same_report(city: World) -> None:
    first, second = file(1), file(1)
    assert (first.is_new, second.is_new) == (True, False)
    assert current_session().query(Incident).count() == 1


def test_one_id_cannot_mean_two_reports(city: World) -> None:
    file(1)
    with pytest.raises(Conflict) as refusal:
        file(1, description="Something else altogether")
    assert refusal.value.slug == "report-id-taken"


def test_outside_the_city_is_taken_and_listed_apart(city: World) -> None:
    number = file(1, place=FAR_AWAY).number
    session, now = current_session(), city.clock.now()
    assert queue_page(session, QueueFilter(), now, limit=10).total == 0
    outside = queue_page(session, QueueFilter(is_outside=True), now, limit=10)
    assert [entry.number for entry in outside.entries] == [number]
