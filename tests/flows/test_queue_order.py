"""The queue's order is that of the published rule, and weights are a decision somebody made."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from worlds import ANALYST, FAR_AWAY, IN_NW, IN_SE, IN_SW, NOON, SIDE, STAFF, World, a_report
from worlds import square_districts as squares

from backend.core.actors import ANONYMOUS, OPERATOR, Actor
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.models import District
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import HazardWord, Incident, Service, ServiceRequest
from backend.reports.reread_districts import reread_districts
from backend.reports.workflow import State
from backend.triage.hold_weights import JOB
from backend.triage.keep_queue import refresh_entry, refresh_queue
from backend.triage.models import QueueEntry, WeightSet
from backend.triage.preview_weights import read_preview
from backend.triage.queries import ROLLED_BACK, Queued, queue_page, queued_incident
from backend.triage.queue_filter import QueueFilter
from backend.triage.queue_line import position_words, weight_source
from backend.triage.weight_sets import (
    DecideWeights,
    ProposeWeights,
    RollBackWeights,
    decide_weights,
    propose_weights,
    roll_back_weights,
)
from backend.wiring import JOBS
from equity.levers.priority import UNWEIGHTED_BANDS
from equity.rates.reporting_rate import AreaRate, Grade

SERVICES = ("WIRES", "SIGNAL", "POTHOLE", "BENCH")
# One district is heard half as much as the others and known well; another as little, badly known.
RATES = {"NE": (1.0, 0.9, 1.1), "NW": (1.0, 0.9, 1.1), "SE": (1.0, 0.9, 1.1), "SW": (0.5, 0.4, 0.7)}


def queue(now: Any, **wanted: Any) -> tuple[Queued, ...]:
    session = current_session()
    return queue_page(session, QueueFilter(**wanted), now, limit=1000).entries


def weights() -> dict[tuple[str, int], list[Any]]:
    """The weights in the queue by district and band."""
    rows = current_session().execute(
        sa.select(District.code, QueueEntry.severity_band, QueueEntry.weight)
        .join(Incident, Incident.id == QueueEntry.incident_id)
        .outerjoin(District, District.id == Incident.district_id)
    )
    found: dict[tuple[str, int], set[float]] = {}
    for code, band, weight in rows:
        found.setdefault((code, band), set()).add(weight)
    return {key: sorted(values) for key, values in found.items()}


def file_everywhere(start: int = 1) -> None:
    number = start
    for place in (IN_SW, IN_SE, IN_NW, FAR_AWAY):
        for service in SERVICES:
            with unit_of_work(ANONYMOUS) as work:
                file_report(work, a_report(number, place, service_code=service))
            number += 1


def propose(strength: float = 1.0, actor: Actor = ANALYST) -> WeightSet:
    ids = current_session().execute(sa.select(District.code, District.id)).all()
    rates = [
        AreaRate(str(id_), Grade.A, 90, 90, 99.0, *RATES[code])
        for code, id_ in sorted(ids)
        if code in RATES
    ]
    with unit_of_work(actor) as work:
        return propose_weights(work, ProposeWeights("run", rates, strength))


def decide(weight_set: WeightSet, *, is_approval: bool, actor: Actor = OPERATOR) -> None:
    with unit_of_work(actor) as work:
        decide_weights(work, DecideWeights(weight_set.id, is_approval, "as the council asked"))


def go_back(weight_set: WeightSet, actor: Actor = ANALYST) -> None:
    with unit_of_work(actor) as work:
        roll_back_weights(work, RollBackWeights(weight_set.id, "the last one did harm"))


def test_the_order_is_that_of_the_rule(city: World) -> None:
    """Random moments, some the same and some in the future, in every band, with every weight."""
    rng = random.Random(3)
    moments = [NOON - timedelta(minutes=rng.randint(0, 40_000)) for _ in range(30)]
    moments += [NOON + timedelta(hours=5), NOON + timedelta(days=9)]
    with unit_of_work(OPERATOR) as work:
        incidents = [
            Incident(
                id=n, number=f"{n:08d}", service_code=rng.choice(SERVICES), state="received",
                lon=0, lat=0, is_outside=False, opened_at=rng.choice(moments), changed_at=NOON,
            )
            for n in rng.sample(range(1, 1000), 250)
        ]  # fmt: skip
        work.session.add_all(incidents)
        work.session.flush()
        for one in incidents:
            give_it_a_place(work.session, one, rng.choice([1.0, 1.0, 1.2, 1.5]))
    now = NOON + timedelta(hours=1)
    page = queue(now)
    assert len(page) == 250
    keys = [
        (band, -round(-score, 9) if score else 0.0, opened, number)
        for band, score, opened, number in (one.priority.sort_key for one in page)
    ]
    assert keys == sorted(keys)
    assert len({key[:3] for key in keys}) < 250
    assert [one.position for one in page] == [*range(1, 251)]
    start = queue_page(current_session(), QueueFilter(), now, limit=90)
    middle = queue_page(current_session(), QueueFilter(), now, limit=20, after=start.after)
    assert middle.entries == page[90:110]
    assert middle.total == 250
    for one in page[::40]:
        id_ = int(one.number)
        assert queued_incident(current_session(), id_, now) == one


def give_it_a_place(session: Session, incident: Incident, weight: float) -> None:
    request = ServiceRequest(
        id=a_report(incident.id).id, number=incident.number, incident_id=incident.id,
        service_code=incident.service_code, description="", lon=0, lat=0, is_outside=False,
        channel="app", requested_at=incident.opened_at, received_at=NOON, fingerprint="",
    )  # fmt: skip
    session.add(request)
    refresh_entry(session, incident.id)
    entry = sa.update(QueueEntry).where(QueueEntry.incident_id == incident.id)
    session.execute(
        entry.where(QueueEntry.severity_band.not_in(UNWEIGHTED_BANDS)).values(weight=weight)
    )


def test_weights_act_once_approved_inside_bands_2_to_4_of_their_district(city: World) -> None:
    file_everywhere()
    all_ones = {key: [1.0] for key in weights()}
    assert weights() == all_ones
    assert len(all_ones) == 4 * 4
    first = propose()
    assert weights() == all_ones

    decide(first, is_approval=True)
    heavy = {("SW", band): [pytest.approx(1 / 0.7)] for band in (2, 4)}
    assert weights() == all_ones | heavy
    file_everywhere(100)
    assert weights() == all_ones | heavy

    city.clock.advance(hours=30)
    for is_outside in (False, True):
        for one in queue(city.clock.now(), is_outside=is_outside):
            factors = {factor.name: factor.value for factor in one.priority.factors}
            assert factors.keys() == {"waiting_hours", "per_target_hour", "district_weight"}
            product = 30 / one.priority.target_hours * factors["district_weight"]
            assert one.priority.score == pytest.approx(product, rel=1e-12)
    pothole = queue(city.clock.now(), service_codes=("POTHOLE",))
    assert {one.district_name for one in pothole[:2]} == {"SW side"}
    assert [one.priority.severity_band for one in queue(city.clock.now())] == sorted(
        one.priority.severity_band for one in queue(city.clock.now())
    )

    second = propose(strength=5.0)
    decide(second, is_approval=True)
    assert weights() == all_ones | {("SW", band): [1.5] for band in (2, 4)}
    states = sa.select(WeightSet.version, WeightSet.state)
    assert dict(current_session().execute(states).all()) == {1: "retired", 2: "approved"}
    decide(second, is_approval=False)
    assert weights() == all_ones


def test_a_report_enters_where_its_incident_would_be_put_anew(city: World) -> None:
    city.clock.advance(microseconds=123_457)
    with unit_of_work(STAFF) as work:
        work.session.add(HazardWord(language="en", word="gas"))
        mark_catalogue(work)
    file_everywhere()
    decide(propose(), is_approval=True)
    file_everywhere(100)
    for number, service in enumerate(SERVICES, start=200):
        with unit_of_work(ANONYMOUS) as work:
            file_report(work, a_report(number, service_code=service, description="I smell gas"))
    columns = sa.select(*QueueEntry.__table__.c).order_by(QueueEntry.incident_id)
    entered = current_session().execute(columns).all()
    assert len({row[1:] for row in entered}) > len(SERVICES)
    assert {row.target_seconds for row in entered[-3:]} == {4 * 3600}
    with unit_of_work(STAFF) as work:
        refresh_queue(work.session)
    assert current_session().execute(columns).all() == entered


def test_a_service_set_anew_moves_what_is_in_the_queue(city: World) -> None:
    file_everywhere()
    decide(propose(), is_approval=True)
    changes = {"POTHOLE": (0, 2), "WIRES": (3, 100)}
    with unit_of_work(OPERATOR) as work:
        anew = [
            Service(code=code, name=code, severity_band=band, target_hours=hours)
            for code, (band, hours) in changes.items()
        ]
        import_services(work, anew)
    for code, figures in changes.items():
        for one in queue(NOON, service_codes=(code,)):
            assert (one.priority.severity_band, one.priority.target_hours) == figures
    # The former pothole is a hazard and has no weight, the former hazard has one.
    assert weights()[("SW", 0)] == [1.0]
    assert weights()[("SW", 3)] == [pytest.approx(1 / 0.7)]


def test_weights_follow_incidents_into_other_districts(city: World) -> None:
    file_everywhere()
    weight_set = propose()
    decide(weight_set, is_approval=True)
    assert weights()[("SW", 2)] != [1.0]
    # Half as large, so that all there was in SW stays in the new SW, which has no weight yet.
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, squares(SIDE / 2))
        reread_districts(work)
    assert [*weights().values()] == [[1.0]] * len(weights())
    # Moved by hand into the district that has one.
    heavy = sa.select(District.id).where(District.code == "SW").order_by(District.id).limit(1)
    with unit_of_work(OPERATOR) as work:
        moved = work.session.scalar(heavy)
        work.session.execute(sa.update(Incident).values(district_id=moved))
        refresh_queue(work.session)
    assert weights()[("SW", 2)] == weights()[("SW", 4)] == [pytest.approx(1 / 0.7)]
    assert weights()[("SW", 0)] == weights()[("SW", 1)] == [1.0]


def test_a_weight_that_would_make_another_report_late_falls_back_to_1(city: World) -> None:
    """One report a day gets done: the first is in time now, and as the second it would be late."""
    with unit_of_work(OPERATOR) as work:
        done = {"state": "resolved", "closed_at": NOON - timedelta(days=1), "changed_at": NOON}
        place = {"service_code": "POTHOLE", "lon": 0, "lat": 0, "is_outside": True}
        work.session.add_all(
            Incident(number=f"{n:08d}", opened_at=NOON - timedelta(days=9), **done, **place)
            for n in range(28)
        )
    for number, place, service, hours in (
        (1, IN_SE, "POTHOLE", 7), (2, IN_SW, "POTHOLE", 40), (3, IN_SW, "BENCH", 0)
    ):  # fmt: skip
        with unit_of_work(ANONYMOUS) as work:
            file_report(work, a_report(number, place, service_code=service))
        city.clock.advance(hours=hours)
    endangered, heavy, wish = (one.number for one in queue(city.clock.now()))
    proposed = propose()
    kept = read_preview(proposed.preview or {})
    assert kept.held == ((heavy, endangered),)
    assert (kept.preview.served_per_day, kept.preview.reports) == (1, 3)
    assert sum(area.later for area in kept.preview.areas) == 0

    decide(proposed, is_approval=True)
    weighted = pytest.approx(1 / 0.7)

    def standing() -> list[tuple[str, float, str | None]]:
        return [
            (one.number, one.priority.factor("district_weight"), one.held_for)
            for one in queue(city.clock.now())
        ]

    held = [(endangered, 1.0, None), (heavy, 1.0, endangered), (wish, weighted, None)]
    assert standing() == held
    first = queue(city.clock.now())[1]
    assert weight_source(first) == "held"
    assert f"make {endangered} late" in position_words(first)
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(heavy, State.TRIAGED, 1))
    assert standing() == held
    # Three hours later it is late whatever happens, and nothing is held for it any more.
    jobs = sa.select(Job).where(Job.kind == JOB)
    [waiting] = current_session().scalars(jobs)
    assert waiting.due_at == city.clock.now() + timedelta(hours=1)
    city.clock.advance(hours=3)
    assert run_job(waiting.id, JOBS)
    assert standing() == [(heavy, weighted, None), (endangered, 1.0, None), (wish, weighted, None)]
    # It looks again for as long as a set is in force.
    assert sorted(one.state for one in current_session().scalars(jobs)) == ["done", "waiting"]
    decide(proposed, is_approval=False)
    assert [weight for _, weight, _ in standing()] == [1.0, 1.0, 1.0]


def test_who_may_weigh(city: World) -> None:
    refusals: list[tuple[type[DomainError], str, Any]] = [
        (Forbidden, "role-not-allowed", lambda: propose(actor=STAFF)),
        (Forbidden, "role-not-allowed", lambda: propose(actor=ANONYMOUS)),
        (Forbidden, "role-not-allowed", lambda: decide(known, is_approval=True, actor=STAFF)),
        (Invalid, "strength-not-valid", lambda: propose(strength=5.1)),
        (Invalid, "strength-not-valid", lambda: propose(strength=-0.1)),
        (Invalid, "strength-not-valid", lambda: propose(strength=float("nan"))),
        (Invalid, "reason-missing", lambda: with_reason("  ")),
        (Invalid, "text-too-long", lambda: with_reason("because " * 200)),
        (Invalid, "text-control-character", lambda: with_reason("be\x00cause")),
        (NotFound, "weight-set-not-found", lambda: decide(WeightSet(id=nobody), is_approval=True)),
        (Forbidden, "weights-own-proposal", lambda: decide(known, is_approval=True, actor=ANALYST)),
        (Forbidden, "role-not-allowed", lambda: go_back(known, actor=STAFF)),
        (Conflict, "weights-never-in-force", lambda: go_back(known)),
    ]
    nobody = a_report(1).id
    known = propose()

    def with_reason(words: str) -> None:
        with unit_of_work(OPERATOR) as work:
            decide_weights(work, DecideWeights(known.id, True, words))

    for kind, slug, act in refusals:
        with pytest.raises(kind) as refusal:
            act()
        assert refusal.value.slug == slug
    decide(known, is_approval=True)
    for is_approval in (True, False, True, False):
        if is_approval or known.state == "retired":
            with pytest.raises(Conflict, match="weight-set-decided"):
                decide(known, is_approval=is_approval)
        else:
            decide(known, is_approval=False)
    assert known.state == "retired"


def test_what_was_in_force_can_be_put_in_force_again(city: World) -> None:
    file_everywhere()
    first, second, declined = propose(1.0), propose(0.5), propose(0.7)
    for one in (first, second):
        decide(one, is_approval=True)
    decide(declined, is_approval=False, actor=ANALYST)
    weighed = weights()
    with pytest.raises(Conflict, match="weights-never-in-force"):
        go_back(declined)
    go_back(first)
    assert [one.state for one in (first, second, declined)] == ["approved", "retired", "retired"]
    assert weights() != weighed
    go_back(second)
    assert weights() == weighed
    logged = current_session().scalars(
        sa.select(Decision).where(Decision.action == ROLLED_BACK).order_by(Decision.sequence)
    )
    assert [(one.subject, json.loads(one.facts)["instead_of"]) for one in logged] == [
        (f"weights:{first.version}", second.version),
        (f"weights:{second.version}", first.version),
    ]
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, squares(0.02))
    with pytest.raises(Conflict, match="weights-of-other-districts"):
        go_back(first)
