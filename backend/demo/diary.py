"""A made-up past, lived through in the order of time by the use cases every city uses.

What happens on a day may enter what follows from it on a later one. So nothing is decided before
it could be, and the decision log reads as that of a city which did all this.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import TypeAlias

from backend.core.actors import Actor
from backend.core.uow import UnitOfWork

Act: TypeAlias = Callable[[UnitOfWork], object]


@dataclass(slots=True)
class Diary:
    """Who does what and when."""

    _acts: list[tuple[datetime, int, Actor, Act]] = field(default_factory=list)
    _places: "count[int]" = field(default_factory=count)

    def enter(self, at: datetime, actor: Actor, act: Act) -> None:
        """Acts of one moment are done in the order in which they were entered."""
        heapq.heappush(self._acts, (at, next(self._places), actor, act))

    def live(self, work: UnitOfWork) -> None:
        """Do all of it, each act at its moment, in the caller's transaction."""
        while self._acts:
            at, _, actor, act = heapq.heappop(self._acts)
            act(replace(work, actor=actor, now=at))
