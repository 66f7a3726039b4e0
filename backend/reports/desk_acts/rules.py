"""What can be done to many reports at once, and until when it can be taken back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from backend.core.actors import Role
from backend.reports.workflow import CLOSED_STATES, State, find_move

UNDO_WITHIN = timedelta(minutes=10)
"""For so long an act can be taken back, and residents are told of it after that."""
MOST_AT_ONCE = 500
BULK_STATES = (
    State.TRIAGED,
    State.ASSIGNED,
    State.SCHEDULED,
    State.IN_PROGRESS,
    State.WAITING_CONTRACTOR,
    State.REOPENED,
    State.RESOLVED,
    State.REFUSED,
    State.OUTSIDE,
)
"""A question is one person's, another body is one place's, a duplicate is made by joining."""
_MOMENTS = ("closed_at", "paused_at", "due_at", "answered_at")
_PLAIN = (
    *("state", "paused_seconds", "team_code", "body_code"),
    *("assignee", "appealed_against"),
)


class Obstacle(StrEnum):
    """Why a report cannot take a step with the others."""

    HAZARD = "hazard"
    NO_MOVE = "no_move"
    APPEALED = "appealed"
    NOTHING_CHANGES = "nothing_changes"


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a report decides whether it can take part."""

    state: State
    is_hazard: bool
    appealed_against: str | None
    assignee: str | None


def obstacle_to_step(standing: Standing, after: State, actor: str, role: Role) -> Obstacle | None:
    """Why it cannot be moved to `after` with others; danger is never closed so."""
    move = find_move(standing.state, after)
    if move is None or role not in move.roles:
        return Obstacle.NO_MOVE
    if after in CLOSED_STATES and standing.is_hazard:
        return Obstacle.HAZARD
    if after in CLOSED_STATES and standing.appealed_against == actor:
        return Obstacle.APPEALED
    return None


def obstacle_to_giving(standing: Standing, assignee: str | None) -> Obstacle | None:
    """Why there is nothing to do where it is given to somebody."""
    return Obstacle.NOTHING_CHANGES if standing.assignee == assignee else None


def may_undo(done_at: datetime, now: datetime) -> bool:
    """Whether there is still time to take it back."""
    return now < done_at + UNDO_WITHIN


def snapshot(incident: Any) -> dict[str, Any]:
    """Where a report stands, as JSON keeps it to the microsecond."""
    kept: dict[str, Any] = {name: getattr(incident, name) for name in _PLAIN}
    for name in (*_MOMENTS, "scheduled_for"):
        value: date | None = getattr(incident, name)
        kept[name] = value.isoformat() if value else None
    return kept


def stood(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `snapshot` kept."""
    values = {name: kept[name] for name in _PLAIN}
    for name in _MOMENTS:
        values[name] = datetime.fromisoformat(kept[name]) if kept[name] else None
    day = kept["scheduled_for"]
    return values | {"scheduled_for": date.fromisoformat(day) if day else None}
