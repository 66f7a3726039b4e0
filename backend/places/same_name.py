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
    # Points of one square are near each other: to look at each pair of a street's thousand houses,
    # or of a city's whose name somebody took for the street's, would take all there is.
    square = np.floor(shapely.bounds(shapes)[:, :2] / (LINK_METRES / 2))
    alone = np.where(shapely.get_type_id(shapes) == 0, 0, np.arange(1, len(rows) + 1))
    part = np.unique(np.column_stack([square, alone]), axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(part, kind="stable")
    parts = shapely.geometrycollections(shapes[order], indices=part[order])
    one, other = shapely.STRtree(parts).query(parts, predicate="dwithin", distance=LINK_METRES)
    label = np.arange(len(parts))
    while True:
        # Everybody takes the least label among the neighbours', and then that one's label.
        before = label.copy()
        np.minimum.at(label, one, label[other])
        label = label[label]
        if (label == before).all():
            whole = label[part]
            return [rows[whole == least].tolist() for least in np.unique(whole)]
