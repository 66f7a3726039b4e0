"""What voters and the city ask of a vote, as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.accounts.contact_address import ContactAddress
from backend.ballots.voting.ballot_form import Choices
from backend.core.speak import LANGUAGES


class BallotChannel(StrEnum):
    """How a ballot was cast; it is known inside the envelope alone."""

    APP = "app"
    WEB = "web"
    KIOSK = "kiosk"
    HELPER = "helper"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class PrepareVote:
    """Set the public key that the ballots of a cycle are sealed to.

    With `replaces` it takes the place of another one, for a public `reason`.
    """

    slug: str
    public_key: str
    replaces: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RollRow:
    """One right to vote as the register hands it over: keyed hashes and a district.

    `line` is where a file has it, the header being line 1; it is kept nowhere.
    """

    voter_key: str
    district: str | None = None
    email_hash: str | None = None
    phone_hash: str | None = None
    code_hash: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ImportRoll:
    """Add rows to the roll of a cycle; what is there stays."""

    slug: str
    rows: Sequence[RollRow]


@dataclass(frozen=True, slots=True)
class MakeCodes:
    """Make a batch of access codes, each a right to vote of its own."""

    slug: str
    count: int
    batch: str
    district: str | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class VoidCodes:
    """End the right to vote of a whole batch, or of one code, where it is not used."""

    slug: str
    reason: str
    batch: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class AskVoteCode:
    """Have a one-time code sent to a voter's address, worded in `language`."""

    slug: str
    register_number: str
    address: ContactAddress
    language: str = LANGUAGES[0]


@dataclass(frozen=True, slots=True)
class SentCode:
    """A voter's proof by a one-time code."""

    register_number: str
    address: ContactAddress
    code: str


@dataclass(frozen=True, slots=True)
class AccessCode:
    """A voter's proof by a printed code."""

    code: str


@dataclass(frozen=True, slots=True)
class TakeCredential:
    """Exchange a proof for the one credential of its voter.

    `nonce`: 32 hexadecimal digits the voter's device made and keeps; with a printed code it may be
    left out, and is then made from the code.
    """

    slug: str
    proof: AccessCode | SentCode
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class CastBallot:
    """Put a ballot into the box, or a later one in its place.

    `sequence` is one more than that of the ballot there, 1 for the first. `attempt` is random and
    the same when the same request is sent again.
    """

    slug: str
    credential: str
    sequence: int
    attempt: str
    parts: Mapping[str, Choices]
    channel: BallotChannel


@dataclass(frozen=True, slots=True)
class CountBallots:
    """Open the box with the private key, and count.

    With `sets_aside`, envelopes that do not open are published as a number instead of stopping the
    count. `without_paper` is a public reason to leave out ballots that are not in the box yet.
    """

    slug: str
    private_key: bytes
    sets_aside: bool = False
    without_paper: str = ""
