"""What has happened to the order of the queue."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, slots=True)
class WeightsDecided(Event):
    """A weight set came into force or was taken back."""

    version: int
