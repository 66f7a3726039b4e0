"""A service and its questions in the reader's language, as far as the catalogue says them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.reports.rules import AttributeTerms, Translations


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """What a service is called, and the words in a description that point to it."""

    name: str
    description: str
    notice: str
    keywords: tuple[str, ...]


def by_language(listed: Iterable[Mapping[str, Any]] | None) -> Translations:
    """Translations as the catalogue keeps them, by language."""
    return {one["language"]: one for one in listed or ()}


def words_in(language: str, own: ServiceWords, translations: Translations) -> ServiceWords:
    """`own` words in `language`; what a translation leaves out is said as the catalogue has it.

    But for words that point to the service: those of another language point nowhere.
    """
    said = translations.get(language)
    if said is None:
        return own
    return ServiceWords(
        said.get("name", own.name),
        said.get("description", own.description),
        said.get("notice", own.notice),
        tuple(said.get("keywords", ())),
    )


def question_in(language: str, question: AttributeTerms) -> AttributeTerms:
    """The same question in `language`; what a list offers keeps its keys."""
    said = question.translations.get(language, {})
    names = said.get("choices", {})
    return replace(
        question,
        description=said.get("description", question.description),
        datatype_description=said.get("datatype_description", question.datatype_description),
        choices={key: names.get(key, name) for key, name in question.choices.items()},
    )
