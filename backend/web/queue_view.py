"""One line of the queue: its factors in words, and the steps this viewer may take."""

from datetime import datetime, timedelta

from backend.core.actors import Role
from backend.core.i18n import gettext as _
from backend.reports.workflow import State, moves_from
from backend.triage.queries import Queued
from backend.web.view_models import Choice, QueueRowView
from backend.web.words import duration_words, severity_words, state_words
from equity.explain import explain_position, in_words
from equity.priority import UNWEIGHTED_BANDS, Priority

_LAST_BAND = 4
_SUMMARY_LENGTH = 140


def queue_row(entry: Queued, now: datetime) -> QueueRowView:
    """The line for `entry`."""
    priority = entry.priority
    target = timedelta(hours=priority.target_hours)
    waiting = now - entry.opened_at
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
        waiting_words=duration_words(waiting),
        target_words=_("target %(duration)s", duration=duration_words(target)),
        is_overdue=waiting > target,
        reports=entry.request_count,
        summary=shortened(entry.summary),
        sentence=in_words(explain_position(priority, _LAST_BAND)),
        score=priority.score,
        waiting_hours=priority.factor("waiting_hours"),
        target_hours=priority.target_hours,
        weight=priority.factor("district_weight"),
        weight_from=_weight_from(priority),
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


def shortened(text: str) -> str:
    """The first words of a description."""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1].rstrip() + "…"


def _weight_from(priority: Priority) -> str:
    if priority.severity_band in UNWEIGHTED_BANDS:
        return "severity"
    return "nobody" if priority.factor("district_weight") == 1 else "weight_set"
