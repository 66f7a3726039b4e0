"""What has happened to elections."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, slots=True)
class ElectionImported(Event):
    """A finished election is stored with its outcome."""

    election_id: int
