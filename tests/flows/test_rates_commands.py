"""`equity replay` and `equity vary`: rates made again beside those that are kept."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do
from audited import bring_in
from click.testing import Result
from worlds import ANALYST, World, a_report

from backend.audits.fit_rates import fit_rates
from backend.audits.models import AreaRate, RateRun
from backend.audits.queries import latest_run
from backend.audits.replay_rates import replay_rates
from backend.audits.vary_rates import Choice, ask_for_variant
from backend.core.actors import ANONYMOUS, OPERATOR
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.job_runner import run_job
from backend.core.jobs import stuck_jobs
from backend.core.uow import unit_of_work
from backend.reports.file_report import file_report
from backend.reports.models import Incident, ServiceRequest
from backend.wiring import JOBS

Command = Callable[..., Result]


@pytest.fixture
def run(sqlite_city: World) -> RateRun:
    """The rates of a city, fitted before more happened in it."""
    bring_in()
    with unit_of_work(OPERATOR) as work:
        fitted = fit_rates(work)
    sqlite_city.clock.advance(days=1)
    return fitted


def happen_more() -> None:
    """Another report comes in, and what was open is closed."""
    with unit_of_work(ANONYMOUS) as work:
        file_report(work, a_report(9_999))
        still_open = Incident.closed_at.is_(None)
        work.session.execute(
            sa.update(Incident).where(still_open).values(closed_at=work.now, state="resolved")
        )


@pytest.mark.slow
def test_rates_come_out_again_from_what_was_known_then(
    sqlite_city: World, command: Command, run: RateRun
) -> None:
    happen_more()
    rows = current_session().scalar(sa.select(sa.func.count()).select_from(AreaRate))
    for words in ((), (str(run.id),)):
        again = command(sqlite_city, "equity", "replay", *words)
        assert again.exit_code == 0, again.output
        assert f"{rows} rates: equal to the digit." in again.stdout
        assert "not the same any more" not in again.stdout
    for unknown in ("nope", str(UUID(int=7))):
        refused = command(sqlite_city, "equity", "replay", unknown)
        assert refused.exit_code == 1
        assert f"has the id {unknown}. The newest, the last first: {run.id}." in refused.stderr
    # Nothing was kept or replaced.
    assert current_session().scalar(sa.select(sa.func.count()).select_from(RateRun)) == 1


@pytest.mark.slow
def test_what_moved_since_and_what_was_touched_is_told(
    sqlite_city: World, command: Command, run: RateRun
) -> None:
    with unit_of_work(OPERATOR) as work:
        one = sa.select(sa.func.min(AreaRate.district_id)).scalar_subquery()
        work.session.execute(
            sa.update(AreaRate).where(AreaRate.district_id == one).values(incidents=1)
        )
    [touched] = {
        one.where.split(",")[0] for one in replay_rates(current_session(), run).differences
    }
    again = command(sqlite_city, "equity", "replay")
    assert again.exit_code == 1
    assert f"{touched}, all services, incidents: 1 kept" in again.stdout
    with unit_of_work(OPERATOR) as work:
        work.session.execute(sa.update(ServiceRequest).values(channel=Channel.TEXT.value))
    assert "not the same any more" in command(sqlite_city, "equity", "replay").stdout
    missing = command(sqlite_city, "equity", "replay", "no-such-fit")
    assert missing.exit_code != 0


@pytest.mark.slow
def test_a_choice_is_made_again_and_held_against_what_was_kept_of_it(
    sqlite_city: World, command: Command, run: RateRun
) -> None:
    words = ["equity", "vary", "--blackout-days", "0", "--limit-days", "30", "--model", "poisson"]
    fresh = command(sqlite_city, *words)
    assert fresh.exit_code == 0, fresh.output
    assert "conclusions change." in fresh.stdout
    assert "equal" not in fresh.stdout
    do(ANALYST, ask_for_variant, Choice(0.0, 30.0, "poisson"))
    waiting = stuck_jobs(current_session(), sqlite_city.clock.now())
    assert any(run_job(one, JOBS) for one in waiting)
    happen_more()
    kept = command(sqlite_city, *words)
    assert kept.exit_code == 0, kept.output
    assert "equal to the digit." in kept.stdout
    newest = latest_run(current_session())
    assert newest is not None
    assert newest.id == run.id
    assert command(sqlite_city, "equity", "vary", "--blackout-days", 3).exit_code != 0
