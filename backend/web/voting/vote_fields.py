"""The fields of a ballot on a page: what they are called, and the ballot they say."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from backend.ballots.voting.ballot_form import BallotPart, Choices, Kind
from backend.core.errors import Invalid

PREFIXES = ("chosen:", "number:")


def chosen_field(part_code: str) -> str:
    """The boxes of one part; each value is a project."""
    return f"chosen:{part_code}"


def number_field(part_code: str, project_code: str) -> str:
    """The points or the place of one project."""
    return f"number:{part_code}:{project_code}"


def ballot_fields(form: MultiDict[str, str]) -> list[tuple[str, str]]:
    """What a form says of the ballot, to be carried on to the next."""
    return [
        (name, value)
        for name, value in form.items(multi=True)
        if name.startswith(PREFIXES) and value.strip()
    ]


def ballot_in(
    form: MultiDict[str, str], kind: Kind, parts: Sequence[BallotPart]
) -> dict[str, Choices]:
    """The choices of every part that is filled in; raises `Invalid` on what is no number."""
    return {
        part.code: choices for part in parts if (choices := _choices(form, kind, part)).projects
    }


def _choices(form: MultiDict[str, str], kind: Kind, part: BallotPart) -> Choices:
    if kind not in (Kind.POINTS, Kind.RANKING):
        return Choices(tuple(filter(None, form.getlist(chosen_field(part.code)))))
    numbers = {
        project.code: number
        for project in part.projects
        if (number := _number(form.get(number_field(part.code, project.code), ""), part))
    }
    if kind is Kind.POINTS:
        return Choices(tuple(numbers), tuple(numbers.values()))
    if len(set(numbers.values())) < len(numbers):
        raise Invalid("ballot-place-twice", pointer=f"/parts/{part.code}", part=part.name)
    return Choices(tuple(sorted(numbers, key=numbers.__getitem__)))


def _number(text: str, part: BallotPart) -> int:
    text = text.strip()
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 6:
        raise Invalid("ballot-number-not-whole", pointer=f"/parts/{part.code}", text=text[:20])
    return int(text)
