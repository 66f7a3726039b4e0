"""An incident's history in words, the same for staff and for the public."""

from collections.abc import Iterable
from datetime import datetime

from backend.core.i18n import gettext as _
from backend.reports.models import IncidentChange
from backend.reports.workflow import State
from backend.web.view_models import HistoryView
from backend.web.words import outcome_words, state_words


def history_views(
    received_at: datetime, changes: Iterable[IncidentChange]
) -> tuple[HistoryView, ...]:
    """The report itself first, then each step."""
    first = HistoryView(received_at, _("Reported"), _("a resident"), None)
    return (first, *(_view(change) for change in changes))


def _view(change: IncidentChange) -> HistoryView:
    if change.kind == "inspection":
        words = outcome_words(change.to_state or "")
    elif change.to_state is None:
        words = _("Another report was added to this one")
    else:
        words = state_words(State(change.to_state))
    return HistoryView(change.at, words, _("the city"), change.reason)
