"""What analysts ask of the audit room in the background, and what became of promises."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from audited import DISTRICTS, audited, bring_in, fill_quarter, last_quarter, strips
from worlds import ANALYST, NOON, STAFF, World

from backend.audits.findings.ask_audit import JOB as RUN_AUDIT
from backend.audits.findings.ask_audit import ask_for_audit, awaited_audits
from backend.audits.findings.parameters import Kind
from backend.audits.findings.period import quarter_of
from backend.audits.findings.preregister import Preregister, PromisedMetric, preregister
from backend.audits.models import Finding, Preregistration, RateRun
from backend.audits.promises import State, promises
from backend.audits.queries import latest_run, rates_of, variants_of
from backend.audits.vary_rates import (
    JOB,
    Choice,
    ask_for_variant,
    choice_of,
    is_awaited,
    variant_by,
)
from backend.core.actors import OPERATOR, Role
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import Job
from backend.core.uow import unit_of_work
from backend.places.import_boundaries import import_boundaries
from backend.places.queries import current_boundary_set
from backend.wiring import JOBS


def work_off(kind: str) -> int:
    """How many jobs of a kind were waiting, and are done now."""
    waiting = sa.select(Job.id).where(Job.kind == kind, Job.state == "waiting")
    ids = list(current_session().scalars(waiting))
    assert all(run_job(id_, JOBS) for id_ in ids)
    return len(ids)


def a_fit() -> UUID:
    """One of every night, whatever it says."""
    with unit_of_work(OPERATOR) as work:
        boundary_set = current_boundary_set(work.session)
        assert boundary_set is not None
        run = RateRun(
            id=work.runtime.ids.uuid(),
            fitted_at=NOON,
            boundary_set_id=boundary_set.id,
            data_from=NOON,
            data_until=NOON,
            data_sha256="0" * 64,
            parameters={"blackout_days": 1.0, "limit_days": 100.0},
        )
        work.session.add(run)
        return run.id


def test_another_choice_is_computed_beside_the_rates_and_never_taken_for_them(
    city: World,
) -> None:
    bring_in()
    run = a_fit()
    choice = Choice(2.0, 100.0, "poisson")
    assert refused(STAFF, ask_for_variant, choice) == "role-not-allowed"
    assert refused(ANALYST, ask_for_variant, Choice(3.0, 100.0, "poisson")) == "choice-not-offered"
    for _again in range(2):
        do(ANALYST, ask_for_variant, choice)
    session = current_session()
    assert is_awaited(session, choice)
    assert work_off(JOB) == 1
    assert not is_awaited(session, choice)
    newest = latest_run(session)
    assert newest is not None
    assert newest.id == run
    [variant] = variants_of(session, newest)
    assert variant == variant_by([variant], choice)
    assert choice_of(newest) == Choice(1.0, 100.0, "bym2")
    tried = rates_of(session, variant)
    assert len(tried) == DISTRICTS
    assert all(one.low and one.low < one.high for one in tried if one.grade == "B")
    assert session.scalar(sa.select(sa.func.count(RateRun.id))) == 2
    asked = "/audit/sensitivity?blackout=2&limit=100&model=poisson"
    assert variant.data_sha256 in city.signed_in(Role.ANALYST).get(asked).text


@pytest.mark.slow
def test_a_quarter_is_audited_once_for_all_who_ask(sqlite_city: World) -> None:
    period = last_quarter()
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, strips())
        fill_quarter(work, period, 6)
    assert refused(STAFF, ask_for_audit, period) == "role-not-allowed"
    assert refused(ANALYST, ask_for_audit, quarter_of(NOON.date())) == "period-not-over"
    for _again in range(2):
        do(ANALYST, ask_for_audit, period)
    session = current_session()
    assert len(awaited_audits(session)) == 1
    assert work_off(RUN_AUDIT) == 1
    assert awaited_audits(session) == []
    found = session.scalars(sa.select(Finding)).one()
    assert (found.starts_on, found.made_by) == (period.starts_on, "system")


def test_a_promise_is_followed_until_it_is_told(sqlite_city: World) -> None:
    period = bring_in()
    start = period.moments("Europe/Berlin")[0]
    metrics = (
        PromisedMetric("closed-without-action", 10.0),
        PromisedMetric("reopened", 5.0),
        PromisedMetric("reporters-per-thousand"),
    )
    command = Preregister(period.starts_on, metrics, ("fifths by income",))
    with unit_of_work(ANALYST) as work:
        work.now = start - timedelta(days=1)
        preregister(work, command)
    session = current_session()

    def states(now: Any = NOON) -> list[State]:
        return [one.state for one in promises(session, now)]

    assert states(start - timedelta(hours=1)) == 3 * [State.PROMISED]
    assert states(start) == 3 * [State.RUNNING]
    assert states() == 3 * [State.DUE]
    finding = audited(period, Kind.CLOSING, Kind.PARTICIPATION)
    verdicts = {one["metric"]: one["verdict"] for one in json.loads(finding.result)["thresholds"]}
    assert verdicts == {"closed-without-action": "reached", "reopened": "untold"}
    assert dict(zip([one.metric for one in metrics], states(), strict=True)) == {
        "closed-without-action": State.REACHED,
        "reopened": State.CANNOT_TELL,
        "reporters-per-thousand": State.TOLD,
    }
    assert {one.finding for one in promises(session, NOON)} == {finding.id}
    # Nobody can sign later what is over: such a row is none of the log's.
    page = sqlite_city.client().get("/audits/promises").text
    assert "Of 3 figures promised beforehand 3 are told" in page
    assert "the gap is as large as was named beforehand" in page
    with unit_of_work(OPERATOR) as work:
        plan = work.session.scalars(sa.select(Preregistration)).one()
        kept = {name: getattr(plan, name) for name in ("document", "sha256", "signed_by")}
        days = {"starts_on": plan.starts_on, "ends_on": plan.ends_on}
        work.session.add(Preregistration(**kept, **days, signed_at=work.now))
    assert states() == 3 * [State.VOID]
