"""Under which names the pieces and the pictures of a photo are kept."""

from datetime import datetime
from uuid import UUID

PIECES = "pieces/"


def piece_name(photo_id: UUID, token: UUID) -> str:
    """One piece of an upload; two attempts at the same piece never share a name.

    `token` is a UUID of version 7, which begins with the moment it was made at (RFC 9562, 5.7).
    """
    return f"{PIECES}{photo_id}.{token}"


def is_piece_before(name: str, moment: datetime) -> bool:
    """Whether a piece, or the draft of one, was sent before `moment`."""
    token = UUID(name.split(".")[1])
    return token.int >> 80 < moment.timestamp() * 1000


def picture_name(rendering_id: UUID) -> str:
    """The picture, spread over 256 folders by the random end of its id."""
    return f"pictures/{rendering_id.hex[-2:]}/{rendering_id}.jpg"


def thumbnail_name(rendering_id: UUID) -> str:
    """The small picture."""
    return f"thumbnails/{rendering_id.hex[-2:]}/{rendering_id}.jpg"


def names_of(*rendering_ids: UUID | None) -> list[str]:
    """Everything that is kept under these ids."""
    return [name(one) for one in rendering_ids if one for name in (picture_name, thumbnail_name)]
