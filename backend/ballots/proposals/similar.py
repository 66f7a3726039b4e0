"""What others have proposed already that is like what somebody is writing."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.rules import MAX_TITLE
from backend.ballots.proposals.workflow import GONE
from backend.core.public_words import check_text
from backend.core.resemblance import resemblance, shingles
from geo.distance import metres_between

MOST = 5
# Two ideas for one street are neighbours; further apart than this, nearness tells nothing.
REACH_METRES = 500.0
PLACE_WEIGHT = 0.3
LEAST_SCORE = 0.2


@dataclass(frozen=True, slots=True)
class Similar:
    """A proposal that may be the same: how alike, 0 to 1; `metres` None without two places."""

    number: str
    title: str
    state: str
    score: float
    metres: int | None


def similar_proposals(
    session: Session, cycle: Cycle, title: str, place: tuple[float, float] | None = None
) -> list[Similar]:
    """The likeliest `MOST` of a cycle, for a title as far as it is written, and (lon, lat).

    Words count by the resemblance of their letters in threes; where both have a place, being close
    counts `PLACE_WEIGHT`, and being apart is not held against them.
    """
    check_text(title, "/title", MAX_TITLE)
    wanted = shingles(title)
    rows = session.execute(
        sa.select(Proposal.number, Proposal.title, Proposal.state, Proposal.lon, Proposal.lat)
        .where(Proposal.cycle_id == cycle.id, Proposal.state.not_in(GONE))
        .order_by(Proposal.number)
    )
    found = []
    for number, other, state, lon, lat in rows:
        words = resemblance(wanted, _shingles(other)) or 0.0
        metres = _metres(place, lon, lat)
        nearness = 0.0 if metres is None else max(0.0, 1 - metres / REACH_METRES)
        score = max(words, (1 - PLACE_WEIGHT) * words + PLACE_WEIGHT * nearness)
        if score >= LEAST_SCORE:
            found.append(Similar(number, other, state, round(score, 3), metres))
    return _likeliest(found)


def _metres(place: tuple[float, float] | None, lon: float | None, lat: float | None) -> int | None:
    if place is None or lon is None or lat is None:
        return None
    return round(metres_between(*place, lon, lat))


def _likeliest(found: Iterable[Similar]) -> list[Similar]:
    return sorted(found, key=lambda one: (-one.score, one.number))[:MOST]


@lru_cache(maxsize=10_000)
def _shingles(title: str) -> frozenset[str]:
    """Those of a title, which is compared with each letter somebody writes."""
    return shingles(title)
