"""How the made-up town voted on last year's wishes.

Ballots come from a small model of choice: a voter likes a project by its own appeal, by how near
it is, and by whether its kind suits the voter's age; the best liked few of each part are approved.
The winners are left to the product's own tally.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.ballots.cycle.models import CITYWIDE
from backend.demo.census import CensusRow
from backend.demo.land import Array, metres_between
from backend.demo.town import Town
from backend.demo.wishes import Wish

BALLOTS = 4_000
MOST_APPROVALS = 5
AGES = ("16-24", "25-39", "40-64", "65-99")
SHARE_OF_AGES = (0.13, 0.26, 0.41)
TURNOUT_BY_AGE = (0.6, 0.9, 1.15, 1.2)
ON_PAPER_BY_AGE = (0.03, 0.06, 0.16, 0.48)
TASTES = {
    "Play and sport": (0.5, 0.9, 0.0, -0.7),
    "Green and water": (0.2, 0.2, 0.3, 0.3),
    "Streets and paths": (0.0, 0.1, 0.3, 0.7),
    "Culture and meeting": (0.3, 0.0, 0.1, 0.3),
    "Learning": (0.2, 0.5, 0.0, -0.3),
}
NEARBY = 1_500.0


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one voter approved in each part, as places in the list of wishes.

    Age and home are the voter's: they go into no ballot of the product.
    """

    approved: Mapping[str, tuple[int, ...]]
    age_group: str
    is_on_paper: bool
    district_id: str


@dataclass(frozen=True, slots=True)
class Budgets:
    """What is imagined of the two budgets: last year's with its ballots, and this year's."""

    last_wishes: tuple[Wish, ...]
    ballots: tuple[Ballot, ...]
    this_wishes: tuple[Wish, ...]


def hold_election(
    town: Town, wishes: Sequence[Wish], census: Sequence[CensusRow], seed: int
) -> tuple[Ballot, ...]:
    """The town's ballots; `census` has one row for each district in the town's order."""
    rng = np.random.default_rng([seed, 4])
    home = rng.choice(len(census), size=BALLOTS, p=_shares(_turnout(rng, census)))
    age_group = _age_groups(rng, census, home)
    liking = _liking(rng, town, wishes, home, age_group)
    on_paper = rng.random(BALLOTS) < np.array(ON_PAPER_BY_AGE)[age_group]
    parts = dict.fromkeys(wish.part for wish in wishes)
    approved = {part: _approved(rng, part, wishes, liking) for part in parts}
    districts = [row.district_id for row in census]
    return tuple(
        Ballot(
            approved={
                part: tuple(approved[part][i])
                for part in (CITYWIDE, districts[home[i]])
                if part in approved
            },
            age_group=AGES[age_group[i]],
            is_on_paper=bool(on_paper[i]),
            district_id=districts[home[i]],
        )
        for i in range(BALLOTS)
    )


def _approved(
    rng: np.random.Generator, part: str, wishes: Sequence[Wish], liking: Array
) -> list[list[int]]:
    """What each voter would approve in one part: the best liked, one to `MOST_APPROVALS`."""
    of_part = np.flatnonzero([wish.part == part and wish.is_on_ballot for wish in wishes])
    most = min(MOST_APPROVALS, len(of_part))
    best = of_part[np.argsort(-liking[:, of_part], axis=1, kind="stable")].tolist()
    drawn = (1 + rng.binomial(most - 1, 0.55, len(liking))).tolist()
    return [choices[:count] for choices, count in zip(best, drawn, strict=True)]


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
    wishes: Sequence[Wish],
    home: NDArray[np.intp],
    age_group: NDArray[np.intp],
) -> Array:
    """How much each voter likes each project, shape (voters, projects)."""
    centres = np.array([district.polygon.centroid.coords[0] for district in town.districts])
    sites = np.array([[wish.lon, wish.lat] for wish in wishes])
    metres = metres_between(
        np.column_stack(town.plane.forward(*centres.T)),
        np.column_stack(town.plane.forward(*sites.T)),
    )
    appeal = rng.normal(0, 0.4, len(wishes))
    appeal += 0.35 * _standard(np.log([wish.cost for wish in wishes]))
    taste = np.array([TASTES[wish.idea.category] for wish in wishes]).T
    surprise = rng.gumbel(0, 0.8, (len(home), len(wishes)))
    return np.asarray(appeal + 2.4 * np.exp(-metres[home] / NEARBY) + taste[age_group] + surprise)


def _shares(values: Array) -> Array:
    return np.asarray(values / values.sum())


def _standard(values: Array) -> Array:
    return np.asarray((values - values.mean()) / values.std())
