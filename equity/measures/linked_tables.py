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
    from scipy.sparse import csc_array, csr_array

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
    shape = [len(column.names) for column in leaves]
    of_row = np.ravel_multi_index([column.of_row for column in leaves], shape)
    there, of_row = np.unique(of_row, return_inverse=True)
    holds = _holding(keys, dimensions, leaves, np.unravel_index(there, shape))
    incidents, people = (_distinct(of_row, who, holds) for who in (incident, person))
    return dict(zip(keys, map(Cell, incidents, people), strict=True))


def _holding(
    keys: Sequence[Key],
    dimensions: Sequence[Dimension],
    leaves: Sequence[Leaves],
    there: Sequence[Codes],
) -> "csr_array":
    """Which of `keys` hold each combination of leaves that is `there` (combinations, keys)."""
    position = {key: k for k, key in enumerate(keys)}
    holders: list[list[list[str]]] = []
    for d, (dimension, column) in enumerate(zip(dimensions, leaves, strict=True)):
        by_leaf: dict[str, list[str]] = {name: [] for name in column.names}
        for place in dict.fromkeys(key[d] for key in keys):
            for leaf in dimension.leaves_of(place) & by_leaf.keys():
                by_leaf[leaf].append(place)
        holders.append([by_leaf[name] for name in column.names])
    found = [
        [
            position[key]
            for key in product(*(of[leaf] for of, leaf in zip(holders, combination, strict=True)))
            if key in position
        ]
        for combination in zip(*(codes.tolist() for codes in there), strict=True)
    ]
    return _incidence(
        np.repeat(np.arange(len(found)), [len(one) for one in found]),
        np.array([k for one in found for k in one], np.intp),
        (len(found), len(keys)),
    )


def _distinct(of_row: Codes, who: Codes, holds: "csr_array") -> list[int]:
    """How many different `who` (n,) stand in each cell."""
    names, who = np.unique(who, return_inverse=True)
    stands = _incidence(who, of_row, (names.size, holds.shape[0]))
    counts: list[int] = (stands @ holds).tocsc().count_nonzero(axis=0).tolist()
    return counts


def _incidence(rows: Codes, columns: Codes, shape: tuple[int, int]) -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((np.ones(rows.size, np.int64), (rows, columns)), shape=shape)


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


def equal_cells(sums: "csc_array") -> Codes:
    """A number for each cell (cells,), the same for cells that always hold the same: a total of a
    single part is that part."""
    by_row = sums.tocsr()
    starts = by_row.indptr[:-1][np.diff(by_row.indptr) == 2]
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = (by_row.indices[starts], by_row.indices[starts + 1])
    linked = coo_array((np.ones(starts.size), pairs), shape=(sums.shape[1],) * 2)
    labels: Codes = connected_components(linked, directed=False)[1].astype(np.intp)
    return labels


def merged(sums: "csc_array", number: Codes) -> "csc_array":
    """The sums (sums, numbers) of cells taken together by their `number` (cells,), each once."""
    from scipy.sparse import csc_array

    ones = np.ones(number.size)
    together = (sums @ csc_array((ones, (np.arange(number.size), number)))).tocsr()
    together.eliminate_zeros()
    together.sort_indices()
    begin, rows = together.indptr, range(together.shape[0])
    spelled = {
        (together.indices[a:b].tobytes(), together.data[a:b].tobytes()): row
        for row, a, b in zip(rows, begin, begin[1:], strict=False)
        if a < b
    }
    return csc_array(together[sorted(spelled.values())])
