"""The life of a photo, as a table: which state may follow which."""

from enum import StrEnum

from backend.core.actors import Role


class PhotoState(StrEnum):
    """Where a photo stands; only a public one is ever shown to anybody but staff."""

    UPLOADING = "uploading"
    PROCESSING = "processing"
    WAITING = "waiting"
    """Ready, and its subject has not come yet."""
    HELD = "held"
    """Ready, and nobody from the city has looked at it."""
    PUBLIC = "public"
    REFUSED = "refused"
    REMOVED = "removed"
    """By whoever took it, or with everything else of theirs."""


MODERATORS = frozenset({Role.WARD_STAFF, Role.ADMIN})
TO_LOOK_AT = (PhotoState.HELD, PhotoState.PUBLIC)
"""A picture whose subject is here, for staff at least."""
# These leave room for another photo of the same subject.
GIVEN_UP = (PhotoState.REFUSED, PhotoState.REMOVED)
_FOLLOWING = {
    PhotoState.UPLOADING: {PhotoState.PROCESSING},
    PhotoState.PROCESSING: {
        PhotoState.WAITING,
        PhotoState.HELD,
        PhotoState.PUBLIC,
        PhotoState.REFUSED,
    },
    PhotoState.WAITING: {PhotoState.HELD, PhotoState.PUBLIC},
    PhotoState.HELD: {PhotoState.PUBLIC, PhotoState.REFUSED, PhotoState.PROCESSING},
    PhotoState.PUBLIC: {PhotoState.REFUSED, PhotoState.PROCESSING},
    PhotoState.REFUSED: {PhotoState.PUBLIC, PhotoState.PROCESSING},
    PhotoState.REMOVED: set(),
}


def may_follow(before: PhotoState, after: PhotoState) -> bool:
    """Whether the table has the step; whoever took a photo may remove it from any other state."""
    is_removal = after is PhotoState.REMOVED and before is not after
    return is_removal or after in _FOLLOWING[before]
