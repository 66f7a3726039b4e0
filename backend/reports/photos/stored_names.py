"""Under which names the pieces and the pictures of a photo are kept."""

from uuid import UUID

PIECES = "pieces/"


def piece_name(photo_id: UUID, token: UUID) -> str:
    """One piece of an upload; two attempts at the same piece never share a name."""
    return f"{PIECES}{photo_id}.{token}"


def photo_of_piece(name: str) -> UUID:
    """The upload a piece belongs to."""
    return UUID(name.removeprefix(PIECES).partition(".")[0])


def picture_name(rendering_id: UUID) -> str:
    """The picture, spread over 256 folders by the random end of its id."""
    return f"pictures/{rendering_id.hex[-2:]}/{rendering_id}.jpg"


def thumbnail_name(rendering_id: UUID) -> str:
    """The small picture."""
    return f"thumbnails/{rendering_id.hex[-2:]}/{rendering_id}.jpg"


def names_of(*rendering_ids: UUID | None) -> list[str]:
    """Everything that is kept under these ids."""
    return [name(one) for one in rendering_ids if one for name in (picture_name, thumbnail_name)]
