"""What the forms about delivery hold, as commands."""

from enum import StrEnum

from flask import request

from backend.ballots.cycle.models import Cycle
from backend.ballots.delivery.commands import (
    AddMilestone,
    ChangeProjectState,
    MoveMilestone,
    NameDeliverer,
    RecordResult,
    RecordSpending,
    SetReassessment,
    SettleMilestone,
    StatePurpose,
    TakeBackSpending,
)
from backend.ballots.delivery.workflow import MilestoneState, ProjectState, Result
from backend.web.form_fields import amount, day, made_id, one_of, text, version


class _Is(StrEnum):
    """What a purpose is to be."""

    OPEN = "yes"
    CLOSED = "no"


def deliverer(slug: str, code: str) -> NameDeliverer:
    """Who builds it."""
    words = [text(name) for name in ("deliverer", "public_contact", "reason")]
    return NameDeliverer(slug, code, version(), *words)


def milestone(slug: str, code: str) -> AddMilestone:
    """One step of the plan."""
    return AddMilestone(slug, code, version(), text("title"), day("due_on"), text("words"))


def milestone_day(slug: str, code: str, number: int) -> MoveMilestone:
    """Another day for a step."""
    return MoveMilestone(slug, code, version(), number, day("due_on"), text("reason"))


def milestone_state(slug: str, code: str, number: int) -> SettleMilestone:
    """What became of a step; without a day it was today."""
    state = one_of(MilestoneState, "state")
    done_on = day("done_on") if text("done_on") else None
    return SettleMilestone(slug, code, version(), number, state, done_on, text("words"))


def spending(cycle: Cycle, code: str) -> RecordSpending:
    """Money that was spent."""
    return RecordSpending(
        cycle.slug,
        code,
        made_id(),
        day("spent_on"),
        amount(cycle, "amount") or 0,
        text("purpose"),
        text("words"),
        text("payee"),
        is_large="is_large" in request.form,
    )


def spending_back(slug: str, code: str, number: int) -> TakeBackSpending:
    """An entry against another one."""
    return TakeBackSpending(slug, code, made_id(), number, text("reason"))


def state(slug: str, code: str) -> ChangeProjectState:
    """Where the project goes."""
    chosen = one_of(ProjectState, "state")
    return ChangeProjectState(slug, code, version(), chosen, text("reason"))


def reassessment(slug: str, code: str) -> SetReassessment:
    """The day of the second look."""
    return SetReassessment(slug, code, version(), day("on"), text("reason"))


def result(slug: str, code: str) -> RecordResult:
    """What the second look found."""
    return RecordResult(slug, code, version(), one_of(Result, "result"), text("words"))


def purpose() -> StatePurpose:
    """A code for spending, to be opened or closed."""
    return StatePurpose(text("code").strip(), text("name"), one_of(_Is, "is_open") is _Is.OPEN)
