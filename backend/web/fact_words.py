"""What a refusal is about, in the words of the pages: programs read codes, people read names."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from backend.core.errors import DomainError, Fact
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.problems import Problem, describe
from backend.reports.desk_acts.rules import Obstacle
from backend.reports.workflow import State
from backend.web.words import plain_day, state_words

_STEPS = {
    "assignment": marked("given to somebody else"),
    "severity": marked("another urgency"),
    "service": marked("another kind of problem"),
    "link": marked("another report added"),
    "unlink": marked("a report parted from it"),
    "inspection": marked("somebody went and looked"),
    "appeal": marked("an appeal"),
    "moderation": marked("words changed or hidden"),
}
_OBSTACLES = {
    Obstacle.HAZARD: marked("It is about danger: that is never closed together with others."),
    Obstacle.NO_MOVE: marked("There is no such step from where it stands."),
    Obstacle.APPEALED: marked("The appeal is against you: somebody else must decide."),
    Obstacle.NOTHING_CHANGES: marked("It is so already."),
}
# As the queue's page calls them.
_FILTERS = {
    "band": marked("Severity"),
    "channel": marked("How it came"),
    "age": marked("Age"),
    "grade": marked("How well reporting is known there"),
    "overdue": marked("Overdue"),
    "photo": marked("With a photo"),
    "address": marked("Filters"),
}
# As the form about crews calls them.
_FIGURES = {
    "days_per_week": marked("Crew days a week"),
    "hours_per_day": marked("Hours a day"),
    "walking_km_per_hour": marked("Kilometres of street in an hour"),
    "travel_km_per_hour": marked("Kilometres an hour between stops"),
    "jobs_per_week": marked("Reports the crews can finish in a week"),
}


def describe_on_page(error: DomainError) -> Problem:
    """The problem as whoever reads a page can understand it."""
    return describe(error, _facts_in_words)


def obstacle_words(obstacle: Obstacle) -> str:
    """Why a report cannot take part in what is done to many."""
    return _(_OBSTACLES[obstacle])


def _facts_in_words(error: DomainError) -> Mapping[str, Fact]:
    words = _WORDS.get(error.slug, {})
    return {
        name: words[name](value) if name in words else value for name, value in error.facts.items()
    }


def _named(words: Mapping[str, str]) -> Callable[[str], str]:
    return lambda name: _(words[name]) if name in words else name


def _state(state: str) -> str:
    return f"“{state_words(State(state))}”"


def _steps(steps: list[str]) -> list[str]:
    """Each step as history says it: its kind, and the state it led to where there is one."""
    said = []
    for step in steps:
        kind, _blank, state = step.partition(" ")
        said.append(state_words(State(state)) if state else _named(_STEPS)(kind))
    return said


def _obstacle(why: str) -> str:
    return obstacle_words(Obstacle(why)).rstrip(".")


def _day(day: str) -> str:
    return plain_day(date.fromisoformat(day))


_DAYS = {"first": _day, "last": _day}
_WORDS: Mapping[str, Mapping[str, Callable[[Any], Fact]]] = {
    "incident-closed": {"state": _state},
    "incident-moved-on": {"state": _state, "since": _steps},
    "move-not-possible": {"before": _state, "after": _state},
    "bulk-one-cannot": {"why": _obstacle},
    "queue-filter-not-valid": {"name": _named(_FILTERS)},
    "sweep-figure-not-valid": {"figure": _named(_FIGURES)},
    "choice-not-offered": {"choices": lambda _choices: _("those it shows")},
    "planned-day-missing": _DAYS,
    "planned-day-not-likely": _DAYS,
}
