"""What the pages of an election's result need to know, as plain values; see `view_models`."""

from dataclasses import dataclass

from backend.web.view_models import Choice, MapView


@dataclass(frozen=True, slots=True)
class ProjectView:
    """One project of an election in the order the rule considered it.

    `words` say why it won or lost, the first sentence first; `share_of_budget` is its cost's.
    """

    position: int
    name: str
    category: str | None
    cost: str
    votes: int
    score: int
    is_winner: bool
    words: tuple[str, ...]
    share_of_budget: float


@dataclass(frozen=True, slots=True)
class ParticipationView:
    """One dimension of who took part; a count None is suppressed because it is small."""

    title: str
    groups: tuple[tuple[str, int | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class FileView:
    """A file to take away, with what it is and the SHA-256 of its bytes."""

    url: str
    name: str
    words: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class TableView:
    """A small table: titles of the columns, and rows whose first cell is their heading."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class EffectsView:
    """What the count did for the voters; not `is_complete` while more is being found out."""

    figures: tuple[tuple[str, str], ...]
    satisfaction: tuple[TableView, ...]
    shares_words: str | None
    fairness_words: tuple[str, ...]
    spending: tuple[TableView, ...]
    side_by_side: TableView | None
    side_words: tuple[str, ...]
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ElectionPageView:
    """A finished election: what won, why, what it cost, who took part, how to count again.

    `rule_words` are sentences, `parameters` everything the rule was told, by name. `cycle` is the
    address of the budget it is a part of, where the vote was held here.
    """

    slug: str
    title: str
    place: str
    cycle: str | None
    finding: str
    official_words: str
    comparison_words: str | None
    budget: str
    spent: str
    left_words: str
    voters: int
    projects: tuple[ProjectView, ...]
    has_margins: bool
    map: MapView | None
    effects: EffectsView
    participation: tuple[ParticipationView, ...]
    participation_words: str
    rule_words: tuple[str, ...]
    tie_words: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...]
    trials: TableView | None
    files: tuple[FileView, ...]
    transcript_sha256: str
    recount_command: str
    rehearsal_url: str


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """What a rule that is tried would have given, and the projects it decides otherwise."""

    finding: str
    rule_words: tuple[str, ...]
    figures: TableView
    changes: TableView
    unchanged: TableView


@dataclass(frozen=True, slots=True)
class RehearsalPageView:
    """The form with what was asked for, and the outcome or what is wrong with the question.

    `choices` are the options of each field by name, `written` what stands in the others.
    """

    slug: str
    title: str
    choices: dict[str, tuple[Choice, ...]]
    written: dict[str, str]
    error: str | None
    result: RehearsalView | None
