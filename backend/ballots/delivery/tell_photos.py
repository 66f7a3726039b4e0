"""What the public is told of the photos of what is built, by the step of the plan they show."""

from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoChange, PhotoChanged
from backend.photos.subject import SubjectKind

_ACTIONS = {
    PhotoChange.SHOWN: "project.photo_published",
    PhotoChange.REFUSED: "project.photo_refused",
    PhotoChange.COVERED: "project.photo_covered",
    PhotoChange.REMOVED: "project.photo_removed",
}


def on_photo_changed(work: UnitOfWork, event: PhotoChanged) -> None:
    """Log what anybody can see."""
    if event.subject.kind is SubjectKind.MILESTONE:
        project, _, milestone = (event.number or "").rpartition("/")
        subject = f"project:{project}"
        work.decide(_ACTIONS[event.change], subject, milestone=int(milestone), **event.facts)
