"""An incident's history in words, the same for staff and for the public.

Staff's steps are the incident's own; the public's have no reason that the city hid.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from backend.core.actors import ANONYMOUS
from backend.core.i18n import gettext as _
from backend.reports.models import Comment, IncidentChange
from backend.reports.public_report import PublicStep
from backend.reports.workflow import State
from backend.web.view_models import HistoryView
from backend.web.words import outcome_words, said_words, severity_words, state_words


def history_views(
    received_at: datetime, changes: Iterable[IncidentChange | PublicStep]
) -> tuple[HistoryView, ...]:
    """The report itself first, then each step."""
    first = HistoryView(received_at, _("Reported"), _("a resident"), None)
    return (first, *(_view(change) for change in changes))


def with_words(
    history: Sequence[HistoryView], comments: Iterable[Comment]
) -> tuple[HistoryView, ...]:
    """The history with what anybody can read besides, in the order of time; the report is first."""
    said = [HistoryView(one.at, said_words(one.kind), _by(one.actor), one.text) for one in comments]
    # Before a step of the same moment: it was taken because of the words.
    return (history[0], *sorted((*said, *history[1:]), key=lambda one: one.at))


def _view(change: IncidentChange | PublicStep) -> HistoryView:
    by = _by(change.actor)
    return HistoryView(change.at, _step_words(change), by, change.reason, change.is_reason_hidden)


def _by(actor: str) -> str:
    return _("a resident") if actor == ANONYMOUS.key else _("the city")


def _step_words(change: IncidentChange | PublicStep) -> str:
    match change.kind:
        case "undo":
            return _("Taken back: %(state)s again", state=state_words(State(change.to_state or "")))
        case "inspection":
            return outcome_words(change.to_state or "")
        case "severity":
            return _("Urgency: %(words)s", words=severity_words(int(change.to_value or 0)))
        case "service":
            return _("Moved to another kind of problem")
        case "assignment":
            return _("Given to a colleague") if change.to_value else _("Taken from a colleague")
        case "appeal":
            return _("Appealed: another person decides")
        case "moderation":
            return _("Words were changed or hidden")
    if change.to_state is None and change.kind == "unlink":
        return _("A report was parted from this one")
    if change.to_state is None:
        return _("Another report was added to this one")
    return state_words(State(change.to_state))
