"""One line of the queue: its factors in words, and the steps this viewer may take."""

from datetime import datetime, timedelta

from backend.core.actors import Role
from backend.core.i18n import gettext as _
from backend.reports.workflow import State, moves_from
from backend.triage.queries import Queued
from backend.triage.queue_line import is_overdue, position_words, shortened, weight_source
from backend.web.view_models import Choice, QueueRowView
from backend.web.words import duration_words, severity_words, state_words


def queue_row(entry: Queued, now: datetime) -> QueueRowView:
    """The line for `entry`."""
    priority = entry.priority
    target = timedelta(hours=priority.target_hours)
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
        target_words=_("target %(duration)s", duration=duration_words(target)),
        is_overdue=is_overdue(priority),
        reports=entry.request_count,
        summary=shortened(entry.summary),
        sentence=position_words(priority),
        score=priority.score,
        waiting_hours=priority.factor("waiting_hours"),
        target_hours=priority.target_hours,
        weight=priority.factor("district_weight"),
        weight_from=weight_source(priority),
        version=entry.version,
    )


def move_choices(state: State, role: Role) -> tuple[Choice, ...]:
    """The steps `role` may take from `state` that need no more than a reason."""
    return tuple(
        Choice(
            move.after.value,
            _("%(state)s (reason needed)", state=state_words(move.after))
            if move.needs_reason
            else state_words(move.after),
        )
        for move in moves_from(state, role)
        if move.after is not State.HANDED_OVER
    )
