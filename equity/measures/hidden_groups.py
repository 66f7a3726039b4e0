"""Which groups of areas are too small to be told about, alone or by taking one from another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from equity.measures.grouping import Grouping
from equity.measures.linked_tables import Dimension, Key, Leaves, count_cells, table_keys
from equity.measures.suppression import SuppressionRule, protect
from equity.rates.events import UNKNOWN, Codes, Mask

_CITY, _ALL, _UNKNOWN_KIND = "city", "all", "unknown kind"


@dataclass(frozen=True, slots=True, eq=False)
class ReportLog:
    """Reports as columns (n,): area, incident, person (`UNKNOWN` where not known) and, where tables
    tell kinds apart (channels, categories), the kind, named by `kinds`.

    What is counted must lie in one area and be of one kind, or parts do not add up to totals: by
    channel that is the report, as one incident may come by several.
    """

    area: Codes
    incident: Codes
    person: Codes
    kind: Codes
    kinds: tuple[str, ...]


def hidden_groups(
    groupings: Sequence[Grouping], log: ReportLog, rule: SuppressionRule | None = None
) -> Mapping[str, Mask]:
    """For each grouping by name, what must stay hidden (1 + kinds, groups): first of all kinds
    together, then of each.

    What lies in no area counts nowhere. Groupings of one city overlap: a fifth less a district may
    be one small neighbourhood. So the pieces into which all groupings together cut the city are
    held to the rule as well, though nobody publishes them. Raises what
    `equity.measures.suppression.protect` refuses.
    """
    cuts, piece = np.unique(
        np.column_stack([grouping.of_area for grouping in groupings]), axis=0, return_inverse=True
    )
    pieces = tuple(f"piece {k}" for k in range(len(cuts)))
    parts = {_CITY: pieces}
    for position, grouping in enumerate(groupings):
        for code in np.unique(cuts[:, position]).tolist():
            members = np.flatnonzero(cuts[:, position] == code)
            parts[_name(grouping, code)] = tuple(pieces[k] for k in members)
    # The last name is also that of kind -1, which is unknown.
    kinds = (*log.kinds, _UNKNOWN_KIND)
    dimensions = (Dimension("area", parts), Dimension("kind", {_ALL: kinds}))
    shown_kinds = (_ALL, *kinds) if log.kinds else (_ALL,)
    known = log.area != UNKNOWN
    leaves = (Leaves(pieces, piece.ravel()[log.area[known]]), Leaves(kinds, log.kind[known]))
    cells = count_cells(
        table_keys((*parts, *pieces), shown_kinds),
        dimensions,
        leaves,
        log.incident[known],
        log.person[known],
    )
    kept = protect(cells, dimensions, rule, never_shown=set(table_keys(pieces, shown_kinds)))
    return {
        grouping.name: np.array(
            [
                [
                    kept.shown.get(_key(grouping, g, kind)) is None
                    for g in range(len(grouping.labels))
                ]
                for kind in (_ALL, *log.kinds)
            ]
        )
        for grouping in groupings
    }


def _key(grouping: Grouping, code: int, kind: str) -> Key:
    return _name(grouping, code), kind


def _name(grouping: Grouping, code: int) -> str:
    return f"{grouping.name} {code}"
