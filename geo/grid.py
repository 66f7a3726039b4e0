"""A grid over a set of polygons that answers most bulk point lookups from a table.

A cell that no border touches has one answer for every point in it: its centre's. A cell that a
border touches keeps the list of the polygons that reach into it, and its points are tested against
these one after another. The answer for a point is always the first polygon, in the order given,
whose closed area holds the point: exactly the answer of testing every polygon.
"""

from dataclasses import dataclass
from math import log2, sqrt
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

OUTSIDE = -1
_FIRST_SLOT = -2  # table values from here downwards number the cells that a border touches

# A border also counts as touching the cells within this part of a cell from it. It is far more
# than the rounding of a point's cell (about 1e-12) and far less than would cost anything.
_MARGIN = 1e-6

_CELLS_ACROSS_A_POLYGON = 24
_LEAST_SIDE, _GREATEST_SIDE = 64, 2048
_POINTS_AT_A_TIME = 1 << 20  # keeps the working arrays of a long call to about 50 MB

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Geometries = NDArray[Any]


@dataclass(frozen=True)
class Grid:
    """A square number of cells over a box, with a ring of empty cells around the polygons.

    Because the outermost cells are empty, a coordinate beyond the box (or one that is not a
    number) can be moved to the edge without changing its answer.
    """

    side: int
    west: float
    south: float
    columns_per_degree: float
    rows_per_degree: float

    @classmethod
    def over(cls, polygons: Geometries, side: int) -> "Grid":
        west, south, east, north = shapely.total_bounds(polygons)
        across, up = (side - 3) / (east - west), (side - 3) / (north - south)
        return cls(side, west - 1.5 / across, south - 1.5 / up, across, up)

    def columns(self, lons: Floats) -> Floats:
        """Horizontal positions in cells from the west edge."""
        return (lons - self.west) * self.columns_per_degree

    def rows(self, lats: Floats) -> Floats:
        """Vertical positions in cells from the south edge."""
        return (lats - self.south) * self.rows_per_degree

    def cells(self, lons: Floats, lats: Floats) -> NDArray[np.int32]:
        """The number of the cell each point falls in, row by row from the south-west."""
        last = self.side - 1
        column = np.fmin(np.fmax(self.columns(lons), 0), last).astype(np.int32)
        row = np.fmin(np.fmax(self.rows(lats), 0), last).astype(np.int32)
        return row * np.int32(self.side) + column

    def centres(self, cells: Integers) -> Geometries:
        """The middle point of each numbered cell."""
        row, column = np.divmod(cells, self.side)
        points: Geometries = shapely.points(
            self.west + (column + 0.5) / self.columns_per_degree,
            self.south + (row + 0.5) / self.rows_per_degree,
        )
        return points


class GridTable:
    """Finds, for many points at once, the first of the polygons that holds each.

    `polygons` are prepared, in degrees and in order of precedence; `tree` is over the same.
    """

    def __init__(self, polygons: Geometries, tree: shapely.STRtree) -> None:
        self._polygons = polygons
        self._grid = Grid.over(polygons, _side_for(len(polygons)))
        crossed, crossing = _cells_on_borders(self._grid, polygons)
        border_cells = np.unique(crossed)
        self._table = np.full(self._grid.side**2, OUTSIDE, dtype=np.int32)
        self._table[border_cells] = _FIRST_SLOT - np.arange(len(border_cells))
        self._fill_plain_cells(tree)

        # A polygon reaching into a cell has a border in it or covers it whole, centre included.
        at, covering = tree.query(self._grid.centres(border_cells), predicate="intersects")
        pairs = np.unique(
            np.concatenate([crossed, border_cells[at]]) * len(polygons)
            + np.concatenate([crossing, covering])
        )
        cells, self._candidates = np.divmod(pairs, len(polygons))
        self._starts = np.append(np.searchsorted(cells, border_cells), len(cells))

    def _fill_plain_cells(self, tree: shapely.STRtree) -> None:
        """Answer each cell without a border; neighbours in a row without one between are alike."""
        is_border = self._table <= _FIRST_SLOT
        begins = ~is_border
        begins[1:] &= is_border[:-1]
        first_cells = np.flatnonzero(begins)
        at, holding = tree.query(self._grid.centres(first_cells), predicate="intersects")
        answers = np.full(len(first_cells), len(tree.geometries))
        np.minimum.at(answers, at, holding)
        answers[answers == len(tree.geometries)] = OUTSIDE
        self._table[first_cells] = answers
        source = np.where(begins | is_border, np.arange(len(begins)), 0)
        self._table = self._table[np.maximum.accumulate(source)]

    def locate(self, lons: Floats, lats: Floats) -> Integers:
        """Positions of the polygons that hold the points, -1 where none does."""
        found = np.empty(len(lons), dtype=np.int64)
        for start in range(0, len(lons), _POINTS_AT_A_TIME):
            some = slice(start, start + _POINTS_AT_A_TIME)
            found[some] = self._locate_some(lons[some], lats[some])
        return found

    def _locate_some(self, lons: Floats, lats: Floats) -> NDArray[np.int32]:
        found = self._table[self._grid.cells(lons, lats)]
        open_points = np.flatnonzero(found <= _FIRST_SLOT)
        slots = _FIRST_SLOT - found[open_points]
        found[open_points] = OUTSIDE
        at, end = self._starts[slots], self._starts[slots + 1]
        while open_points.size:
            candidates = self._candidates[at]
            holds = shapely.intersects_xy(
                self._polygons[candidates], lons[open_points], lats[open_points]
            )
            found[open_points[holds]] = candidates[holds]
            at += 1
            unsettled = ~holds & (at < end)
            open_points, at, end = open_points[unsettled], at[unsettled], end[unsettled]
        return found


def _side_for(polygon_count: int) -> int:
    """Cells along one side, a power of two: a polygon is about two dozen cells wide."""
    power = round(log2(_CELLS_ACROSS_A_POLYGON * sqrt(polygon_count)))
    return min(max(1 << power, _LEAST_SIDE), _GREATEST_SIDE)


def _cells_on_borders(grid: Grid, polygons: Geometries) -> tuple[Integers, Integers]:
    """Pairs (cell, polygon) such that a border of the polygon touches the closed cell."""
    owner, lons, lats = _edges(polygons)
    column, row = grid.columns(lons), grid.rows(lats)
    edge, cell_column = _whole_numbers(column.min(axis=1), column.max(axis=1))
    start, rise, run = column[edge, 0], np.diff(row)[edge, 0], np.diff(column)[edge, 0]
    # Upright edges are taken in their whole height in each of their columns.
    is_upright = np.abs(run) < 1e-3
    run = np.where(is_upright, 1, run)
    entry = np.where(is_upright, 0, (cell_column - _MARGIN - start) / run).clip(0, 1)
    leave = np.where(is_upright, 1, (cell_column + 1 + _MARGIN - start) / run).clip(0, 1)
    entry_row, leave_row = row[edge, 0] + entry * rise, row[edge, 0] + leave * rise
    strip, cell_row = _whole_numbers(
        np.minimum(entry_row, leave_row), np.maximum(entry_row, leave_row)
    )
    return cell_row * grid.side + cell_column[strip], owner[edge[strip]]


def _edges(polygons: Geometries) -> tuple[Integers, Floats, Floats]:
    """Every straight piece of border: its polygon (n,), and its ends' lons and lats (n, 2)."""
    parts, polygon_of_part = shapely.get_parts(polygons, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    places, ring_of_place = shapely.get_coordinates(rings, return_index=True)
    is_edge = ring_of_place[1:] == ring_of_place[:-1]
    ends = np.stack([places[:-1], places[1:]], axis=2)[is_edge]
    return polygon_of_part[part_of_ring[ring_of_place[1:][is_edge]]], ends[:, 0], ends[:, 1]


def _whole_numbers(low: Floats, high: Floats) -> tuple[Integers, Integers]:
    """Cell numbers from each low to each high, ends widened: (position of the pair, number)."""
    first = np.floor(low - _MARGIN).astype(np.int64)
    counts = np.floor(high + _MARGIN).astype(np.int64) - first + 1
    position = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(position)) - np.repeat(np.cumsum(counts) - counts, counts)
    return position, first[position] + step
