"""What has happened to a vote."""

from dataclasses import dataclass

from backend.core.events import Event


@dataclass(frozen=True, slots=True)
class CountBegun(Event):
    """The box is shut for good and is opened next, unless somebody who hears of it refuses.

    `without_paper` is a public reason to go without ballots that are not in it yet.
    """

    cycle_id: int
    slug: str
    without_paper: str
