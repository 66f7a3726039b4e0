"""Why a photo is refused by the machine: slugs, worded where photos belong to the city's business.

A file of its own because the process that decodes imports as little as it can.
"""

from enum import StrEnum


class PhotoProblem(StrEnum):
    """What can be wrong with the bytes somebody sent as a photo."""

    UNKNOWN_FORMAT = "photo-format-unknown"
    DAMAGED = "photo-damaged"
    TOO_MANY_PIXELS = "photo-too-many-pixels"
    TOO_HEAVY = "photo-too-heavy"
