"""A cycle as one document: its statement, its dates, its money; what every face shows."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CyclePart
from backend.ballots.cycle.phases import Calendar
from backend.ballots.cycle.queries import calendar_of, date_moves_of, parts_of, projects_of
from backend.ballots.cycle.statement import statement_of, statement_sha256


def cycle_line(session: Session, cycle: Cycle, now: datetime) -> dict[str, Any]:
    """A cycle in a list: what it is, how much there is, and where it stands."""
    return {
        "slug": cycle.slug,
        "title": cycle.title,
        "currency": cycle.currency,
        "money_scale": cycle.money_scale,
        "budget": cycle.budget,
    } | _standing(calendar_of(session, cycle), now)


def cycle_document(session: Session, cycle: Cycle, now: datetime) -> dict[str, Any]:
    """Everything public about a cycle, as JSON values; moments in UTC, amounts in its units.

    `parts` have their money and, where a formula gave it, the share it follows from.
    """
    calendar, parts = calendar_of(session, cycle), parts_of(session, cycle)
    statement = statement_of(cycle, parts)
    return (
        statement
        | _standing(calendar, now)
        | {
            "statement_sha256": statement_sha256(cycle, parts),
            "published_at": cycle.published_at and cycle.published_at.isoformat(),
            "settled_at": cycle.settled_at and cycle.settled_at.isoformat(),
            "voting_key": cycle.voting_key,
            "parts": [_part(part) for part in parts],
            "budget_sources": cycle.budget_sources,
            "date_moves": _date_moves(session, cycle),
            "projects": [
                {
                    "code": one.code,
                    "part": one.part_code,
                    "title": one.title,
                    "category": one.category,
                    "cost": one.cost,
                    "lon": one.lon,
                    "lat": one.lat,
                    "proposal": one.proposal_number,
                    "is_winner": one.is_winner,
                }
                for one in projects_of(session, cycle)
            ],
        }
    )


def _standing(calendar: Calendar, now: datetime) -> dict[str, Any]:
    """The phase under way, what changes next and when, and all the dates."""
    phase, following = calendar.phase_at(now), calendar.next_phase(now)
    next_date: datetime | None = None
    if phase is not None:
        next_date = calendar.spans[phase].ends_at
    elif following is not None:
        next_date = calendar.spans[following].starts_at
    return {
        "phase": phase,
        "next_phase": following,
        "next_date": next_date and next_date.isoformat(),
        "phases": [
            {
                "phase": phase,
                "starts_at": span.starts_at.isoformat(),
                "ends_at": span.ends_at.isoformat(),
            }
            for phase, span in calendar.spans.items()
        ],
    }


def _part(part: CyclePart) -> dict[str, Any]:
    return {
        "code": part.code,
        "name": part.name,
        "population": part.population,
        "budget": part.budget,
        "share": part.share,
    }


def _date_moves(session: Session, cycle: Cycle) -> list[dict[str, Any]]:
    moments = ("old_starts_at", "old_ends_at", "starts_at", "ends_at", "at")
    return [
        {"phase": move.phase, "reason": move.reason}
        | {name: getattr(move, name).isoformat() for name in moments}
        for move in date_moves_of(session, cycle)
    ]
