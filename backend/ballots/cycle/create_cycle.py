"""Draft a cycle: nothing of it is public until it is published."""

import re

import sqlalchemy as sa

from backend.ballots.cycle.commands import CreateCycle
from backend.ballots.cycle.models import Cycle, CyclePart, CyclePhase
from backend.ballots.cycle.phases import BadCalendar, Calendar
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def create_cycle(work: UnitOfWork, command: CreateCycle) -> Cycle:
    """Store the draft; raises `Invalid` on what cannot be, `Conflict` where the slug is taken."""
    if len(command.slug) > 120 or not _SLUG.fullmatch(command.slug):
        raise Invalid("bad-cycle-slug", slug=command.slug[:120])
    if work.session.scalar(sa.select(Cycle.id).where(Cycle.slug == command.slug)):
        raise Conflict("cycle-slug-taken", slug=command.slug)
    codes = [part.code for part in command.parts]
    if not codes or len(set(codes)) < len(codes):
        raise Invalid("bad-cycle-parts")
    try:
        calendar = Calendar(dict(command.dates))
    except BadCalendar as error:
        raise Invalid(error.slug, **error.facts) from error
    cycle = Cycle(
        slug=command.slug,
        title=command.title,
        currency=command.currency,
        money_scale=command.money_scale,
        budget=command.budget,
        remit=command.remit,
        out_of_scope=command.out_of_scope,
        participation_level=command.participation_level,
        ballot_form=dict(command.ballot_form),
        rule=dict(command.rule),
        created_at=work.now,
    )
    work.session.add(cycle)
    work.session.flush()
    work.session.add_all(
        CyclePart(
            cycle_id=cycle.id,
            code=part.code,
            name=part.name,
            position=position,
            budget=part.budget,
            population=part.population,
        )
        for position, part in enumerate(command.parts)
    )
    work.session.add_all(
        CyclePhase(
            cycle_id=cycle.id, phase=phase.value, starts_at=span.starts_at, ends_at=span.ends_at
        )
        for phase, span in calendar.spans.items()
    )
    work.session.flush()
    work.decide("cycle.drafted", f"cycle:{cycle.slug}")
    return cycle
