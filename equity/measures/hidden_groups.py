"""Which groups of areas are too small to be told about, alone or by taking one from another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TypeAlias

import numpy as np

from equity.measures.grouping import Grouping
from equity.measures.linked_tables import Cell, Dimension, Key, Leaves, count_cells, table_keys
from equity.measures.suppression import SuppressionRule, protect
from equity.rates.events import UNKNOWN, Codes, Mask

Parts: TypeAlias = Mapping[str, tuple[str, ...]]

_CITY, _ALL, _UNKNOWN_KIND = "city", "all", "unknown kind"


@dataclass(frozen=True, slots=True, eq=False)
class ReportLog:
    """Reports as columns (n,): area, incident, person (`UNKNOWN` where not known) and, where tables
    tell kinds apart (channels, categories), the kind, named by `kinds`.

    What is counted must lie in one area and be of one kind, or parts do not add up to totals: by
    channel that is the report, as one incident may come by several.

    `part` (n,) is which of the `parts` of the time each is of, from 0 on: of each part there may be
    tables too, and of all parts from the first to any other, now or later.
    """

    area: Codes
    incident: Codes
    person: Codes
    kind: Codes
    kinds: tuple[str, ...]
    part: Codes | None = None
    parts: int = 1


def hidden_groups(
    groupings: Sequence[Grouping], log: ReportLog, rule: SuppressionRule | None = None
) -> Mapping[str, Mask]:
    """For each grouping by name, what must stay hidden (1 + kinds, groups): first of all kinds
    together, then of each.

    What lies in no area counts nowhere. Groupings of one city overlap: a fifth less a district may
    be one small neighbourhood. So the pieces into which all groupings together cut the city are
    held to the rule as well, though nobody publishes them. Of several parts of the time each comes
    first, for itself alone; then what is told of all of them yields to what that hid. So it follows
    from the log alone, whatever was published in which order. Raises what
    `equity.measures.suppression.protect` refuses.
    """
    places, pieces, piece_of = _places(groupings)
    parts, totals, times = _times(log.parts)
    known = log.area != UNKNOWN
    kind = log.kind[known]
    # Where no kind is unknown everybody knows it, and nothing can hide there.
    kinds = (*log.kinds, _UNKNOWN_KIND) if (kind == UNKNOWN).any() or not log.kinds else log.kinds
    shown_kinds = (_ALL, *kinds) if log.kinds else (_ALL,)
    part = np.zeros(kind.size, np.intp) if log.part is None else log.part[known]
    dimensions = (
        Dimension("area", places),
        Dimension("kind", {_ALL: kinds}),
        Dimension("time", totals),
    )
    leaves = (
        Leaves(pieces, piece_of[log.area[known]]),
        Leaves(kinds, np.where(kind == UNKNOWN, len(kinds) - 1, kind)),
        Leaves(parts, part),
    )
    keys = table_keys((*places, *pieces), shown_kinds, times)
    cells = count_cells(keys, dimensions, leaves, log.incident[known], log.person[known])
    withheld = frozenset(table_keys(pieces, shown_kinds, times))
    shown = _shown_in_turn(cells, dimensions, times, withheld, rule)
    return {
        one.name: np.array(
            [
                [(_name(one, g), kind, times[-1]) not in shown for g in range(len(one.labels))]
                for kind in (_ALL, *log.kinds)
            ]
        )
        for one in groupings
    }


def _places(groupings: Sequence[Grouping]) -> tuple[Parts, tuple[str, ...], Codes]:
    """What the groups are made of, the names of the pieces, and the piece of each area (areas,)."""
    cuts, piece = np.unique(
        np.column_stack([grouping.of_area for grouping in groupings]), axis=0, return_inverse=True
    )
    pieces = tuple(f"piece {k}" for k in range(len(cuts)))
    places = {_CITY: pieces}
    for position, grouping in enumerate(groupings):
        for code in np.unique(cuts[:, position]).tolist():
            members = np.flatnonzero(cuts[:, position] == code)
            places[_name(grouping, code)] = tuple(pieces[k] for k in members)
    return places, pieces, piece.ravel()


def _times(count: int) -> tuple[tuple[str, ...], Parts, tuple[str, ...]]:
    """The parts of the time, what the totals are made of, and all of them in the order in which
    they can be audited, so that what comes later changes nothing before."""
    parts = tuple(f"part {k}" for k in range(count))
    totals = {
        f"until {part}": (f"until {before}" if k else before, part)
        for k, (before, part) in enumerate(pairwise(parts))
    }
    return parts, totals, (parts[0], *chain(*zip(parts[1:], totals, strict=True)))


def _shown_in_turn(
    cells: Mapping[Key, Cell],
    dimensions: Sequence[Dimension],
    times: Sequence[str],
    withheld: frozenset[Key],
    rule: SuppressionRule | None,
) -> set[Key]:
    """The cells that are shown, time after time; each total of times knows all before it."""
    shown: set[Key] = set()
    for place, time in enumerate(times):
        seen = times[: place + 1] if time in dimensions[-1].parts else (time,)
        kept = protect(
            {key: cell for key, cell in cells.items() if key[-1] in seen},
            dimensions,
            rule,
            published=shown,
            never_shown=withheld,
        )
        shown |= {key for key, count in kept.shown.items() if count is not None}
        # That a time had nobody is no secret afterwards, or the first year would say nothing.
        empty = {key for key in kept.small if not cells[key].count}
        withheld = withheld | kept.complementary | empty
    return shown


def _name(grouping: Grouping, code: int) -> str:
    return f"{grouping.name} {code}"
