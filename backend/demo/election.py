"""A finished participatory budget of the made-up town, as a Pabulib `.pb` file.

Ballots come from a small model of choice: a voter likes a project by its own appeal, by how near
it is, and by whether its kind suits the voter's age; the best liked few are approved. The winners
are left to the product's own tally.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.demo.census import CensusRow
from backend.demo.land import Array, metres_between
from backend.demo.project_ideas import IDEAS, Idea
from backend.demo.street_points import StreetPoints
from backend.demo.town import Town

BUDGET = 1_200_000
BALLOTS = 4_000
MOST_APPROVALS = 5
AGES = ("16-24", "25-39", "40-64", "65-99")
SHARE_OF_AGES = (0.13, 0.26, 0.41)
TURNOUT_BY_AGE = (0.6, 0.9, 1.15, 1.2)
TASTES = {
    "Play and sport": (0.5, 0.9, 0.0, -0.7),
    "Green and water": (0.2, 0.2, 0.3, 0.3),
    "Streets and paths": (0.0, 0.1, 0.3, 0.7),
    "Culture and meeting": (0.3, 0.0, 0.1, 0.3),
    "Learning": (0.2, 0.5, 0.0, -0.3),
}
NEARBY = 1_500.0


@dataclass(frozen=True)
class Project:
    """One project on the ballot; `cost` is in whole euro."""

    id: str
    name: str
    category: str
    cost: int
    district_id: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Ballot:
    """What one voter approved, by project id, and what the roll knows of the voter."""

    voter_id: str
    approved: tuple[str, ...]
    age_group: str
    sex: str
    voting_method: str
    district_id: str


@dataclass(frozen=True)
class TownBudget:
    """The whole cycle: projects, the budget in whole euro, and the ballots."""

    town_name: str
    district_names: Mapping[str, str]
    budget: int
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]


def hold_election(
    town: Town, points: StreetPoints, census: Sequence[CensusRow], seed: int
) -> TownBudget:
    """The town's cycle; `census` has one row for each district in the town's order."""
    rng = np.random.default_rng([seed, 4])
    projects = _projects(rng, town, points, census)
    home = rng.choice(len(census), size=BALLOTS, p=_shares(_turnout(rng, census)))
    age_group = _age_groups(rng, census, home)
    liking = _liking(rng, town, projects, home, age_group)
    drawn = 1 + rng.binomial(MOST_APPROVALS - 1, 0.55, BALLOTS)
    best = np.argsort(-liking, axis=1, kind="stable")
    # A shuffled roll: a ballot's number says nothing about its district or its hour.
    numbers = rng.permutation(BALLOTS) + 1
    sexes = rng.choice(["F", "M", "O"], BALLOTS, p=[0.53, 0.46, 0.01])
    on_paper = rng.random(BALLOTS) < np.array([0.03, 0.06, 0.16, 0.48])[age_group]
    ballots = [
        Ballot(
            voter_id=str(numbers[i]),
            approved=tuple(projects[j].id for j in best[i, : drawn[i]]),
            age_group=AGES[age_group[i]],
            sex=str(sexes[i]),
            voting_method="paper" if on_paper[i] else "internet",
            district_id=census[home[i]].district_id,
        )
        for i in np.argsort(numbers)
    ]
    names = {row.district_id: row.district_name for row in census}
    return TownBudget(town.name, names, BUDGET, tuple(projects), tuple(ballots))


def pb_text(budget: TownBudget) -> str:
    """The cycle in the Pabulib format (https://pabulib.org/format), lines ended by a newline."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\n")
    votes, names = _votes(budget), budget.district_names
    rows.writerows([["META"], ["key", "value"], *_meta(budget)])
    rows.writerow(["PROJECTS"])
    rows.writerow(
        ["project_id", "cost", "votes", "name", "category", "district", "latitude", "longitude"]
    )
    rows.writerows(
        [
            p.id,
            p.cost,
            votes[p.id],
            p.name,
            p.category,
            names[p.district_id],
            p.latitude,
            p.longitude,
        ]
        for p in budget.projects
    )
    rows.writerow(["VOTES"])
    rows.writerow(["voter_id", "vote", "age", "sex", "voting_method", "district"])
    rows.writerows(
        [
            b.voter_id,
            ",".join(b.approved),
            b.age_group,
            b.sex,
            b.voting_method,
            names[b.district_id],
        ]
        for b in budget.ballots
    )
    return text.getvalue()


def _meta(budget: TownBudget) -> list[list[object]]:
    return [
        ["description", f"Town budget of {budget.town_name}, a made-up town"],
        ["country", "Worldwide"],
        ["unit", budget.town_name],
        ["instance", "2025"],
        ["num_projects", len(budget.projects)],
        ["num_votes", len(budget.ballots)],
        ["budget", budget.budget],
        ["vote_type", "approval"],
        ["rule", "greedy"],
        ["date_begin", "01.09.2025"],
        ["date_end", "28.09.2025"],
        ["min_length", 1],
        ["max_length", MOST_APPROVALS],
        ["edition", 1],
        ["language", "en"],
        ["currency", "EUR"],
    ]


def _votes(budget: TownBudget) -> dict[str, int]:
    votes = dict.fromkeys((project.id for project in budget.projects), 0)
    for ballot in budget.ballots:
        for project_id in ballot.approved:
            votes[project_id] += 1
    return votes


def _projects(
    rng: np.random.Generator, town: Town, points: StreetPoints, census: Sequence[CensusRow]
) -> list[Project]:
    """One project for each idea, more of them where more people live."""
    residents = np.array([float(row.population) for row in census])
    homes = rng.choice(len(census), size=len(IDEAS), p=_shares(residents))
    projects = []
    for number, (idea, home) in enumerate(zip(IDEAS, homes, strict=True), start=1):
        district = town.districts[home]
        spot = points.draw(rng, district.id, 1)
        projects.append(
            Project(
                id=str(number),
                name=idea.name.format(
                    place=district.name, street=town.streets[spot.street[0]].name
                ),
                category=idea.category,
                cost=_cost(rng, idea),
                district_id=district.id,
                longitude=round(float(spot.longitude[0]), 6),
                latitude=round(float(spot.latitude[0]), 6),
            )
        )
    return projects


def _cost(rng: np.random.Generator, idea: Idea) -> int:
    """About the idea's usual price, to the half thousand, as estimates are."""
    return int(round(idea.price * float(np.exp(rng.normal(0, 0.22))) / 500) * 500)


def _turnout(rng: np.random.Generator, census: Sequence[CensusRow]) -> Array:
    """Expected voters of each district, more to the thousand where incomes are higher."""
    residents = np.array([float(row.population) for row in census])
    income = np.log([row.median_income for row in census])
    eagerness = 1.1 * (income - income.mean()) + rng.normal(0, 0.15, len(census))
    return np.asarray(residents * np.exp(eagerness))


def _age_groups(
    rng: np.random.Generator, census: Sequence[CensusRow], home: NDArray[np.intp]
) -> NDArray[np.intp]:
    senior = np.array([row.share_65_plus for row in census])
    younger = np.outer(1 - senior, SHARE_OF_AGES / np.sum(SHARE_OF_AGES))
    voting = np.column_stack([younger, senior]) * TURNOUT_BY_AGE
    upto = np.cumsum(voting / voting.sum(axis=1, keepdims=True), axis=1)[home]
    return np.asarray((rng.random((len(home), 1)) > upto[:, :-1]).sum(axis=1))


def _liking(
    rng: np.random.Generator,
    town: Town,
    projects: Sequence[Project],
    home: NDArray[np.intp],
    age_group: NDArray[np.intp],
) -> Array:
    """How much each voter likes each project, shape (voters, projects)."""
    centres = np.array([district.polygon.centroid.coords[0] for district in town.districts])
    sites = np.array([[project.longitude, project.latitude] for project in projects])
    metres = metres_between(
        np.column_stack(town.plane.forward(*centres.T)),
        np.column_stack(town.plane.forward(*sites.T)),
    )
    appeal = rng.normal(0, 0.4, len(projects))
    appeal += 0.35 * _standard(np.log([project.cost for project in projects]))
    taste = np.array([TASTES[project.category] for project in projects]).T
    surprise = rng.gumbel(0, 0.8, (len(home), len(projects)))
    return np.asarray(appeal + 2.4 * np.exp(-metres[home] / NEARBY) + taste[age_group] + surprise)


def _shares(values: Array) -> Array:
    return np.asarray(values / values.sum())


def _standard(values: Array) -> Array:
    return np.asarray((values - values.mean()) / values.std())
