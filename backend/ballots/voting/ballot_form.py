"""What a ballot may say: one description by which the server checks, and a client can beforehand.

A cycle has parts, the whole city and its districts, each with its own money and projects. The form
says what may be chosen in one part and which parts a voter may fill in; a part left blank is an
abstention there. Kinds as in Pabulib (pabulib.org/format) and in the survey of Rey, Schmidt and
Maly, "The (Computational) Social Choice Take on Indivisible Participatory Budgeting"
(arXiv 2303.00621).
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from backend.core.errors import Fact


class Kind(StrEnum):
    """What a voter does with projects."""

    APPROVAL = "approval"
    KNAPSACK = "knapsack"
    CHOOSE_ONE = "choose-1"
    POINTS = "points"
    RANKING = "ranking"


class Districts(StrEnum):
    """Which districts a voter may fill in besides the whole city."""

    NONE = "none"
    OWN = "own"
    ANY_ONE = "any-one"


class Publication(StrEnum):
    """What is published of the ballots after the count."""

    BALLOTS = "ballots"
    COUNTS = "counts"


class BadForm(ValueError):
    """A form that cannot be: `slug` names the problem and `facts` say where."""

    slug = "ballot-form-not-valid"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.facts = {"field": field}


@dataclass(frozen=True, slots=True)
class BallotForm:
    """What may be chosen in one part: `least` to `most` projects, at most so many of a category.

    `points` are those one voter has in one part and `most_points` those one project may get; they
    need not all be given. Raises `BadForm`.
    """

    kind: Kind
    least: int = 1
    most: int | None = None
    points: int | None = None
    most_points: int | None = None
    category_limits: Mapping[str, int] = field(default_factory=dict)
    districts: Districts = Districts.OWN
    publication: Publication = Publication.BALLOTS

    def __post_init__(self) -> None:
        limits = {"max": self.most, "points": self.points, "max_points": self.most_points}
        limits |= {f"category_limits/{name}": most for name, most in self.category_limits.items()}
        for name, limit in ({"min": self.least} | limits).items():
            if limit is not None and (type(limit) is not int or not 1 <= limit <= _LARGEST):
                raise BadForm(name)
        if self.most is not None and self.most < self.least:
            raise BadForm("max")
        if (self.kind is Kind.POINTS) != (self.points is not None):
            raise BadForm("points")
        if self.most_points is not None and self.kind is not Kind.POINTS:
            raise BadForm("max_points")
        if self.kind is Kind.CHOOSE_ONE and (self.least, self.most) != (1, 1):
            raise BadForm("max")


# A limit nobody reaches; what is larger is a slip.
_LARGEST = 1_000_000
_NAMES = {"min": "least", "max": "most", "max_points": "most_points"}
_ENUMS: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "districts": Districts,
    "publication": Publication,
}


def form_from_json(document: Mapping[str, Any]) -> BallotForm:
    """The form a JSON object describes; raises `BadForm` naming the member that cannot be."""
    values: dict[str, Any] = {}
    for name, value in document.items():
        if name not in _ENUMS and name not in {*_NAMES, "points", "category_limits"}:
            raise BadForm(name)
        if name in _ENUMS:
            try:
                value = _ENUMS[name](value)
            except ValueError as error:
                raise BadForm(name) from error
        if name == "category_limits" and not isinstance(value, Mapping):
            raise BadForm(name)
        values[_NAMES.get(name, name)] = value
    if "kind" not in values:
        raise BadForm("kind")
    if values["kind"] is Kind.CHOOSE_ONE:
        values = {"least": 1, "most": 1} | values
    return BallotForm(**values)


def form_to_json(form: BallotForm) -> dict[str, Any]:
    """The JSON object that describes the form, nothing left out."""
    return {
        "kind": form.kind.value,
        "min": form.least,
        "max": form.most,
        "points": form.points,
        "max_points": form.most_points,
        "category_limits": dict(form.category_limits),
        "districts": form.districts.value,
        "publication": form.publication.value,
    }


@dataclass(frozen=True, slots=True)
class BallotProject:
    """A project as a ballot needs it; `cost` in the units of its part's budget."""

    code: str
    cost: int
    category: str | None = None
    title: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.code


@dataclass(frozen=True, slots=True)
class BallotPart:
    """The whole city or a district: its money, and what can be chosen there."""

    code: str
    is_citywide: bool
    budget: int
    projects: tuple[BallotProject, ...]
    title: str = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.title or self.code


@dataclass(frozen=True, slots=True)
class Choices:
    """What a voter chose in one part, with points where the form has any."""

    projects: tuple[str, ...]
    points: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a ballot; `pointer` is a JSON Pointer into it."""

    slug: str
    facts: Mapping[str, Fact]
    pointer: str


def check(
    form: BallotForm,
    parts: Sequence[BallotPart],
    ballot: Mapping[str, Choices],
    district: str | None,
) -> list[Finding]:
    """Everything wrong with `ballot`, by part, for a voter of `district` (None: of no district).

    An empty list: the ballot counts. Blank parts are abstentions; one part at least is filled in.
    """
    known = {part.code: part for part in parts}
    filled = {code: choices for code, choices in ballot.items() if choices.projects}
    found = [] if filled else [Finding("ballot-empty", {}, "/parts")]
    for code, choices in filled.items():
        pointer = f"/parts/{_escaped(code)}"
        part = known.get(code)
        if part is None:
            found.append(Finding("ballot-part-unknown", {"part": code}, pointer))
            continue
        found += _check_district(form, part, filled, known, district, pointer)
        found += _check_part(form, part, choices, pointer)
    return found


def parts_of_voter(
    form: BallotForm, parts: Sequence[BallotPart], district: str | None
) -> list[BallotPart]:
    """The parts a voter of `district` may fill in; one of no district has the whole city alone."""
    return [
        part
        for part in parts
        if part.is_citywide
        or (form.districts is Districts.ANY_ONE and district)
        or (form.districts is Districts.OWN and part.code == district)
    ]


def in_form_order(
    form: BallotForm, parts: Sequence[BallotPart], ballot: Mapping[str, Choices]
) -> dict[str, Choices]:
    """A ballot that `check` allows, with projects in the order they are offered in.

    A ranking keeps its own. Elsewhere the order means nothing, and whoever could choose it could
    sign a ballot that is published.
    """
    if form.kind is Kind.RANKING:
        return dict(ballot)
    offered = {part.code: [project.code for project in part.projects] for part in parts}
    return {code: _in_order(choices, offered[code]) for code, choices in ballot.items()}


def _in_order(choices: Choices, codes: Sequence[str]) -> Choices:
    places = sorted(range(len(choices.projects)), key=lambda at: codes.index(choices.projects[at]))
    points = choices.points
    return Choices(
        tuple(choices.projects[at] for at in places),
        None if points is None else tuple(points[at] for at in places),
    )


def _check_district(
    form: BallotForm,
    part: BallotPart,
    filled: Mapping[str, Choices],
    known: Mapping[str, BallotPart],
    district: str | None,
    pointer: str,
) -> Iterator[Finding]:
    if part not in parts_of_voter(form, [part], district):
        own = known.get(district or "")
        facts: dict[str, Fact] = {"part": part.name, "district": own.name if own else "none"}
        yield Finding("ballot-part-not-yours", facts, pointer)
    elif form.districts is Districts.ANY_ONE and not part.is_citywide:
        chosen = [known[code] for code in filled if code in known and not known[code].is_citywide]
        if chosen[0] is not part:
            yield Finding("ballot-one-district", {"parts": [one.name for one in chosen]}, pointer)


def _check_part(
    form: BallotForm, part: BallotPart, choices: Choices, pointer: str
) -> Iterator[Finding]:
    offered = {project.code: project for project in part.projects}
    seen: set[str] = set()
    for place, code in enumerate(choices.projects):
        at = f"{pointer}/projects/{place}"
        if code not in offered:
            yield Finding("ballot-project-unknown", {"project": code, "part": part.name}, at)
        elif code in seen:
            repeated = offered[code].name
            yield Finding("ballot-project-repeated", {"project": repeated}, at)
        seen.add(code)
    chosen = [offered[code] for code in choices.projects if code in offered]
    yield from _check_amounts(form, part, chosen, len(choices.projects), f"{pointer}/projects")
    if form.kind is Kind.POINTS:
        yield from _check_points(form, choices, offered, f"{pointer}/points")
    elif choices.points is not None:
        yield Finding("ballot-points-not-asked", {"kind": form.kind.value}, f"{pointer}/points")


def _check_amounts(
    form: BallotForm,
    part: BallotPart,
    chosen: Sequence[BallotProject],
    count: int,
    pointer: str,
) -> Iterator[Finding]:
    if count < form.least:
        yield Finding("ballot-too-few-projects", {"found": count, "least": form.least}, pointer)
    if form.most is not None and count > form.most:
        yield Finding("ballot-too-many-projects", {"found": count, "most": form.most}, pointer)
    cost = sum(project.cost for project in chosen)
    if form.kind is Kind.KNAPSACK and cost > part.budget:
        yield Finding(
            "ballot-over-budget", {"part": part.name, "over": cost - part.budget}, pointer
        )
    counts = Counter(project.category for project in chosen)
    for category, most in form.category_limits.items():
        if counts[category] > most:
            facts: dict[str, Fact] = {"category": category, "found": counts[category], "most": most}
            yield Finding("ballot-category-limit", facts, pointer)


def _check_points(
    form: BallotForm, choices: Choices, offered: Mapping[str, BallotProject], pointer: str
) -> Iterator[Finding]:
    points = choices.points or ()
    if len(points) != len(choices.projects):
        facts: dict[str, Fact] = {"found": len(points), "expected": len(choices.projects)}
        yield Finding("ballot-points-do-not-match", facts, pointer)
    most_each = form.most_points or form.points or 0
    names = [offered[code].name if code in offered else code for code in choices.projects]
    for place, given in enumerate(points):
        if not 1 <= given <= most_each:
            name = names[place] if place < len(names) else "-"
            told: dict[str, Fact] = {"project": name, "found": given, "most": most_each}
            yield Finding("ballot-points-of-project", told, f"{pointer}/{place}")
    if form.points is not None and sum(points) > form.points:
        total: dict[str, Fact] = {"found": sum(points), "most": form.points}
        yield Finding("ballot-too-many-points", total, pointer)


def _escaped(code: str) -> str:
    return code.replace("~", "~0").replace("/", "~1")
