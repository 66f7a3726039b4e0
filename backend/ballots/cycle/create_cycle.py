"""Draft a cycle and draft it anew: nothing of it is public until it is published."""

import re
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from backend.ballots.cycle.commands import CreateCycle, PartPlan
from backend.ballots.cycle.models import Cycle, CyclePart, CyclePhase
from backend.ballots.cycle.phases import Calendar
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.tally.amounts import LARGEST_EXACT
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import check_text, checked_words
from backend.core.uow import UnitOfWork

MAX_STATEMENT = 20_000
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PART_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_SCALES = (1, 10, 100, 1000)
# What a command says of the cycle itself, in columns of the same names.
_COLUMNS = {field.name for field in fields(CreateCycle)} - {"slug", "parts", "dates"}


def create_cycle(work: UnitOfWork, command: CreateCycle) -> Cycle:
    """Store the draft; raises `Invalid` on what cannot be, `Conflict` where the slug is taken."""
    if len(command.slug) > 120 or not _SLUG.fullmatch(command.slug):
        raise Invalid("bad-cycle-slug", pointer="/slug", slug=command.slug[:120])
    calendar = _checked(command)
    if work.session.scalar(sa.select(Cycle.id).where(Cycle.slug == command.slug)):
        raise Conflict("cycle-slug-taken", slug=command.slug)
    cycle = Cycle(slug=command.slug, created_at=work.now, **_values(command))
    work.session.add(cycle)
    work.session.flush()
    _add_parts_and_dates(work, cycle, command, calendar)
    work.decide("cycle.drafted", f"cycle:{cycle.slug}")
    return cycle


def redraft_cycle(work: UnitOfWork, command: CreateCycle) -> Cycle:
    """Put another draft in the place of one; raises `Conflict` once the cycle is published."""
    calendar = _checked(command)
    cycle = find_cycle(work.session, command.slug, lock=True)
    if cycle.published_at is not None:
        raise Conflict("cycle-is-published", slug=cycle.slug)
    for name, value in _values(command).items():
        setattr(cycle, name, value)
    for table in (CyclePart, CyclePhase):
        work.session.execute(sa.delete(table).where(table.cycle_id == cycle.id))
    _add_parts_and_dates(work, cycle, command, calendar)
    work.decide("cycle.redrafted", f"cycle:{cycle.slug}")
    return cycle


def _checked(command: CreateCycle) -> Calendar:
    """The dates of a command whose values can be; what is missing is for the publishing."""
    checked_words(command.title)
    check_text(command.title, "/title", 300)
    for name in ("remit", "out_of_scope"):
        check_text(getattr(command, name), f"/{name}", MAX_STATEMENT)
    check_text(command.participation_level, "/participation_level", 20)
    if not re.fullmatch("[A-Z]{3}", command.currency) or command.money_scale not in _SCALES:
        raise Invalid("bad-cycle-currency", pointer="/currency", currency=command.currency[:60])
    if not 0 <= command.budget <= LARGEST_EXACT:
        raise Invalid("bad-cycle-budget", pointer="/budget", most=LARGEST_EXACT)
    codes = [part.code for part in command.parts]
    if not codes or len(set(codes)) < len(codes):
        raise Invalid("bad-cycle-parts", pointer="/parts")
    for position, part in enumerate(command.parts):
        _check_part(part, f"/parts/{position}")
    return Calendar(dict(command.dates))


def _check_part(part: PartPlan, pointer: str) -> None:
    check_text(part.name, f"{pointer}/name", 200)
    is_counted = part.population is None or 0 < part.population < 2**31
    is_named = _PART_CODE.fullmatch(part.code) and part.name.strip()
    if not is_named or not 0 <= part.budget <= LARGEST_EXACT or not is_counted:
        raise Invalid("bad-cycle-part", pointer=pointer, part=part.code[:60])


def _values(command: CreateCycle) -> dict[str, Any]:
    values = {name: getattr(command, name) for name in _COLUMNS}
    jsons = ("ballot_form", "rule", "budget_formula")
    return values | {one: dict(values[one]) for one in jsons if values[one] is not None}


def _add_parts_and_dates(
    work: UnitOfWork, cycle: Cycle, command: CreateCycle, calendar: Calendar
) -> None:
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
