"""What phones and staff ask of photos, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from backend.photos.subject import Subject


@dataclass(frozen=True, slots=True)
class OpenSlot:
    """Room for one photo of `subject`; both ids were made on the phone.

    `alt_text` says what it shows to whoever cannot see it. With `act_id` it belongs to what
    somebody says of the subject in that comment or step.
    """

    id: UUID
    subject: Subject
    size_bytes: int
    alt_text: str = ""
    act_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AppendChunk:
    """The next piece of a photo, kept in the store as `piece`; `offset` is its first byte."""

    id: UUID
    offset: int
    piece: str
    size_bytes: int


class Verdict(StrEnum):
    """What a person of the city decides about a photo."""

    APPROVE = "approve"
    REFUSE = "refuse"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class ModeratePhoto:
    """Show a photo to everybody or to nobody; `rendering_id` is the picture that was looked at."""

    rendering_id: UUID
    verdict: Verdict
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RedactPhoto:
    """Cover parts of a picture: left, top, right, bottom as fractions of its width and height."""

    rendering_id: UUID
    covers: tuple[tuple[float, float, float, float], ...]
    reason: str
