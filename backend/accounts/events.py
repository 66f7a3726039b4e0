"""What has happened to the people who act."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, slots=True)
class PersonLeft(Event):
    """Somebody is being erased: `hashes` are all that the person was known by."""

    hashes: tuple[str, ...]
