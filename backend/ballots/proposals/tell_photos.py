"""What the public is told of the photos of proposals.

The proposal itself is neither held nor changed: whoever holds a photo must not wait for it.
"""

from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoChange, PhotoChanged
from backend.photos.subject import SubjectKind

_ACTIONS = {
    PhotoChange.SHOWN: "proposal.photo_published",
    PhotoChange.REFUSED: "proposal.photo_refused",
    PhotoChange.COVERED: "proposal.photo_covered",
    PhotoChange.REMOVED: "proposal.photo_removed",
}


def on_photo_changed(work: UnitOfWork, event: PhotoChanged) -> None:
    """Log what anybody can see."""
    if event.subject.kind is SubjectKind.PROPOSAL:
        work.decide(_ACTIONS[event.change], f"proposal:{event.number}", **event.facts)
