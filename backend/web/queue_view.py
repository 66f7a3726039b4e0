"""One line of the queue: its factors in words, and the steps this viewer may take."""

from collections.abc import Iterable
from datetime import datetime

from backend.core.actors import Actor
from backend.core.i18n import gettext as _
from backend.reports.staff_report import open_moves
from backend.reports.workflow import CLOSED_STATES, State
from backend.triage.queries import Queued
from backend.triage.queue_line import is_overdue, position_words, shortened, weight_source
from backend.web.view_models import Choice, QueueRowView
from backend.web.words import due_words, duration_words, severity_words, state_words


def queue_row(entry: Queued, now: datetime, viewer: Actor) -> QueueRowView:
    """The line for `entry`."""
    priority = entry.priority
    state = State(entry.state)
    return QueueRowView(
        position=entry.position,
        number=entry.number,
        service_name=entry.service_name,
        severity_band=priority.severity_band,
        severity_words=severity_words(priority.severity_band),
        state=state.value,
        state_words=state_words(state),
        district_name=entry.district_name,
        is_outside=entry.is_outside,
        opened_at=entry.opened_at,
        waiting_words=duration_words(now - entry.opened_at),
        due_words=due_words(entry.due_at, now, entry.stopped_at, is_closed=state in CLOSED_STATES),
        is_overdue=is_overdue(entry, now),
        reports=entry.request_count,
        summary=shortened(entry.summary),
        sentence=position_words(entry),
        score=priority.score,
        waiting_hours=priority.factor("waiting_hours"),
        target_hours=priority.target_hours,
        weight=priority.factor("district_weight"),
        weight_from=weight_source(entry),
        version=entry.version,
        moves_key=_moves_key(entry, viewer),
    )


def move_choices(state: State, viewer: Actor, appealed_against: str | None) -> tuple[Choice, ...]:
    """The steps the viewer may take now that need no more than a reason."""
    return tuple(
        Choice(
            move.after.value,
            _("%(state)s (reason needed)", state=state_words(move.after))
            if move.needs_reason
            else state_words(move.after),
        )
        for move in open_moves(state, viewer, appealed_against)
        if move.after is not State.HANDED_OVER
    )


def moves_by_key(entries: Iterable[Queued], viewer: Actor) -> dict[str, tuple[Choice, ...]]:
    """The same for every line of a page, by the line's `moves_key`."""
    moves: dict[str, tuple[Choice, ...]] = {}
    for entry in entries:
        key = _moves_key(entry, viewer)
        if key not in moves:
            moves[key] = move_choices(State(entry.state), viewer, entry.appealed_against)
    return moves


def _moves_key(entry: Queued, viewer: Actor) -> str:
    return f"{entry.state} appealed" if entry.appealed_against == viewer.key else entry.state
