"""All winners of a cycle together: late ones first, planned against done, spent against money."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CyclePart
from backend.ballots.cycle.queries import parts_of
from backend.ballots.delivery.describe_project import (
    ProjectLine,
    PurposeMoney,
    photos_of,
    project_line,
)
from backend.ballots.delivery.models import ProjectMilestone
from backend.ballots.delivery.queries import (
    city_day,
    deliveries_of,
    milestones_of,
    purposes,
    spent_by_purpose,
    winners_of,
)
from backend.ballots.delivery.workflow import ProjectState


@dataclass(frozen=True, slots=True)
class PartMoney:
    """A part's money: `cost` is what its winners were voted at, `spent` on them so far."""

    code: str
    name: str
    budget: int
    projects: int
    built: int
    cost: int
    spent: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The winners of a cycle on the day `as_of`, late ones first, the latest at the top.

    Milestones that are dropped count nowhere; `planned_by_now` are those first promised by today.
    """

    as_of: date
    counted_at: datetime | None
    projects: tuple[ProjectLine, ...]
    states: dict[str, int]
    late: int
    milestones: int
    milestones_done: int
    planned_by_now: int
    cost: int
    spent: int
    parts: tuple[PartMoney, ...]
    purposes: tuple[PurposeMoney, ...]


def delivery_overview(session: Session, cycle: Cycle, now: datetime) -> Overview:
    """What becomes of a cycle's winners; empty before the count."""
    today, parts = city_day(session, now), parts_of(session, cycle)
    winners = winners_of(session, cycle)
    ids = [one.id for one in winners]
    names = {part.code: part.name for part in parts}
    deliveries, spent = deliveries_of(session, ids), spent_by_purpose(session, ids)
    plans = defaultdict[int, list[ProjectMilestone]](list)
    milestones = milestones_of(session, ids)
    photos = photos_of(session, milestones)
    for milestone in milestones:
        plans[milestone.project_id].append(milestone)
    by_project, by_purpose = Counter[int](), Counter[str]()
    for (project_id, purpose), amount in spent.items():
        by_project[project_id] += amount
        by_purpose[purpose] += amount
    lines = [
        project_line(
            one,
            names[one.part_code],
            deliveries.get(one.id),
            plans[one.id],
            photos,
            by_project[one.id],
            today,
        )
        for one in winners
    ]
    states = Counter(line.state for line in lines)
    return Overview(
        as_of=today,
        counted_at=cycle.counted_at,
        projects=tuple(sorted(lines, key=lambda line: -line.late_days)),
        states={state.value: states[state] for state in ProjectState},
        late=sum(line.late_days > 0 for line in lines),
        milestones=sum(line.progress.milestones for line in lines),
        milestones_done=sum(line.progress.milestones_done for line in lines),
        planned_by_now=sum(line.progress.planned_by_now for line in lines),
        cost=sum(line.cost for line in lines),
        spent=sum(line.spent for line in lines),
        parts=tuple(_part(part, lines) for part in parts),
        purposes=tuple(
            PurposeMoney(one.code, one.name, by_purpose[one.code])
            for one in purposes(session)
            if one.code in by_purpose
        ),
    )


def _part(part: CyclePart, lines: list[ProjectLine]) -> PartMoney:
    own = [line for line in lines if line.part == part.code]
    return PartMoney(
        code=part.code,
        name=part.name,
        budget=part.budget,
        projects=len(own),
        built=sum(line.state is ProjectState.BUILT for line in own),
        cost=sum(line.cost for line in own),
        spent=sum(line.spent for line in own),
    )
