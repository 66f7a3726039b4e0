"""What a report must be to be possible in this city. Pure: no database, no clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from backend.core.contact import check_contact
from backend.core.errors import Conflict, Invalid
from backend.core.public_words import check_text
from backend.reports.commands import FileReport
from geo.coordinates import CoordinateError, Extent, check_lon_lat
from geo.distance import metres_between

# Codes and numbers of other things, as people and programs refer to them.
MAX_REFERENCE = 60
MAX_DESCRIPTION = 4000
MAX_ADDRESS = 300
MAX_ATTRIBUTE = 1000
# Two reports further apart than a long street front are not about one thing.
FARTHEST_METRES = 500
# Work is planned no further ahead than a city's own plans reach.
PLANNED_WITHIN = timedelta(days=3 * 365)
# Open311's, and those of its lists that offer choices.
LIST_DATATYPES = ("singlevaluelist", "multivaluelist")
DATATYPES = ("string", "number", "datetime", "text", *LIST_DATATYPES)


Translations: TypeAlias = Mapping[str, Mapping[str, Any]]
"""What is said in other languages, by language; what one leaves out is as the catalogue has it."""


@dataclass(frozen=True, slots=True)
class AttributeTerms:
    """A question a service asks; `choices` are the keys a list offers and their names."""

    code: str
    datatype: str
    is_question: bool
    is_required: bool
    description: str
    datatype_description: str
    choices: Mapping[str, str]
    translations: Translations = field(default_factory=dict)


def check_report(command: FileReport, extent: Extent | None) -> None:
    """Raise `Invalid` at the first thing that cannot be right, pointing at it."""
    check_text(command.service_code, "/service_code", MAX_REFERENCE)
    check_text(command.repeat_of or "", "/repeat_of", MAX_REFERENCE)
    check_text(command.description, "/description", MAX_DESCRIPTION)
    if not command.description.strip() and command.repeat_of is None:
        raise Invalid("description-missing", pointer="/description")
    check_text(command.address or "", "/address", MAX_ADDRESS)
    check_contact(command.contact)
    check_place(command.lon, command.lat, extent)


def check_apart(
    place: tuple[float, float], number: str, other: tuple[float, float], most: int = FARTHEST_METRES
) -> None:
    """Raise `Conflict` where a place (lon, lat) is over `most` metres from that of `number`."""
    metres = round(metres_between(*place, *other))
    if metres > most:
        raise Conflict("repeat-too-far", number=number, metres=metres, most=most)


def check_attributes(
    answers: Mapping[str, Sequence[str]],
    asked: Sequence[AttributeTerms],
    *,
    is_repeat: bool = False,
) -> dict[str, list[str]]:
    """The answers to what the service asks, blank ones left out; raises `Invalid` on others.

    Whoever repeats a report need not answer again.
    """
    questions = {one.code: one for one in asked if one.is_question}
    given = {code: [text for text in texts if text.strip()] for code, texts in answers.items()}
    unknown = sorted(given.keys() - questions.keys())
    if unknown:
        raise Invalid(
            "attribute-unknown",
            pointer=f"/attributes/{unknown[0]}",
            attribute=unknown[0][:MAX_REFERENCE],
            attributes=sorted(questions),
        )
    for code, question in questions.items():
        texts = given.get(code, [])
        if question.is_required and not texts and not is_repeat:
            raise Invalid("attribute-missing", pointer=f"/attributes/{code}", attribute=code)
        if len(texts) > 1 and question.datatype != "multivaluelist":
            raise Invalid("attribute-single", pointer=f"/attributes/{code}", attribute=code)
        for text in texts:
            _check_answer(question, text)
    return {code: texts for code, texts in given.items() if texts}


def _check_answer(question: AttributeTerms, text: str) -> None:
    pointer = f"/attributes/{question.code}"
    check_text(text, pointer, MAX_ATTRIBUTE)
    match question.datatype:
        case "singlevaluelist" | "multivaluelist":
            is_fit = text in question.choices
        case "number":
            is_fit = _reads_as(float, text)
        case "datetime":
            is_fit = _reads_as(datetime.fromisoformat, text)
        case _:
            is_fit = True
    if not is_fit:
        raise Invalid(
            "attribute-not-valid",
            pointer=pointer,
            attribute=question.code,
            datatype=question.datatype,
            choices=sorted(question.choices),
        )


def _reads_as(kind: Callable[[str], object], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


def check_place(lon: float, lat: float, extent: Extent | None) -> None:
    """Raise `Invalid` on coordinates that no place has, or that are plainly swapped.

    A place outside the city is possible: it is taken and marked.
    """
    try:
        check_lon_lat(lon, lat, extent)
    except CoordinateError as error:
        raise Invalid(error.slug, pointer="/lat", **error.facts) from error


def check_planned_day(day: date | None, today: date) -> date:
    """`day` where work can be planned for it, from `today` to three years on; raises `Invalid`."""
    latest = today + PLANNED_WITHIN
    if day is not None and today <= day <= latest:
        return day
    raise Invalid(
        "planned-day-missing" if day is None else "planned-day-not-likely",
        pointer="/scheduled_for",
        first=today.isoformat(),
        last=latest.isoformat(),
    )
