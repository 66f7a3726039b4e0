"""Which cells of published tables stay hidden, so that few people are never singled out.

A cell of fewer than ten incidents or fewer than five persons is hidden, and so are enough others
that no published sum, within a table or across tables, gives it away (complementary suppression:
Hundepool and others, Statistical Disclosure Control, 2012, chapter 4). Nobody is told which cells
are small and which are hidden for their sake.

A hidden cell is safe because there is another table of whole numbers, none negative, with the same
published sums and another number in that place. Such tables are found by linear and integer
programs (after Fischetti and Salazar 2001, doi 10.1287/mnsc.47.7.1008.9802): first for all small
cells together as far as hidden ones alone allow, then for one after another: move it by as much as
it must be uncertain, at the least cost in cells that have to be hidden for it. Each table found so
is a proof; nothing rests on the attacker's laziness (`tests/table_attack.py` is that attacker).

It guards what follows from sums. It does not guard a cell against the persons counted in it, who
know their own part.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from equity.errors import EquityError
from equity.measures.linked_tables import (
    Cell,
    Dimension,
    Key,
    equal_cells,
    merged,
    relations,
)
from equity.rates.events import Floats, Mask

if TYPE_CHECKING:
    from scipy.sparse import csc_array

Counts: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.intp]

_WHOLE = 1e-6
_FIRST_ROUNDS, _IDLE_ROUNDS = 6, 2


@dataclass(frozen=True, slots=True)
class SuppressionRule:
    """What is small, and how many different values a small cell must be able to have, less one."""

    least_count: int = 10
    least_people: int = 5
    least_width: int = 10

    def is_small(self, cell: Cell) -> bool:
        """Whether a cell must not be shown; an empty one is small too."""
        return cell.count < self.least_count or cell.people < self.least_people


@dataclass(frozen=True, slots=True)
class Protected:
    """`shown` has every cell, None where hidden; `small` and `complementary` are for nobody but
    the city's own eyes."""

    shown: Mapping[Key, int | None]
    small: frozenset[Key]
    complementary: frozenset[Key]


def protect(
    cells: Mapping[Key, Cell],
    dimensions: Sequence[Dimension],
    rule: SuppressionRule | None = None,
    *,
    published: Collection[Key] = (),
    never_shown: Collection[Key] = (),
) -> Protected:
    """Hide what must be hidden of `cells`, totals included, all tables at once.

    `published` are cells whose numbers are out already and cannot be taken back. `never_shown` are
    in no table, but a small one of them (the part of a district that is in no fifth) must not
    follow from two tables either, unless it is empty: then there is nobody to be found. Raises
    `table-has-holes` (see `relations`), `sums-differ` (fact `cells`) where a total is not the sum
    of its parts, and `cells-unprotectable` (fact `cells`) where too much is out already.
    """
    rule = rule or SuppressionRule()
    keys = tuple(cells)
    values = np.array([cell.count for cell in cells.values()], np.int64)
    sums = relations(keys, dimensions)
    is_off = sums @ values != 0
    if is_off.any():
        totals = sums[is_off].toarray().argmin(axis=1)
        raise EquityError("sums-differ", cells=[" / ".join(keys[k]) for k in totals])
    is_open = np.array([key not in published for key in keys], bool)
    is_withheld = np.array([key in never_shown for key in keys], bool) & is_open
    is_small = np.array([rule.is_small(cell) for cell in cells.values()], bool)
    is_asked = is_small & is_open & ~(is_withheld & (values == 0))
    # What always equals something else is one number, hidden only where it stands nowhere.
    number = equal_cells(sums)
    first = np.unique(number, return_index=True)[1]
    search = _Search(
        merged(sums, number),
        values[first],
        is_open=_all_of(is_open, number),
        hidden=_all_of((is_small & is_open) | is_withheld, number),
    )
    asked = np.unique(number[is_asked & search.hidden[number]])
    search.widen_together(asked, rule.least_width)
    failed = [k for k in asked.tolist() if not search.widen(k, rule.least_width)]
    is_failed = is_asked & (np.isin(number, failed) | ~search.hidden[number])
    if is_failed.any():
        unprotectable = [" / ".join(keys[k]) for k in np.flatnonzero(is_failed)]
        raise EquityError("cells-unprotectable", cells=unprotectable)
    hidden = search.hidden[number] | is_withheld
    return Protected(
        shown={key: None if hidden[k] else int(values[k]) for k, key in enumerate(keys)},
        small=frozenset(keys[k] for k in np.flatnonzero(is_asked)),
        complementary=frozenset(keys[k] for k in np.flatnonzero(hidden & ~is_small & ~is_withheld)),
    )


def _all_of(chosen: Mask, number: Places) -> Mask:
    """Which numbers have no cell that is not `chosen`."""
    found: Mask = np.bincount(number[~chosen], minlength=number.max() + 1) == 0
    return found


@dataclass(slots=True, eq=False)
class _Search:
    """Hidden cells so far, and the range of values each is known to be able to have."""

    sums: "csc_array"
    values: Counts
    is_open: Mask
    hidden: Mask
    low: Counts = field(init=False)
    high: Counts = field(init=False)

    def __post_init__(self) -> None:
        self.low, self.high = self.values.copy(), self.values.copy()

    def widen_together(self, cells: Places, width: int) -> None:
        """Widen `cells` all at once: by those hidden already, then by hiding more, in turn.

        What goes up must come down elsewhere. Signs by one binary digit of the position after the
        other set every two cells against each other in some round.
        """
        digits = range(self.values.size.bit_length())
        for turn in digits:
            idle = 0
            # At first many are in each other's way, and more rounds help little.
            for digit in digits if turn else digits[:_FIRST_ROUNDS]:
                lacking = cells[self._missing(cells, width) > 0]
                idle = 0 if self._move_all(lacking, digit, width) else idle + 1
                if not lacking.size or idle == _IDLE_ROUNDS:
                    break
            lacking = cells[self._missing(cells, width) > 0]
            self._move_all(lacking, turn, width, np.flatnonzero(self.is_open & ~self.hidden))

    def _move_all(
        self, cells: Places, digit: int, width: int, may_hide: Places | None = None
    ) -> bool:
        """Whether some of `cells` are wide enough after they were moved."""
        if cells.size:
            # Down a small cell goes only as far as it counts; later all go up.
            is_by_digit = may_hide is None or digit == 0
            signs = 1 - 2 * (cells >> digit & 1) if is_by_digit else np.ones_like(cells)
            self._move(cells, signs, width, np.array([], np.intp) if may_hide is None else may_hide)
        return bool((self._missing(cells, width) <= 0).any())

    def widen(self, cell: int, width: int) -> bool:
        """Hide what is needed for `cell` to range over `width`; False where that cannot be."""
        one = np.array([cell])
        # Whole numbers are dear to look for everywhere, so at first only around the broken ones.
        for is_thorough, sign in ((False, 1), (False, -1), (True, 1), (True, -1)):
            if self._missing(one, width)[0] <= 0:
                return True
            may_hide = np.flatnonzero(self.is_open & ~self.hidden)
            self._move(one, np.array([sign]), width, may_hide, is_thorough)
        return bool(self._missing(one, width)[0] <= 0)

    def _missing(self, cells: Places, width: int) -> Counts:
        return width - (self.high[cells] - self.low[cells])

    def _move(
        self,
        cells: Places,
        signs: Counts,
        width: int,
        may_hide: Places,
        is_thorough: bool = False,
    ) -> None:
        """Find a table in which `cells` lie as far off as they need, and note what it shows."""
        reached = np.where(signs > 0, self.high[cells], self.low[cells])
        wanted = reached - self.values[cells] + signs * self._missing(cells, width)
        change = self._change(cells, wanted, may_hide, is_whole=is_thorough)
        if _is_broken(change).any():
            change = self._change(cells, wanted, may_hide, is_whole=True, fixed=self._fixed(change))
        moved = self.values + np.rint(change).astype(np.int64)
        self.hidden |= moved != self.values
        self.low, self.high = np.minimum(self.low, moved), np.maximum(self.high, moved)

    def _fixed(self, change: Floats) -> Floats:
        """What stays as in `change` (cells,) where that is made whole: NaN where numbers are
        broken, and around them, in the shortest sum that has each."""
        is_broken = _is_broken(change)
        rows = self.sums.tocsr()[:, is_broken]
        length = np.diff(self.sums.tocsr().indptr)
        weighed = (rows != 0).multiply(1 / length[:, None]).tocsc()
        nearest = np.unique(weighed.argmax(axis=0))
        around = (self.sums.tocsr()[nearest] != 0).sum(axis=0) > 0
        return np.where(is_broken | around, np.nan, np.rint(change))

    def _change(
        self,
        cells: Places,
        wanted: Counts,
        may_hide: Places,
        is_whole: bool,
        fixed: Floats | None = None,
    ) -> Floats:
        """The cheapest change (cells,) that keeps every sum and moves `cells` up to `wanted`.

        What is hidden already moves for nothing; what is hidden for it costs more the more it
        counts, so totals are the last to go. Moving far comes first: that outweighs every cost.
        None at all where there is none that has the numbers `fixed` (cells,) has.
        """
        free = np.flatnonzero(self.hidden)
        place, signs = np.searchsorted(free, cells), np.sign(wanted)
        cost = 1 + np.sqrt(self.values[may_hide])
        gain = np.zeros(free.size)
        gain[place] = -signs * (1 + 2 * cost.sum())
        lower, upper = -self.values[free].astype(float), np.full(free.size, np.inf)
        upper[place[signs > 0]] = wanted[signs > 0]
        down = place[signs < 0]
        lower[down] = np.maximum(lower[down], wanted[signs < 0])
        extra = self.sums[:, may_hide]
        lower = np.concatenate([lower, np.zeros(2 * may_hide.size)])
        upper = np.concatenate([upper, np.full(may_hide.size, np.inf), self.values[may_hide]])
        if fixed is not None:
            ups = fixed[may_hide]
            known = np.concatenate([fixed[free], np.maximum(ups, 0), np.maximum(-ups, 0)])
            lower, upper = (np.where(np.isnan(known), end, known) for end in (lower, upper))
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import hstack

        found = milp(
            np.concatenate([gain, cost, cost]),
            integrality=np.full(free.size + 2 * may_hide.size, int(is_whole)),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(hstack([self.sums[:, free], extra, -extra]), 0, 0),
        )
        change = np.zeros(self.values.size)
        if found.x is not None:
            change[free] = found.x[: free.size]
            ups, downs = found.x[free.size :].reshape(2, -1)
            change[may_hide] = ups - downs
        return change


def _is_broken(change: Floats) -> Mask:
    found: Mask = np.abs(change - np.rint(change)) > _WHOLE
    return found
