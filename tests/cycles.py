"""A cycle for tests: seven phases of ten days, the money of the city and of two districts."""

from dataclasses import replace
from datetime import timedelta

from worlds import NOON, World

from backend.ballots.cycle.commands import CreateCycle, PartPlan
from backend.ballots.cycle.create_cycle import create_cycle
from backend.ballots.cycle.models import CITYWIDE, Cycle
from backend.ballots.cycle.phases import ORDER, Phase, Span
from backend.core.actors import OPERATOR
from backend.core.uow import unit_of_work

LENGTH = timedelta(days=10)
DATES = {
    phase: Span(NOON + number * LENGTH, NOON + (number + 1) * LENGTH)
    for number, phase in enumerate(ORDER)
}
PARTS = (
    PartPlan(CITYWIDE, "Whole city", budget=50_000_00),
    PartPlan("SW", "SW side", budget=20_000_00, population=1000),
    PartPlan("SE", "SE side", budget=30_000_00, population=1000),
)
A_CYCLE = CreateCycle(
    slug="town-budget-2026",
    title="Town budget 2026",
    currency="EUR",
    budget=100_000_00,
    parts=PARTS,
    dates=DATES,
    remit="Anything the city may build on its own ground.",
    out_of_scope="Salaries and running costs.",
    participation_level="empower",
    ballot_form={"kind": "approval", "min": 1, "max": 3},
    rule={
        "rule": "greedy",
        "variant": "skip",
        "ranking": "votes",
        "eligibility": "all",
        "ties": "lexicographic",
    },
)


def make_cycle(**changes: object) -> Cycle:
    """A published cycle at its first moment, in the app context the test is in."""
    with unit_of_work(OPERATOR) as work:
        cycle = create_cycle(work, replace(A_CYCLE, **changes))  # type: ignore[arg-type]
        cycle.published_at = work.now
    return cycle


def go_to(world: World, phase: Phase, days: float = 1) -> None:
    """Set the city's clock some days into a phase of a cycle with the usual dates."""
    then = DATES[phase].starts_at + timedelta(days=days)
    world.clock.advance(seconds=(then - world.clock.now()).total_seconds())
