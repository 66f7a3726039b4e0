"""Settle what is voted on, the projects and the money of each part, before the vote opens.

With that the ballot stands. The key it is sealed to is set apart, on any day before the vote, and
without one nobody can vote.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from backend.ballots.cycle.commands import ProjectOnBallot, SettleVote
from backend.ballots.cycle.models import Cycle, CyclePart, CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle, parts_of
from backend.ballots.cycle.rule_terms import most_it_can_cost, rule_of
from backend.ballots.cycle.settling import require_unsettled
from backend.ballots.cycle.statement import amount_words
from backend.ballots.tally.rule_of_file import Rule
from backend.core.errors import Conflict, DomainError, Invalid
from backend.core.public_words import check_text
from backend.core.uow import UnitOfWork
from geo.coordinates import CoordinateError, check_lon_lat

MAX_PROJECTS = 2000
# Whatever a `.pb` file, an address and a printed ballot can hold without quoting.
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", re.ASCII)


def settle_vote(work: UnitOfWork, command: SettleVote) -> Cycle:
    """Fix the ballot; from the feedback on, and until the vote's day.

    Raises `Conflict` when it is not the time, `Invalid` with one list of everything that is wrong.
    """
    session = work.session
    cycle = find_cycle(session, command.slug, lock=True)
    calendar = require_unsettled(session, cycle, work.now)
    if not calendar.has_begun(Phase.FEEDBACK, work.now):
        raise Conflict("settled-too-early", phase=Phase.FEEDBACK.value)
    parts = parts_of(session, cycle)
    ballot = _Ballot(cycle, rule_of(cycle.rule), parts)
    faults = [
        *_cycle_faults(cycle, parts, command.projects),
        *ballot.faults(command.projects),
    ]
    if faults:
        raise Invalid("vote-not-ready", *faults[:50], count=len(faults))
    order = {part.code: part.position for part in parts}
    projects = sorted(command.projects, key=lambda project: order[project.part_code])
    session.add_all(
        CycleProject(
            cycle_id=cycle.id,
            position=position,
            **{name: value for name, value in asdict(project).items() if name != "line"},
        )
        for position, project in enumerate(projects)
    )
    cycle.settled_at = work.now
    work.decide(
        "cycle.settled",
        f"cycle:{cycle.slug}",
        projects=len(projects),
        projects_sha256=projects_sha256(projects),
        budgets={part.code: part.budget for part in parts},
    )
    session.flush()
    return cycle


def projects_sha256(projects: Sequence[ProjectOnBallot | CycleProject]) -> str:
    """Of `[code, part, title, cost]` of each project in the ballot's order, as canonical JSON."""
    rows = [[one.code, one.part_code, one.title, one.cost] for one in projects]
    canonical = json.dumps(rows, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _cycle_faults(
    cycle: Cycle, parts: Sequence[CyclePart], projects: Sequence[ProjectOnBallot]
) -> Iterator[Invalid]:
    if len(projects) > MAX_PROJECTS:
        yield Invalid("ballot-too-long", pointer="/projects", most=MAX_PROJECTS)
    if sum(part.budget for part in parts) != cycle.budget:
        yield Invalid("budgets-not-set", pointer="/parts")
    named = {project.part_code for project in projects}
    for part in parts:
        if part.code not in named:
            yield Invalid("part-without-projects", pointer="/projects", part=part.name)


@dataclass(slots=True)
class _Ballot:
    """Looks through the projects with all that they have to fit."""

    cycle: Cycle
    rule: Rule
    parts: Sequence[CyclePart]

    def faults(self, projects: Sequence[ProjectOnBallot]) -> Iterator[DomainError]:
        times = Counter(project.code for project in projects)
        parts = {part.code: part for part in self.parts}
        for position, project in enumerate(projects):
            at = f"/projects/{position}"
            where = _where(position, project)
            if not _CODE.fullmatch(project.code):
                yield Invalid("bad-project-code", pointer=at, where=where, code=project.code[:60])
            if times[project.code] > 1:
                yield Invalid("project-code-twice", pointer=at, where=where, code=project.code)
            yield from _text_faults(project, at, where)
            part = parts.get(project.part_code)
            if part is None:
                yield Invalid(
                    "project-part-unknown",
                    pointer=at,
                    where=where,
                    part=project.part_code[:60],
                    parts=list(parts),
                )
            else:
                yield from self._cost_faults(project, part, at, where)

    def _cost_faults(
        self, project: ProjectOnBallot, part: CyclePart, at: str, where: str
    ) -> Iterator[Invalid]:
        if project.cost <= 0:
            yield Invalid("project-cost-not-positive", pointer=at, where=where)
        elif part.budget and project.cost > most_it_can_cost(self.rule, part.budget):
            yield Invalid(
                "project-can-never-win",
                pointer=at,
                where=where,
                cost=amount_words(self.cycle, project.cost),
                budget=amount_words(self.cycle, part.budget),
                part=part.name,
            )


def _text_faults(project: ProjectOnBallot, at: str, where: str) -> Iterator[DomainError]:
    if not project.title.strip():
        yield Invalid("project-title-missing", pointer=at, where=where)
    try:
        check_text(project.title, at, 300)
        check_text(project.category or "", at, 120)
    except Invalid as error:
        yield Invalid("project-text-not-valid", pointer=at, where=where, why=error.slug)
    if not _is_place(project.lon, project.lat):
        yield Invalid("project-place-not-valid", pointer=at, where=where)


def _is_place(lon: float | None, lat: float | None) -> bool:
    """A place on Earth, or none at all."""
    if lon is None or lat is None:
        return lon is lat
    try:
        check_lon_lat(lon, lat)
    except CoordinateError:
        return False
    return True


def _where(position: int, project: ProjectOnBallot) -> str:
    if project.line is not None:
        return f"line {project.line}"
    return f"project {project.code or position + 1}"
