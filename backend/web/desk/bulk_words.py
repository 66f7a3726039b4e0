"""Words of what is done to many reports together."""

from backend.core.i18n import gettext as _
from backend.reports.workflow import State
from backend.web.words import state_words


def act_words(after: str | None) -> str:
    """What was done, in words: a step, or giving to somebody."""
    return (
        state_words(State(after))
        if after and after != "assignment"
        else _("Given to a colleague, or taken from one")
    )
