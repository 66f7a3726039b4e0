"""Money spent on a project: entries that are added, and taken back by entries against them."""

from datetime import date
from uuid import UUID

from backend.ballots.delivery.commands import RecordSpending, TakeBackSpending
from backend.ballots.delivery.hold_project import Held, hold_project
from backend.ballots.delivery.models import ProjectSpending
from backend.ballots.delivery.queries import city_day, purposes, spending_of
from backend.ballots.delivery.rules import (
    LARGE,
    MAX_AMOUNT,
    MAX_NAME,
    check_amount,
    check_day,
    optional_words,
)
from backend.core.db import lock_id
from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.public_words import MAX_COMMENT, checked_line, checked_reason
from backend.core.uow import UnitOfWork


def record_spending(work: UnitOfWork, command: RecordSpending) -> ProjectSpending:
    """Add an entry, or find it where it was sent before; more than the cost is taken and shown.

    Raises `Invalid`, also on many times the cost unless `is_large` says that it is meant, and
    `Conflict` where the id stands for another entry.
    """
    words = checked_line(command.words, "/words", MAX_COMMENT)
    payee = optional_words(command.payee, "/payee", MAX_NAME) or None
    check_amount(command.amount)
    check_day(command.spent_on, "/spent_on", latest=city_day(work.session, work.now))
    lock_id(work.session, command.id)
    held = hold_project(work, command.cycle, command.code, None)
    values = (command.spent_on, command.amount, command.purpose, payee, words, None)
    known = _sent_before(work, held, command.id, values)
    if known is not None:
        return known
    if command.amount > LARGE * held.project.cost and not command.is_large:
        code = held.project.code
        raise Invalid("amount-far-above-cost", pointer="/amount", code=code, times=LARGE)
    if command.purpose not in {one.code for one in purposes(work.session) if one.is_open}:
        raise Invalid("purpose-unknown", pointer="/purpose", code=command.purpose[:20])
    return _add(work, held, command.id, values)


def take_back_spending(work: UnitOfWork, command: TakeBackSpending) -> ProjectSpending:
    """Add an entry of the same sum below zero, with the reason; each entry is taken back once.

    Raises `NotFound`, and `Conflict` on what was taken back or takes back itself.
    """
    reason = checked_reason(command.reason, is_needed=True) or ""
    lock_id(work.session, command.id)
    held = hold_project(work, command.cycle, command.code, None)
    entries = spending_of(work.session, [held.project.id])
    entry = next((one for one in entries if one.number == command.number), None)
    if entry is None:
        raise NotFound("spending-not-found", number=command.number, code=command.code)
    values = (entry.spent_on, -entry.amount, entry.purpose, entry.payee, reason, entry.number)
    known = _sent_before(work, held, command.id, values)
    if known is not None:
        return known
    if entry.takes_back or any(one.takes_back == entry.number for one in entries):
        raise Conflict("spending-taken-back", number=entry.number)
    return _add(work, held, command.id, values)


def _sent_before(
    work: UnitOfWork, held: Held, id_: UUID, values: tuple[object, ...]
) -> ProjectSpending | None:
    known = work.session.get(ProjectSpending, id_)
    if known is None:
        return None
    same = (known.spent_on, known.amount, known.purpose, known.payee, known.words)
    if (known.project_id, *same, known.takes_back) != (held.project.id, *values):
        raise Conflict("spending-id-taken", pointer="/id")
    return known


def _add(
    work: UnitOfWork,
    held: Held,
    id_: UUID,
    values: tuple[date, int, str, str | None, str, int | None],
) -> ProjectSpending:
    spent_on, amount, purpose, payee, words, takes_back = values
    entries = spending_of(work.session, [held.project.id])
    if sum(one.amount for one in entries) + amount > MAX_AMOUNT:
        raise Invalid("amount-not-valid", pointer="/amount", most=MAX_AMOUNT)
    entry = ProjectSpending(
        id=id_,
        project_id=held.project.id,
        number=len(entries) + 1,
        spent_on=spent_on,
        amount=amount,
        purpose=purpose,
        payee=payee,
        words=words,
        takes_back=takes_back,
        at=work.now,
        actor=work.actor.key,
    )
    held.delivery.changed_at = work.now
    work.session.add(entry)
    work.decide(
        "project.spending_recorded",
        held.subject,
        entry=entry.number,
        amount=amount,
        purpose=purpose,
        takes_back=takes_back,
    )
    return entry
