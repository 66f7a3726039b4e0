"""What the public is told of the photos of what is built, by the step of the plan they show."""

from typing import Any

from backend.core.uow import UnitOfWork
from backend.photos.events import PhotoCovered, PhotoRefused, PhotoRemoved, PhotoShown
from backend.photos.subject import SubjectKind


def on_photo_shown(work: UnitOfWork, event: PhotoShown) -> None:
    """Anybody can see another picture."""
    _tell(work, event, "project.photo_published")


def on_photo_refused(work: UnitOfWork, event: PhotoRefused) -> None:
    """Nobody sees it any more, for a reason."""
    _tell(work, event, "project.photo_refused", has_reason=True)


def on_photo_covered(work: UnitOfWork, event: PhotoCovered) -> None:
    """Less of it is to be seen."""
    _tell(work, event, "project.photo_covered", covers=event.covers)


def on_photo_removed(work: UnitOfWork, event: PhotoRemoved) -> None:
    """It is gone."""
    _tell(work, event, "project.photo_removed")


def _tell(
    work: UnitOfWork,
    event: PhotoShown | PhotoRefused | PhotoCovered | PhotoRemoved,
    action: str,
    **facts: Any,
) -> None:
    if event.subject.kind is SubjectKind.MILESTONE:
        project, _, milestone = (event.number or "").rpartition("/")
        photo = str(event.rendering_id)
        work.decide(action, f"project:{project}", milestone=int(milestone), photo=photo, **facts)
