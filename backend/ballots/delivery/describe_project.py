"""One winner as everybody may read it: plan, spending, delays, history, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle, CycleProject
from backend.ballots.cycle.queries import part_names
from backend.ballots.delivery.models import ProjectDelivery, ProjectMilestone
from backend.ballots.delivery.progress import Dated, Progress, progress_of
from backend.ballots.delivery.queries import (
    changes_of,
    city_day,
    deliveries_of,
    find_winner,
    milestones_of,
    purposes,
    spending_of,
)
from backend.ballots.delivery.workflow import MilestoneState, ProjectState
from backend.photos.queries import PublicPhoto, public_photos
from backend.photos.subject import SubjectKind

Photos: TypeAlias = Mapping[UUID, Sequence[PublicPhoto]]


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A winner in a list; money in the cycle's minor units, `overspent` beyond its cost.

    `progress` is planned against done on the day of reading; `photo` is the last of its last step.
    """

    code: str
    part: str
    part_name: str
    title: str
    category: str | None
    proposal: str | None
    lon: float | None
    lat: float | None
    state: ProjectState
    deliverer: str | None
    cost: int
    spent: int
    overspent: int
    progress: Progress
    reassess_on: date | None
    result: str | None
    photo: PublicPhoto | None

    @property
    def has_plan(self) -> bool:
        """Whether anybody can read who builds it and by when."""
        return self.deliverer is not None and self.progress.milestones > 0

    @property
    def late_days(self) -> int:
        """How long it is late, with its plan or with the second look."""
        return max(self.progress.late_days, self.progress.reassessment_late_days)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of the plan; `late_days` while it is waited for, `photos` of how it goes."""

    number: int
    title: str
    state: str
    first_due_on: date
    due_on: date
    done_on: date | None
    words: str
    late_days: int
    photos: Sequence[PublicPhoto]


@dataclass(frozen=True, slots=True)
class Spending:
    """One entry; one that takes another back is below zero, `is_taken_back` is the other."""

    number: int
    spent_on: date
    amount: int
    purpose: str
    purpose_name: str
    payee: str | None
    words: str
    takes_back: int | None
    is_taken_back: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class PurposeMoney:
    """What was spent for one purpose."""

    code: str
    name: str
    spent: int


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the history; `days` is by how much a date moved, below zero for sooner."""

    at: datetime
    kind: str
    milestone: int | None
    milestone_title: str | None
    before: str | None
    after: str | None
    days: int | None
    words: str | None
    actor: str


@dataclass(frozen=True, slots=True)
class ProjectDocument(ProjectLine):
    """Everything public about a winner; `delays` are those of the changes that moved a date."""

    version: int
    public_contact: str | None
    first_reassess_on: date | None
    result_words: str | None
    reassessed_at: datetime | None
    milestones: tuple[Milestone, ...]
    spending: tuple[Spending, ...]
    purposes: tuple[PurposeMoney, ...]
    delays: tuple[Change, ...]
    changes: tuple[Change, ...]


def project_line(
    project: CycleProject,
    part_name: str,
    delivery: ProjectDelivery | None,
    milestones: Sequence[ProjectMilestone],
    photos: Photos,
    spent: int,
    today: date,
) -> ProjectLine:
    """The line of a winner from its rows; `delivery` None where nobody acted on it."""
    shown = [photo for one in milestones for photo in photos[one.subject.id]]
    state = ProjectState(delivery.state) if delivery else ProjectState.PLANNED
    reassess_on = delivery.reassess_on if delivery else None
    result = delivery.result if delivery else None
    return ProjectLine(
        code=project.code,
        part=project.part_code,
        part_name=part_name,
        title=project.title,
        category=project.category,
        proposal=project.proposal_number,
        lon=project.lon,
        lat=project.lat,
        state=state,
        deliverer=delivery.deliverer if delivery else None,
        cost=project.cost,
        spent=spent,
        overspent=max(0, spent - project.cost),
        progress=progress_of(
            state,
            [
                Dated(MilestoneState(one.state), one.first_due_on, one.due_on, one.done_on)
                for one in milestones
            ],
            today,
            reassess_on=reassess_on,
            is_reassessed=result is not None,
        ),
        reassess_on=reassess_on,
        result=result,
        photo=shown[-1] if shown else None,
    )


def photos_of(session: Session, milestones: Iterable[ProjectMilestone]) -> Photos:
    """What is shown of each step, by the id of its subject."""
    subjects = [one.subject.id for one in milestones]
    return public_photos(session, SubjectKind.MILESTONE, subjects)


def project_document(session: Session, cycle: Cycle, code: str, now: datetime) -> ProjectDocument:
    """One winner; raises `NotFound` for what is none."""
    project, today = find_winner(session, cycle, code), city_day(session, now)
    delivery = deliveries_of(session, [project.id]).get(project.id)
    milestones = milestones_of(session, [project.id])
    names = part_names(session, cycle)
    spending = _spending(session, project.id)
    changes = _changes(session, project.id, {one.number: one.title for one in milestones})
    photos = photos_of(session, milestones)
    spent = sum(one.amount for one in spending)
    name = names[project.part_code]
    line = project_line(project, name, delivery, milestones, photos, spent, today)
    return ProjectDocument(
        **{one.name: getattr(line, one.name) for one in fields(ProjectLine)},
        version=delivery.version if delivery else 0,
        public_contact=delivery.public_contact if delivery else None,
        first_reassess_on=delivery.first_reassess_on if delivery else None,
        result_words=delivery.result_words if delivery else None,
        reassessed_at=delivery.reassessed_at if delivery else None,
        milestones=tuple(
            _milestone(one, line, today, photos[one.subject.id]) for one in milestones
        ),
        spending=spending,
        purposes=_purposes(spending),
        delays=tuple(one for one in changes if one.kind == "date"),
        changes=changes,
    )


def _milestone(
    row: ProjectMilestone, line: ProjectLine, today: date, photos: Sequence[PublicPhoto]
) -> Milestone:
    is_awaited = row.state == MilestoneState.PLANNED and line.progress.next_due_on is not None
    return Milestone(
        number=row.number,
        title=row.title,
        state=row.state,
        first_due_on=row.first_due_on,
        due_on=row.due_on,
        done_on=row.done_on,
        words=row.words,
        late_days=max(0, (today - row.due_on).days) if is_awaited else 0,
        photos=photos,
    )


def _spending(session: Session, project_id: int) -> tuple[Spending, ...]:
    names = {one.code: one.name for one in purposes(session)}
    rows = spending_of(session, [project_id])
    taken_back = {row.takes_back for row in rows}
    return tuple(
        Spending(
            number=row.number,
            spent_on=row.spent_on,
            amount=row.amount,
            purpose=row.purpose,
            purpose_name=names[row.purpose],
            payee=row.payee,
            words=row.words,
            takes_back=row.takes_back,
            is_taken_back=row.number in taken_back,
            at=row.at,
        )
        for row in rows
    )


def _purposes(spending: tuple[Spending, ...]) -> tuple[PurposeMoney, ...]:
    sums = Counter[tuple[str, str]]()
    for entry in spending:
        sums[entry.purpose, entry.purpose_name] += entry.amount
    return tuple(PurposeMoney(*purpose, spent) for purpose, spent in sorted(sums.items()))


def _changes(session: Session, project_id: int, titles: dict[int, str]) -> tuple[Change, ...]:
    return tuple(
        Change(
            at=row.at,
            kind=row.kind,
            milestone=row.milestone,
            milestone_title=titles.get(row.milestone) if row.milestone else None,
            before=row.before,
            after=row.after,
            days=_days(row.before, row.after) if row.kind == "date" else None,
            words=row.words,
            actor=row.actor,
        )
        for row in changes_of(session, project_id)
    )


def _days(before: str | None, after: str | None) -> int | None:
    if before is None or after is None:
        return None
    return (date.fromisoformat(after) - date.fromisoformat(before)).days
