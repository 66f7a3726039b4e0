"""What people and staff ask of proposals, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from backend.ballots.proposals.workflow import State
from backend.core.channels import Channel


class Criterion(StrEnum):
    """By what a proposal is reviewed."""

    LEGAL = "legal"
    TECHNICAL = "technical"
    COST = "cost"
    UPKEEP = "upkeep"
    BENEFIT = "benefit"


class Verdict(StrEnum):
    """What a reviewer found by one criterion."""

    MET = "met"
    MET_WITH_CHANGES = "met_with_changes"
    NOT_MET = "not_met"


class Asked(StrEnum):
    """Who a question goes to."""

    CITY = "city"
    PROPOSER = "proposer"


class Rearranging(StrEnum):
    """Several become one, or one becomes several."""

    MERGE = "merge"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Draft:
    """The words and the place of a proposal; `cost` in the cycle's minor units.

    It is for the `part` of the cycle it names, the whole city or a district, and may have a place
    there; without, its place says which district it is for. `language` is a BCP 47 tag.
    """

    title: str
    summary: str
    language: str
    description: str = ""
    category: str | None = None
    cost: int | None = None
    part: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class SubmitProposal:
    """Propose something; `id` is made where it is written.

    `interests` is what the proposer has to gain; `contact` is for those who have no phone.
    """

    id: UUID
    cycle: str
    draft: Draft
    channel: Channel
    display_name: str = ""
    interests: str = ""
    contact: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditProposal:
    """Say it in other words; `version` is the one the proposer saw.

    `code` is that of a place nobody took on a phone.
    """

    number: str
    draft: Draft
    version: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class AddProposalPhoto:
    """Room for one photo, whose id was made on the phone; `alt_text` says what it shows."""

    id: UUID
    number: str
    size_bytes: int
    alt_text: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take a proposal back; `id` is that of the reason, made where it is said."""

    id: UUID
    number: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Appeal:
    """Ask that somebody else decides again; everybody can read why. `code` as in `EditProposal`."""

    id: UUID
    number: str
    reason: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Join:
    """Stand behind a proposal, with the code of an invitation or of a place kept for oneself."""

    number: str
    code: str
    display_name: str = ""
    interests: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """A word anybody can read: a comment, a question to `asked`, or an answer to a question."""

    id: UUID
    number: str
    text: str
    asked: Asked | None = None
    answers: UUID | None = None


@dataclass(frozen=True, slots=True)
class HideComment:
    """Take somebody's words out of what the public reads; everybody can read why."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class ModerateProposal:
    """Put other words in the place of some that must not be read; everybody can read why."""

    number: str
    title: str
    summary: str
    description: str
    reason: str


@dataclass(frozen=True, slots=True)
class CoverWords:
    """Cover a passage that must not be read, wherever a settled proposal says it; and why."""

    number: str
    passage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Translate:
    """Give title and summary in another language."""

    number: str
    language: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class NoteFindings:
    """What a reviewer found by some criteria: a verdict and public words for each."""

    number: str
    version: int
    findings: Mapping[Criterion, tuple[Verdict, str]]


@dataclass(frozen=True, slots=True)
class DecideFeasibility:
    """What the review comes to; with a `cost` where the city's figure is another."""

    number: str
    version: int
    outcome: State
    reason: str = ""
    cost: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeCost:
    """Say what it costs after all, and why."""

    number: str
    version: int
    cost: int
    reason: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line of what makes up the cost."""

    words: str
    cost: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where something can be looked up."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class WritePack:
    """What voters should know; `is_undisputed` says that nobody had a minority statement."""

    number: str
    version: int
    pros: Sequence[str]
    cons: Sequence[str]
    cost_lines: Sequence[CostLine]
    sources: Sequence[Source]
    minority_statements: Sequence[str] = ()
    is_undisputed: bool = False


@dataclass(frozen=True, slots=True)
class Rearrange:
    """Make one of several proposals, or several of one, once all who made them agree."""

    id: UUID
    cycle: str
    kind: Rearranging
    numbers: Sequence[str]
    drafts: Sequence[Draft]
    reason: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Say yes or no to a rearrangement; staff name the proposer they say it for."""

    id: UUID
    agrees: bool
    proposer: int | None = None


@dataclass(frozen=True, slots=True)
class EndRearrangement:
    """Ask nobody any longer, for a reason that everybody can read."""

    id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class PutOnBallot:
    """Settle which projects a cycle's vote is about."""

    cycle: str
