"""What an outcome does for the voters: how many got something they chose, how evenly, and where.

A voter approves of what is on the ballot, where ballots give points of what got more than none.
The measures are those common for participatory budgeting (Faliszewski and others, "Participatory
Budgeting: Data, Tools and Analysis", IJCAI 2023, arXiv 2305.11035). All are exact fractions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from backend.ballots.tally.approvals import Whole, approvals, worth_of_winners
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.participation import group_of, participation
from backend.ballots.tally.profile import Election, Project

# Columns of PROJECTS by which spending is told apart.
SPENDING_DIMENSIONS = ("district", "neighborhood", "subunit", "category")


@dataclass(frozen=True, slots=True)
class Metrics:
    """`excluded` voters approve of no winner; `histogram[k]` voters approve of k winners.

    `gini` is of the money that winners which a voter approves of cost together: 0 where all voters
    have the same, near 1 where few have all. `money_used` is the share of the budget.
    """

    voters: int
    excluded: int
    mean_approved_winners: Fraction
    gini: Fraction
    histogram: tuple[int, ...]
    money_used: Fraction

    @property
    def excluded_share(self) -> Fraction:
        """Of the voters; 0 without voters."""
        return _share(self.excluded, self.voters)


@dataclass(frozen=True, slots=True)
class GroupSatisfaction:
    """One group of voters; all three are None where the group is withheld as too small."""

    label: str
    voters: int | None
    mean_approved_winners: Fraction | None
    excluded_share: Fraction | None


@dataclass(frozen=True, slots=True)
class Spending:
    """What winners of one district (or neighborhood, category) cost, beside who lives and votes.

    `spent` is in 1/scale units, shared equally among the categories of a project. `share` is of
    all spending, `approval_share` of all approvals, `voter_share` of all voters (None where the
    file does not say or the group is withheld), `resident_share` of all residents passed in.
    """

    label: str
    spent: Fraction
    share: Fraction
    approval_share: Fraction
    voter_share: Fraction | None
    resident_share: Fraction | None


def metrics(election: Election, outcome: Outcome) -> Metrics:
    """The whole electorate, attributes aside."""
    approved = _approved_winners(election, outcome)
    voters = len(election.ballots)
    histogram = np.bincount(approved, minlength=1).tolist()
    worths, times = np.unique(worth_of_winners(election, outcome), return_counts=True)
    return Metrics(
        voters,
        histogram[0],
        _share(int(approved.sum()), voters),
        _gini(dict(zip(worths.tolist(), times.tolist(), strict=True))),
        tuple(histogram),
        Fraction(outcome.cost, outcome.budget),
    )


def satisfaction_by(
    election: Election, outcome: Outcome
) -> dict[str, tuple[GroupSatisfaction, ...]]:
    """For each dimension that the voters' columns give; withheld as in `participation`."""
    approved = _approved_winners(election, outcome)
    found = {}
    for dimension in participation(election):
        name = dimension.name
        labels = np.array([group_of(name, value) for value in election.attributes[name]])
        groups = []
        for cell in dimension.cells:
            if cell.voters is None:
                groups.append(GroupSatisfaction(cell.label, None, None, None))
                continue
            theirs = approved[labels == cell.label]
            mean = _share(int(theirs.sum()), cell.voters)
            excluded = _share(int((theirs == 0).sum()), cell.voters)
            groups.append(GroupSatisfaction(cell.label, cell.voters, mean, excluded))
        found[name] = tuple(groups)
    return found


def spending_by(
    election: Election,
    outcome: Outcome,
    dimension: str,
    residents: Mapping[str, int] | None = None,
) -> tuple[Spending, ...]:
    """By one of `SPENDING_DIMENSIONS`, sorted by label; `residents` counts people by label.

    Empty where nothing says anything about the dimension. An empty label: not stated.
    """
    winners = set(outcome.winners)
    spent: dict[str, Fraction] = {}
    wanted: dict[str, Fraction] = {}
    votes = np.bincount(approvals(election)[1], minlength=len(election.projects)).tolist()
    for project, supporters in zip(election.projects, votes, strict=True):
        labels = _labels(project, dimension)
        for label in labels:
            paid = Fraction(project.cost * (project.id in winners), len(labels))
            spent[label] = spent.get(label, Fraction(0)) + paid
            wanted[label] = wanted.get(label, Fraction(0)) + Fraction(supporters, len(labels))
    counted = {one.name: one.cells for one in participation(election)}.get(dimension, ())
    voters = {cell.label: cell.voters for cell in counted}
    people = residents or {}
    names = spent.keys() | voters.keys() | people.keys()
    if not any(names):
        return ()
    total, approving = sum(spent.values()), sum(wanted.values())
    return tuple(
        Spending(
            label,
            spent.get(label, Fraction(0)),
            _share(spent.get(label, Fraction(0)), total),
            _share(wanted.get(label, Fraction(0)), approving),
            None if (n := voters.get(label)) is None else _share(n, len(election.ballots)),
            _share(people[label], sum(people.values())) if label in people else None,
        )
        for label in sorted(names)
    )


def _labels(project: Project, dimension: str) -> tuple[str, ...]:
    match dimension:
        case "category":
            return project.categories or ("",)
        case "neighborhood":
            return (project.neighborhood,)
        case "subunit":
            return (project.subunit,)
        case _:
            return (project.further.get(dimension, ""),)


def _approved_winners(election: Election, outcome: Outcome) -> Whole:
    """How many winners each voter approves of, in the order of the ballots."""
    owners, chosen = approvals(election)
    is_winner = np.array([project.id in outcome.winners for project in election.projects])
    return np.bincount(owners[is_winner[chosen]], minlength=len(election.ballots))


def _gini(voters_with: Mapping[int, int]) -> Fraction:
    """Sum of (2 * rank - n - 1) * value over n times the sum of values, ranks from the poorest."""
    n, total = sum(voters_with.values()), sum(v * t for v, t in voters_with.items())
    below = weighted = 0
    for value in sorted(voters_with):
        times = voters_with[value]
        weighted += value * times * (2 * below + times - n)
        below += times
    return _share(weighted, n * total)


def _share(part: int | Fraction, whole: int | Fraction) -> Fraction:
    return Fraction(part) / whole if whole else Fraction(0)
