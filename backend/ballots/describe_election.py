"""An election's result as one document: what programs read of what its page shows."""

from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.models import Election, ElectionProject
from backend.ballots.published import hashes_of, rounds_of, transcript_of
from backend.ballots.queries import participation_of, projects_of

Json = dict[str, Any]


def election_line(election: Election) -> Json:
    """An election in a list."""
    return {
        "slug": election.slug,
        "title": election.title,
        "place": election.place,
        "vote_type": election.vote_type,
        "currency": election.currency,
        "money_scale": election.money_scale,
        "budget": election.budget,
        "spent": election.spent,
        "voters": election.voters,
        "is_held_here": election.is_held_here,
        "is_comparison": election.is_comparison,
    }


def election_document(session: Session, election: Election) -> Json:
    """As JSON values; amounts in 1/`money_scale`, fractions of them as text.

    `files` are the published ones by name with their SHA-256; where they lie is the face's to say.
    """
    told = transcript_of(session, election)
    decisions = {one["project"]: one for one in told.get("decisions", ())}
    rounds, analysis = rounds_of(told), election.analysis or {}
    return election_line(election) | {
        "parameters": election.rule_parameters,
        "facts": told.get("facts", {}),
        "transcript_sha256": election.transcript_sha256,
        "projects": [
            _project(one)
            | _told(decisions.get(one.code, {}))
            | {"paid": _paid(rounds.get(one.code)), "margin": _margin(analysis, one.code)}
            for one in projects_of(session, election)
        ],
        "participation": [
            {"dimension": row.dimension, "group": row.group_name, "voters": row.voters}
            for row in participation_of(session, election)
        ],
        "excluded": analysis.get("voters", {}).get("excluded"),
        "other_rules": analysis.get("other_rules"),
        "files": hashes_of(session, election),
    }


def _project(row: ElectionProject) -> Json:
    return {
        "code": row.code,
        "name": row.name,
        "category": row.category,
        "cost": row.cost,
        "votes": row.votes,
        "score": row.score,
        "rank": row.rank,
        "is_winner": row.is_winner,
        "is_official": row.is_official,
        "verdict": row.verdict,
        "lat": row.latitude,
        "lon": row.longitude,
    }


def _told(decision: Json) -> Json:
    return {name: decision.get(name) for name in ("money_before", "tie_broken_by")}


def _paid(bought: Json | None) -> Json | None:
    names = ("payment", "payers", "drained", "tied")
    return None if bought is None else {name: bought[name] for name in names}


def _margin(analysis: Json, code: str) -> Json | None:
    found: Json | None = analysis.get("margins", {}).get(code)
    return found
