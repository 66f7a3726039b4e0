"""What a notice says of a budget: what residents can do now and until when, or how it came out."""

from datetime import timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import calendar_of, find_cycle
from backend.ballots.cycle.tell_phases import RESULT
from backend.core.i18n import marked
from backend.core.speak import day_in, speaker
from backend.delivery.notices.public_base import page_path
from backend.delivery.notices.words import Reader, Words
from backend.places.queries import the_city

_BEGUN = MappingProxyType(
    {
        Phase.IDEAS: marked("Propose what the city should do, until %(day)s."),
        Phase.FEEDBACK: marked("Read what can be done and say what you think, until %(day)s."),
        Phase.VOTE: marked("The vote is open until %(day)s."),
    }
)
_MOMENT = timedelta(minutes=1)
_COUNTED = marked("The votes are counted. See what won, and why.")


def cycle_words(session: Session, slug: str, facts: dict[str, Any], reader: Reader) -> Words | None:
    """The words with the dates of now; None for a phase that is over when it is to be told."""
    cycle, say = find_cycle(session, slug), speaker(reader.language)
    if facts["what"] == RESULT:
        return Words(cycle.title, (say(_COUNTED),), page_path("web.budget_results", slug=slug))
    phase = Phase(facts["what"])
    span = calendar_of(session, cycle).spans[phase]
    if not span.holds(reader.now):
        return None
    zone = ZoneInfo(the_city(session).time_zone)
    # The last moment, not the midnight at which it is over.
    last = (span.ends_at.astimezone(zone) - _MOMENT).date()
    sentence = say(_BEGUN[phase]) % {"day": day_in(reader.language, last)}
    return Words(cycle.title, (sentence,), page_path("web.budget", slug=slug))
