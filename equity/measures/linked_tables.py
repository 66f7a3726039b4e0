"""Published counts as one system of cells: what is the sum of what, within and across tables.

A cell is named by one place in every dimension: `("Bronx", "Potholes", "every channel")`. A table
of districts by service and one of districts by channel share the cells of the districts, so tables
that overlap are one system, and so are tables published in different months.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from equity.errors import EquityError
from equity.rates.events import Codes

if TYPE_CHECKING:
    from scipy.sparse import csc_array

Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """`parts` says of which places each total is the sum; what has no parts is a leaf.

    A place may be part of several totals (a district of the city and of a fifth), a total of
    another (a ward of a district, a district of the city).
    """

    name: str
    parts: Mapping[str, tuple[str, ...]]

    def leaves_of(self, place: str) -> frozenset[str]:
        """The leaves a place is made of; a leaf is made of itself."""
        if place not in self.parts:
            return frozenset([place])
        return frozenset().union(*(self.leaves_of(part) for part in self.parts[place]))


@dataclass(frozen=True, slots=True)
class Cell:
    """`count` incidents (ballots, answers) that `people` distinct persons stand behind."""

    count: int
    people: int


@dataclass(frozen=True, slots=True, eq=False)
class Leaves:
    """The leaf of one dimension in which each row (n,) of a log lies, as a place in `names`."""

    names: tuple[str, ...]
    of_row: Codes


def count_cells(
    keys: Sequence[Key],
    dimensions: Sequence[Dimension],
    leaves: Sequence[Leaves],
    incident: Codes,
    person: Codes,
) -> dict[Key, Cell]:
    """The cells `keys` of a log of reports: distinct incidents and distinct persons of each.

    `leaves` go with the dimensions; `incident` and `person` are (n,). All reports of unknown
    persons count as one person, which errs on the side of silence.
    """
    is_in = []
    for position, (dimension, column) in enumerate(zip(dimensions, leaves, strict=True)):
        inside = {place: dimension.leaves_of(place) for place in {key[position] for key in keys}}
        is_in.append(
            {
                place: np.array([name in found for name in column.names])[column.of_row]
                for place, found in inside.items()
            }
        )
    cells = {}
    for key in keys:
        rows = np.logical_and.reduce([is_in[i][place] for i, place in enumerate(key)])
        cells[key] = Cell(np.unique(incident[rows]).size, np.unique(person[rows]).size)
    return cells


def table_keys(*places: Iterable[str]) -> list[Key]:
    """The keys of one table: every combination of the places shown in each dimension."""
    return list(product(*places))


def relations(keys: Sequence[Key], dimensions: Sequence[Dimension]) -> "csc_array":
    """One row (sums, keys) for each sum an attacker knows: 1 for the parts, -1 for the total.

    A total whose parts are not in the system in some dimension is no sum there. Raises
    `table-has-holes` (fact `cells`) where only some of them are: what is not shown must be in the
    system too, or nothing could be said about what shows through.
    """
    place = {key: position for position, key in enumerate(keys)}
    members: list[list[int]] = []
    totals: list[int] = []
    holes = set()
    for key, position in place.items():
        for d, dimension in enumerate(dimensions):
            parts = [(*key[:d], part, *key[d + 1 :]) for part in dimension.parts.get(key[d], ())]
            known = [place[part] for part in parts if part in place]
            if known:
                holes |= {" / ".join(part) for part in parts if part not in place}
                members.append(known)
                totals.append(position)
    if holes:
        raise EquityError("table-has-holes", cells=sorted(holes))
    rows = np.repeat(np.arange(len(members)), [len(known) for known in members])
    columns = np.array([column for known in members for column in known], np.intp)
    shape = (len(members), len(keys))
    from scipy.sparse import csc_array

    parts_in = csc_array((np.ones(columns.size), (rows, columns)), shape=shape)
    return parts_in - csc_array(
        (np.ones(len(totals)), (np.arange(len(totals)), totals)), shape=shape
    )
