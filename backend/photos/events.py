"""What has happened to photos, as far as the public is told of it.

`number` is what people call the subject by, `rendering_id` the public id of the picture.
"""

from dataclasses import dataclass
from uuid import UUID

from backend.core.events import Event
from backend.photos.subject import Subject


@dataclass(frozen=True, slots=True)
class PhotoShown(Event):
    """Everybody can see it from now on."""

    subject: Subject
    number: str | None
    rendering_id: UUID | None


@dataclass(frozen=True, slots=True)
class PhotoRefused(Event):
    """A person of the city decided that nobody sees it, for a reason its taker can read."""

    subject: Subject
    number: str | None
    rendering_id: UUID | None


@dataclass(frozen=True, slots=True)
class PhotoCovered(Event):
    """Parts of a public picture are covered for good; nobody sees it until that is done."""

    subject: Subject
    number: str | None
    rendering_id: UUID | None
    covers: int


@dataclass(frozen=True, slots=True)
class PhotoRemoved(Event):
    """A public photo was taken away, by whoever took it or with everything else of theirs."""

    subject: Subject
    number: str | None
    rendering_id: UUID | None
