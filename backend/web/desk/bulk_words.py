"""Words of what is done to many reports together."""

from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.reports.desk_acts.rules import Obstacle
from backend.reports.workflow import State
from backend.web.words import state_words

_OBSTACLES = {
    Obstacle.HAZARD: marked("It is about danger: that is never closed together with others."),
    Obstacle.NO_MOVE: marked("There is no such step from where it stands."),
    Obstacle.APPEALED: marked("The appeal is against you: somebody else must decide."),
    Obstacle.NOTHING_CHANGES: marked("It is so already."),
}


def obstacle_words(obstacle: Obstacle) -> str:
    """Why a report cannot take part."""
    return _(_OBSTACLES[obstacle])


def act_words(after: str | None) -> str:
    """What was done, in words: a step, or giving to somebody."""
    return (
        state_words(State(after))
        if after and after != "assignment"
        else _("Given to a colleague, or taken from one")
    )
