"""Which areas of a request log are neighbours, from a table of pairs or from a map."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.core.errors import Invalid
from backend.places.boundary_file import read_shapes
from geo.adjacency import neighbour_pairs


def pairs_from_table(path: Path, areas: Sequence[str]) -> NDArray[np.int64]:
    """Positions (pairs, 2) in `areas` from a CSV whose first two columns name neighbours.

    A line with a name that is no area is passed over, as a header is. Raises Invalid
    `neighbours-unreadable` and `neighbours-unknown`, where not one pair of areas is named.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [tuple(cell.strip() for cell in row[:2]) for row in csv.reader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("neighbours-unreadable", file=str(path)) from error
    position = {area: code for code, area in enumerate(areas)}
    pairs = {
        tuple(sorted(position[name] for name in row))
        for row in rows
        if len(set(row) & position.keys()) == 2
    }
    return _known(sorted(pairs), path, areas)


def pairs_from_map(path: Path, id_column: str, areas: Sequence[str]) -> NDArray[np.int64]:
    """The same from the polygons of any file geopandas reads, `id_column` naming the areas.

    Raises Invalid what `read_shapes` does, and `neighbours-unknown`.
    """
    position = {area: code for code, area in enumerate(areas)}
    shapes = [
        (position[name], shape)
        for name, shape in read_shapes(path, id_column)
        if name in position and shape is not None
    ]
    if not shapes:
        return _known([], path, areas)
    codes = np.array([code for code, _ in shapes])
    pairs = np.sort(codes[neighbour_pairs([shape for _, shape in shapes])], axis=1)
    # One area may have several polygons, which may touch one another.
    return _known(np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0).tolist(), path, areas)


def _known(pairs: Sequence[Sequence[int]], path: Path, areas: Sequence[str]) -> NDArray[np.int64]:
    if not pairs:
        raise Invalid("neighbours-unknown", file=path.name, areas=", ".join(areas[:5]))
    return np.array(pairs, np.int64)
