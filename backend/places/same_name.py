"""Pieces of one name that belong together: streets come in parts, villages share names. Pure."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

LINK_METRES = 400.0
"""Pieces of a name nearer than this, or joined by others that are, are one place."""


def group_pieces(keys: Sequence[Hashable], shapes: NDArray[Any]) -> list[list[int]]:
    """The pieces (shapes in metres) of each place, as rows, in the order of their first piece."""
    by_key: dict[Hashable, list[int]] = defaultdict(list)
    for row, key in enumerate(keys):
        by_key[key].append(row)
    bounds = shapely.bounds(shapes)
    groups: list[list[int]] = []
    for rows in by_key.values():
        box = bounds[rows]
        size = np.hypot(*(box[:, 2:].max(axis=0) - box[:, :2].min(axis=0)))
        if len(rows) == 1 or size <= LINK_METRES:
            groups.append(rows)
        else:
            groups += _linked(np.array(rows), shapes[rows])
    return sorted(groups)


def _linked(rows: NDArray[np.int64], shapes: NDArray[Any]) -> list[list[int]]:
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=LINK_METRES)
    label = np.arange(len(rows))
    while True:
        # Everybody takes the least label among the neighbours', and then that one's label.
        before = label.copy()
        np.minimum.at(label, one, label[other])
        label = label[label]
        if (label == before).all():
            return [rows[label == least].tolist() for least in np.unique(label)]
