"""What has happened to places."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, slots=True)
class BoundariesImported(Event):
    """A new version of the district boundaries is in force."""

    boundary_set_id: int
