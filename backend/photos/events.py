"""What has happened to a photo, as far as the public is told of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from backend.core.events import Event
from backend.photos.subject import Subject


class PhotoChange(StrEnum):
    """What the public sees more or less of."""

    SHOWN = "shown"
    """Everybody can see it from now on."""
    REFUSED = "refused"
    """A person of the city decided that nobody sees it, for a reason its taker can read."""
    COVERED = "covered"
    """Parts of a public picture are covered for good; nobody sees it until that is done."""
    REMOVED = "removed"
    """A public photo was taken away, by whoever took it or with everything else of theirs."""


@dataclass(frozen=True, slots=True)
class PhotoThere(Event):
    """A photo of `subject` can be looked at from now on, by staff at least, or no longer."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class PhotoChanged(Event):
    """`number` is what people call the subject by, `rendering_id` the public id of the picture.

    `covers` is how many parts of it are covered by this.
    """

    subject: Subject
    number: str | None
    rendering_id: UUID | None
    change: PhotoChange
    covers: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """What the log says of it beside the subject."""
        facts: dict[str, Any] = {"photo": str(self.rendering_id)}
        if self.change is PhotoChange.REFUSED:
            facts["has_reason"] = True
        if self.change is PhotoChange.COVERED:
            facts["covers"] = self.covers
        return facts
