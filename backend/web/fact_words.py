"""What a refusal is about, in the words of the pages: programs read codes, people read names.

The words of a part of the city's business stand with its pages, which `read_facts` here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import request
from flask_babel import get_locale

from backend.core.db import current_session
from backend.core.errors import DomainError, Fact
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.problems import Problem, describe
from backend.reports.catalogue import city_catalogue
from backend.reports.desk_acts.rules import Obstacle
from backend.reports.service_words import question_in
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
    "state": marked("State"),
    "service": marked("Kind"),
    "district": marked("District"),
    "team": marked("Team"),
    "person": marked("With"),
    "q": marked("Words, a kind, or a number"),
    "list": marked("Lists"),
    "view": marked("Saved views"),
    "band": marked("Severity"),
    "channel": marked("How it came"),
    "age": marked("Age"),
    "grade": marked("How well reporting is known there"),
    "overdue": marked("Overdue"),
    "photo": marked("With a photo"),
    "address": marked("Filters"),
    # As the pages of the audit room do.
    "figure": marked("Figure"),
    "first": marked("From"),
    "then": marked("To"),
    "blackout": marked("Left out after the first report"),
    "limit": marked("Watched for at most"),
    "model": marked("Model"),
}
# What a question takes, by the names of Open311.
_DATATYPES = {
    "string": marked("a line of text"),
    "text": marked("some text"),
    "number": marked("a number in digits"),
    "datetime": marked("a day and a time"),
    "singlevaluelist": marked("one of the answers in its list"),
    "multivaluelist": marked("answers from its list"),
}
FIGURES = {
    "weeks": marked("Weeks"),
    "days_per_week": marked("Crew days a week"),
    "hours_per_day": marked("Hours a day"),
    "walking_km_per_hour": marked("Kilometres of street in an hour"),
    "travel_km_per_hour": marked("Kilometres an hour between stops"),
    "jobs_per_week": marked("Reports the crews can finish in a week"),
    "seed": marked("Seed of the draw"),
    "metres_walked": marked("Metres walked"),
    "people": marked("People spoken with"),
}
"""What the forms about crews and visits call their figures."""


def describe_on_page(error: DomainError) -> Problem:
    """The problem as whoever reads a page can understand it."""
    return describe(error, _facts_in_words)


def read_facts(*slugs: str, **words: Callable[[Any], Fact]) -> None:
    """From now on these facts of these refusals are told to people by functions of their own."""
    for slug in slugs:
        _WORDS[slug] = {**_WORDS.get(slug, {}), **words}


def quoted(words: Callable[[Any], str]) -> Callable[[Any], str]:
    """The same words as they stand inside a sentence."""
    return lambda value: f"“{words(value)}”"


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


def _question(code: str) -> str:
    """As the chosen kind of problem asks it; the code, where it asks no such thing."""
    service = city_catalogue(current_session()).services.get(request.form.get("service_code", ""))
    language = str(get_locale() or "en")
    asked = (one for one in service.attributes if one.code == code) if service else iter(())
    return next((question_in(language, one).description for one in asked), code)


def _obstacle(why: str) -> str:
    return obstacle_words(Obstacle(why)).rstrip(".")


def _day(day: str) -> str:
    return plain_day(date.fromisoformat(day))


_DAYS = {"first": _day, "last": _day}
_QUESTION = {"attribute": _question, "datatype": _named(_DATATYPES)}
_WORDS: dict[str, Mapping[str, Callable[[Any], Fact]]] = {
    "incident-closed": {"state": _state},
    "incident-moved-on": {"state": _state, "since": _steps},
    "step-taken-already": {"state": _state},
    "move-not-possible": {"before": _state, "after": _state},
    "bulk-one-cannot": {"why": _obstacle},
    "queue-filter-not-valid": {"name": _named(_FILTERS)},
    "sweep-figure-not-valid": {"figure": _named(FIGURES)},
    "form-figure-missing": {"field": _named(FIGURES)},
    "choice-not-offered": {"choices": lambda _choices: _("those it shows")},
    "attribute-unknown": _QUESTION,
    "attribute-missing": _QUESTION,
    "attribute-single": _QUESTION,
    "attribute-not-valid": _QUESTION,
    "planned-day-missing": _DAYS,
    "planned-day-not-likely": _DAYS,
}
