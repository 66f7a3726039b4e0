"""Who took part, as far as the file says, with no cell small enough to point at a person.

Cells under `SMALLEST_CELL` voters are withheld, and further cells, smallest first, until the
withheld ones cannot be had by subtraction from the total: at least two of them, holding at least
`SMALLEST_CELL` voters together. Each dimension is counted alone and never crossed with another.
Method: Hundepool and others, "Statistical Disclosure Control" (Wiley 2012), chapter 4.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from backend.ballots.tally.profile import Election

SMALLEST_CELL = 10
DIMENSIONS = (
    "sex",
    "age",
    "voting_method",
    "neighborhood",
    "district",
    "subunit",
    "education",
)
AGE_GROUPS = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74), (75, 120))


@dataclass(frozen=True, slots=True)
class Cell:
    """Voters of one group; `voters` is None where withheld. An empty label: not stated."""

    label: str
    voters: int | None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to divide the voters, its cells sorted by label."""

    name: str
    cells: tuple[Cell, ...]


def participation(election: Election) -> tuple[Dimension, ...]:
    """One dimension for each known column the file has, in the order of `DIMENSIONS`."""
    return tuple(
        Dimension(name, _cells(name, election.attributes[name]))
        for name in DIMENSIONS
        if name in election.attributes
    )


def _cells(name: str, values: tuple[str, ...]) -> tuple[Cell, ...]:
    counts: Counter[str] = Counter()
    for value, voters in Counter(values).items():
        counts[group_of(name, value)] += voters
    withheld = withheld_of(counts)
    return tuple(
        Cell(label, None if label in withheld else counts[label]) for label in sorted(counts)
    )


def withheld_of(counts: Mapping[str, int]) -> set[str]:
    """The labels whose counts may not be shown beside the total."""
    smallest_first = sorted(counts, key=lambda label: (counts[label], label))
    withheld: set[str] = set()
    hidden_voters = 0
    for label in smallest_first:
        is_safe = not withheld or (len(withheld) > 1 and hidden_voters >= SMALLEST_CELL)
        if counts[label] >= SMALLEST_CELL and is_safe:
            break
        withheld.add(label)
        hidden_voters += counts[label]
    return withheld


def group_of(dimension: str, value: str) -> str:
    """A value's group: of an age in years its `AGE_GROUPS`; other values stay as they are."""
    if dimension != "age" or not (value.isascii() and value.isdecimal() and len(value) <= 3):
        return value
    return next((f"{low}-{high}" for low, high in AGE_GROUPS if low <= int(value) <= high), "")
