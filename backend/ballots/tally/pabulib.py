"""Reader of the Pabulib `.pb` format: bytes in, an `Election` out, or every problem at once.

Format: https://pabulib.org/format; Stolicki, Szufa and Talmon, arXiv 2012.06539. Only what decides
the result is obligatory here (`num_projects`, `num_votes`, `budget`, `vote_type`); another
obligatory key that is missing, or a declared count that differs from the recount, is a warning,
because real files have both. Unknown keys and columns are kept.
"""

import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import cast, get_args

from backend.ballots.tally.amounts import LARGEST_EXACT, read_amount, read_whole
from backend.ballots.tally.findings import Finding, Problems, printable
from backend.ballots.tally.pabulib_ballots import read_ballots
from backend.ballots.tally.pabulib_sections import Section, read_sections
from backend.ballots.tally.profile import Election, Meta, Project, VoteType
from backend.ballots.tally.score import is_scored_by_points, scores
from backend.core.errors import Fact

EXPECTED_KEYS = ("description", "country", "unit", "instance", "rule", "date_begin", "date_end")
OWN_COLUMNS = (
    *("project_id", "cost", "name", "category", "votes", "score", "selected"),
    *("neighborhood", "subunit", "latitude", "longitude"),
)


def read_election(data: bytes) -> Election:
    """Read a whole file; raises `InvalidElection`, which lists what is wrong and where."""
    problems = Problems()
    sections = read_sections(data, problems)
    votes = sections["VOTES"]
    meta_reader = _MetaReader(sections["META"], problems)
    meta_reader.check_count("num_projects", len(sections["PROJECTS"].rows))
    meta_reader.check_count("num_votes", len(votes.rows))
    meta = meta_reader.read()
    projects = _read_projects(sections["PROJECTS"], meta.scale, problems)
    positions = {project.id: position for position, project in enumerate(projects)}
    ballots, doubts = read_ballots(votes, positions, meta, problems)
    problems.refuse_if_any()
    attributes = {
        name: tuple(map(sys.intern, votes.column(name)))
        for name in votes.columns
        if name and name not in ("voter_id", "vote", "points")
    }
    election = Election(meta, projects, ballots, attributes)
    return replace(election, warnings=(*doubts, *_doubts(election)))


class _MetaReader:
    """Reads the META section: the keys the tally needs, typed, and all of them as they are."""

    def __init__(self, section: Section, problems: Problems) -> None:
        self._lines: dict[str, int] = {}
        self._entries: dict[str, str] = {}
        self._problems = problems
        for (line, _), key, value in zip(
            section.rows, section.column("key"), section.column("value"), strict=True
        ):
            if key in self._lines:
                problems.add("pb-repeated-key", key=key, line=line, first_line=self._lines[key])
            self._lines[key], self._entries[key] = line, value

    def read(self) -> Meta:
        budget, scale = self._budget()
        vote_type = self._vote_type()
        longest = self._whole("max_length") if self._entries.get("max_length") else None
        default = self._whole("default_score") if self._entries.get("default_score") else 0
        return Meta(
            vote_type=vote_type,
            budget=budget,
            scale=scale,
            rule=self._entries.get("rule", ""),
            max_length=1 if vote_type == "choose-1" else longest,
            default_score=default or 0,
            entries=self._entries,
        )

    def check_count(self, key: str, found: int) -> None:
        """Compare a declared number of rows with the rows there are."""
        declared = self._whole(key)
        if declared not in (None, found):
            self._refuse("pb-wrong-count", key, found=found)

    def _needed(self, key: str) -> str | None:
        if not self._entries.get(key):
            self._problems.add("pb-missing-key", key=key)
        return self._entries.get(key) or None

    def _refuse(self, slug: str, key: str, **facts: int) -> None:
        value, line = self._entries[key], self._lines[key]
        self._problems.add(slug, key=key, value=value, line=line, **facts)

    def _budget(self) -> tuple[int, int]:
        text = self._needed("budget")
        amount = read_amount(text) if text else None
        if text and (amount is None or amount.digits > LARGEST_EXACT):
            self._refuse("pb-budget-not-a-number", "budget")
        elif amount and amount.digits <= 0:
            self._refuse("pb-budget-not-positive", "budget")
        return (amount.digits, 10**amount.places) if amount else (0, 1)

    def _whole(self, key: str) -> int | None:
        text = self._needed(key)
        number = read_whole(text) if text else None
        if text and (number is None or number < 0):
            self._refuse("pb-not-a-whole-number", key)
            return None
        return number

    def _vote_type(self) -> VoteType:
        text = self._needed("vote_type")
        if text and text not in get_args(VoteType):
            self._refuse("pb-unknown-vote-type", "vote_type")
        return cast("VoteType", text or "approval")


def _read_projects(section: Section, scale: int, problems: Problems) -> tuple[Project, ...]:
    projects = []
    first_lines: dict[str, int] = {}
    for line, cells in section.rows:
        row = {name: cell.strip() for name, cell in zip(section.columns, cells, strict=True)}
        project = _project(row, _cost(row, line, problems) * scale)
        if not project.id:
            problems.add("pb-missing-value", column="project_id", line=line)
        elif project.id in first_lines:
            first = first_lines[project.id]
            problems.add("pb-repeated-project", project=project.id, line=line, first_line=first)
        first_lines.setdefault(project.id, line)
        projects.append(project)
    if not projects:
        problems.add("pb-no-projects")
    return tuple(projects)


def _cost(row: Mapping[str, str], line: int, problems: Problems) -> int:
    amount = read_amount(row["cost"])
    facts = {"project": row["project_id"], "cost": row["cost"]}
    if amount is None:
        problems.add("pb-cost-not-a-number", line=line, **facts)
    elif amount.digits <= 0:
        problems.add("pb-cost-not-positive", line=line, **facts)
    elif amount.places:
        problems.add("pb-cost-has-decimals", line=line, **facts)
    return amount.digits if amount else 0


def _project(row: Mapping[str, str], cost: int) -> Project:
    categories = (category.strip() for category in row.get("category", "").split(","))
    return Project(
        id=row["project_id"],
        cost=cost,
        name=row.get("name", ""),
        categories=tuple(category for category in categories if category),
        votes=row.get("votes", ""),
        score=row.get("score", ""),
        selected=read_whole(row.get("selected", "")),
        neighborhood=row.get("neighborhood", ""),
        subunit=row.get("subunit", ""),
        latitude=_degrees(row.get("latitude", ""), most=90),
        longitude=_degrees(row.get("longitude", ""), most=180),
        further={name: cell for name, cell in row.items() if name not in OWN_COLUMNS},
    )


def _degrees(text: str, most: int) -> float | None:
    try:
        degrees = float(text)
    except ValueError:
        return None
    return degrees if math.fabs(degrees) <= most else None


def _doubts(election: Election) -> tuple[Finding, ...]:
    entries = election.meta.entries
    missing = [key for key in EXPECTED_KEYS if not entries.get(key)]
    doubts = [Finding("pb-missing-expected-key", {"keys": ", ".join(missing)})] if missing else []
    ids = [project.id for project in election.projects]
    recounts = [("votes", [p.votes for p in election.projects], election.votes)]
    if is_scored_by_points(election.meta.vote_type):
        recounts.append(("score", [p.score for p in election.projects], scores(election)))
    for column, declared, counted in recounts:
        differing = [
            f"{id} ({said}, counted {recount})"
            for id, said, recount in zip(ids, declared, counted, strict=True)
            if said and read_whole(said) != recount
        ]
        if differing:
            found: dict[str, Fact] = {"column": column, "count": len(differing)}
            doubts.append(Finding("pb-differs-from-recount", found | {"projects": _few(differing)}))
    return tuple(doubts)


def _few(names: list[str], most: int = 5) -> str:
    return printable(", ".join(names[:most])) + (", …" if len(names) > most else "")
