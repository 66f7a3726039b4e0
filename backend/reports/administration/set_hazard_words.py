"""An administrator edits the words that mean danger in one language."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.reports.administration.record_change import record_change, wait_for_turn
from backend.reports.administration.standing import Kind, check_seen, hazard_words_stand
from backend.reports.catalogue_fields import LANGUAGE, hazard_words
from backend.reports.mark_catalogue import mark_catalogue
from backend.reports.models import HazardWord


@dataclass(frozen=True, slots=True)
class SetHazardWords:
    """All words of a language, in the place of those before; `seen` as in `SetService`."""

    language: str
    words: tuple[str, ...]
    seen: str


def hazard_languages(session: Session) -> list[str]:
    """The languages that have any."""
    return list(session.scalars(sa.select(HazardWord.language).distinct().order_by("language")))


def set_hazard_words(work: UnitOfWork, command: SetHazardWords) -> None:
    """Let those words put a report among the hazards; what came in before stays where it is."""
    language = command.language
    if not LANGUAGE.fullmatch(language):
        raise Invalid("field-not-valid", pointer="/language", field="language", why="such as es")
    try:
        words = sorted(hazard_words(command.words))
    except ValueError as error:
        why = str(error)
        raise Invalid("field-not-valid", pointer="/words", field="words", why=why) from error
    wait_for_turn(work)
    stand = hazard_words_stand(work.session, language)
    check_seen(stand, command.seen)
    if stand == words:
        return
    record_change(work, Kind.HAZARD_WORDS, language, {"words": stand}, {"words": words})
    of_language = HazardWord.language == language
    work.session.execute(sa.delete(HazardWord).where(of_language))
    work.session.add_all(HazardWord(language=language, word=word) for word in words)
    work.session.flush()
    mark_catalogue(work)
