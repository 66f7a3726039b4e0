"""How many could vote and did, as the roll and the public record of the count have it."""

import json
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import parts_of
from backend.ballots.tally.participation import withheld_of
from backend.ballots.voting.models import RollEntry, RollState
from backend.core.city_cache import CityCache
from backend.core.db import table_of
from backend.core.decision_log import Decision

_ROLL = table_of(RollEntry)
_USED = _ROLL.c.state.in_([RollState.ONLINE.value, RollState.PAPER.value])
_BY_DISTRICT = (
    sa.select(_ROLL.c.district, sa.func.count(), sa.func.count(sa.case((_USED, 1))))
    .where(
        _ROLL.c.cycle_id == sa.bindparam("cycle_id"),
        sa.not_(_ROLL.c.is_test),
        _ROLL.c.state != RollState.VOID.value,
    )
    .group_by(_ROLL.c.district)
)
_COUNT = (
    sa.select(Decision.facts)
    .where(Decision.subject == sa.bindparam("subject"), Decision.action == "vote.counted")
    .order_by(Decision.sequence.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DistrictTurnout:
    """People of one district, of none where `code` is None; `used` None: too few to show."""

    code: str | None
    name: str
    entitled: int
    used: int | None


@dataclass(frozen=True, slots=True)
class Turnout:
    """Rights to vote, those that were used online and on paper, and the ballots that counted.

    Somebody may have used a right and never cast: `credentials` are not ballots.
    """

    entitled: int
    credentials: int
    on_paper: int
    ballots: int
    ballots_on_paper: int
    unreadable: int
    districts: tuple[DistrictTurnout, ...]

    @property
    def voted(self) -> int:
        """People with a ballot in the box, and all who handed in paper, whatever is on it."""
        return self.ballots - self.ballots_on_paper + self.on_paper


_TURNOUTS: CityCache[Turnout] = CityCache()


def turnout_of(session: Session, cycle: Cycle) -> Turnout:
    """That of a cycle whose ballots are counted; nothing of it changes any more."""
    version = (cycle.id, cycle.counted_at)
    return _TURNOUTS.get(session, version, lambda: _turnout(session, cycle))


def _turnout(session: Session, cycle: Cycle) -> Turnout:
    facts = json.loads(session.scalars(_COUNT, {"subject": f"cycle:{cycle.slug}"}).one())
    names: dict[str | None, str] = {part.code: part.name for part in parts_of(session, cycle)}
    names[None] = ""
    entitled, used = Counter[str | None](), Counter[str | None]()
    for district, count, voted in session.execute(_BY_DISTRICT, {"cycle_id": cycle.id}):
        entitled[district], used[district] = count, voted
    withheld = withheld_of({district or "": count for district, count in used.items()})
    return Turnout(
        **{name: facts[name] for name in Turnout.__slots__ if name != "districts"},
        districts=tuple(
            DistrictTurnout(
                code,
                name,
                entitled[code],
                None if (code or "") in withheld else used[code],
            )
            for code, name in names.items()
            if code in entitled
        ),
    )
