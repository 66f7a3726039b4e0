"""What a photo must be to be taken. Pure: no database, no clock."""

from collections.abc import Sequence

from backend.core.errors import Invalid, TooLarge

MAX_BYTES = 15 * 1024 * 1024
MAX_PHOTOS = 6
# A piece of 64 KiB suits the worst network; no phone needs more pieces than these.
MAX_PIECES = 500
MAX_COVERS = 20
# As long as two sentences; more belongs into the words beside it.
MAX_ALT_TEXT = 300


def check_size(size_bytes: int) -> None:
    """Raise `Invalid` on a photo without bytes, `TooLarge` on one with too many."""
    if size_bytes < 1:
        raise Invalid("photo-empty", pointer="/Upload-Length")
    if size_bytes > MAX_BYTES:
        raise TooLarge("photo-too-large", pointer="/Upload-Length", most=MAX_BYTES // 1024**2)


def check_covers(covers: Sequence[tuple[float, float, float, float]]) -> None:
    """Raise `Invalid` unless each cover is left, top, right, bottom, as fractions of the photo."""
    if not 1 <= len(covers) <= MAX_COVERS:
        raise Invalid("photo-covers-not-counted", pointer="/covers", most=MAX_COVERS)
    for number, (left, top, right, bottom) in enumerate(covers):
        if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
            raise Invalid("photo-cover-outside", pointer=f"/covers/{number}", number=number + 1)


def hamming_distance(one: str, other: str) -> int:
    """In how many of their 64 bits two picture hashes (16 hex digits) differ.

    Photos of one thing from one spot differ in about ten or fewer, photos of different things in
    about half.
    """
    return (int(one, 16) ^ int(other, 16)).bit_count()
