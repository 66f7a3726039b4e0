"""Stops grouped into day routes that begin and end at the depot, and how good that is at best.

Route first, cluster second (Beasley, Omega 11 (1983), 403): one tour through all stops, then cut
where the days come out fewest and among those shortest (Prins, Computers & Operations Research 31
(2004), 1985, gives the cutting as a shortest path), then each day improved by itself. The tour
starts as the walk around a least spanning tree, at most twice the shortest, and is improved by
2-opt (Croes 1958) and Or-opt (Or 1976). No plan drives less than the spanning tree, nor less than
the way to each stop and back in the share its work takes of what is left of a day (after Haimovich
and Rinnooy Kan, Mathematics of Operations Research 10 (1985), 527); the larger of the two is given
beside every plan.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from equity.rates.events import Codes, Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_LONGEST_MOVE = 3  # stops that Or-opt moves together
_GAIN = 1e-6  # metres; less is rounding
_BLOCK = 150  # stops improved together: the work grows with the cube
_HELD = -1e8  # metres of a leg that no move may give up; larger would drown the rounding
_TOUCHING = 1e-9  # a sparse graph knows no edge of length zero


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """`metres` (n + 1, n + 1), symmetric, the depot first; `hours` (n + 1,) at each stop, 0 at the
    depot; how long a day is and how fast a crew travels."""

    metres: Floats
    hours: Floats
    hours_per_day: float
    metres_per_hour: float

    def length(self, route: Codes) -> float:
        """Metres from the depot through the stops (k,) and back."""
        return float(self.metres[np.append(0, route), np.append(route, 0)].sum())

    def duration(self, route: Codes) -> float:
        """Hours of that with the work at the stops."""
        return self.length(route) / self.metres_per_hour + float(self.hours[route].sum())


def tour_through(ways: Ways, stops: Codes) -> Codes:
    """The stops (k,), numbered from 1, in the order of a short tour."""
    from scipy.sparse.csgraph import depth_first_order, minimum_spanning_tree

    nodes = np.append(0, np.sort(stops))
    tree = minimum_spanning_tree(_graph(ways.metres[np.ix_(nodes, nodes)]))
    walk = depth_first_order(tree, 0, directed=False, return_predecessors=False)
    return improved(ways, nodes[walk][1:])


def inserted(ways: Ways, tour: Codes, stops: Iterable[int]) -> Codes:
    """The tour with each stop put where it lengthens it least, one after the other."""
    for stop in stops:
        way = np.concatenate([[0], tour, [0]])
        to_stop = ways.metres[stop, way]
        longer = to_stop[:-1] + to_stop[1:] - ways.metres[way[:-1], way[1:]]
        tour = np.insert(tour, int(longer.argmin()), stop)
    return tour


def filled_up(
    ways: Ways, routes: Sequence[Codes], stops: Iterable[int]
) -> tuple[list[Codes], list[int]]:
    """The routes with each stop put into the day it lengthens least, and the stops that fit into
    none."""
    fuller, left = list(routes), list[int]()
    room = [ways.hours_per_day - ways.duration(route) for route in fuller]
    for stop in stops:
        tried = {
            number: inserted(ways, route, [stop])
            for number, route in enumerate(fuller)
            if room[number] >= ways.hours[stop]
        }
        spare = {number: ways.hours_per_day - ways.duration(tried[number]) for number in tried}
        number = min(spare, key=lambda one: room[one] - spare[one], default=None)
        if number is None or spare[number] < 0:
            left.append(stop)
        else:
            fuller[number], room[number] = tried[number], spare[number]
    return fuller, left


def improved(ways: Ways, tour: Codes) -> Codes:
    """The tour after 2-opt and Or-opt, the best move at a time, until none shortens it.

    A long tour is improved block by block, the ends of each held, and once more across the seams.
    """
    way = np.append(0, tour)
    if way.size <= 2 * _BLOCK:
        return way[_shortened(ways.metres[np.ix_(way, way)])][1:]
    for shift in (0, _BLOCK // 2):
        for begin in range(shift, way.size, _BLOCK):
            block = way[begin : begin + _BLOCK]
            metres = ways.metres[np.ix_(block, block)]
            metres[0, -1] = metres[-1, 0] = _HELD
            order = _shortened(metres)
            is_backward = block.size > 1 and order[1] == block.size - 1
            way[begin : begin + _BLOCK] = block[np.roll(order[::-1], 1) if is_backward else order]
    return way[1:]


def _shortened(metres: Floats) -> Codes:
    """Positions in the matrix (n, n), the first still first, in the order of a shorter tour."""
    way = np.arange(len(metres))
    while way.size > 3:
        between = metres[np.ix_(way, way)]
        moved = _turned(way, between)
        if moved is None:
            moved = _moved(way, between)
        if moved is None:
            break
        way = np.roll(moved, -int(np.flatnonzero(moved == 0)[0]))
    return way


def cut_into_days(ways: Ways, tour: Codes) -> list[Codes]:
    """The tour cut where the days are fewest, and among those the metres least.

    Every stop must be within a day: the way there, the work and the way back.
    """
    size = tour.size
    best: list[tuple[int, float]] = [(0, 0.0)] + [(size + 1, np.inf)] * size
    begins = [0] * (size + 1)
    out = ways.metres[0]
    for begin in range(size):
        days, before = best[begin]
        metres, work = float(out[tour[begin]]), 0.0
        for end in range(begin, size):
            stop = tour[end]
            if end > begin:
                metres += float(ways.metres[tour[end - 1], stop])
            work += float(ways.hours[stop])
            whole = metres + float(out[stop])
            if whole / ways.metres_per_hour + work > ways.hours_per_day * (1 + 1e-9):
                break
            if (days + 1, before + whole) < best[end + 1]:
                best[end + 1], begins[end + 1] = (days + 1, before + whole), begin
    routes = []
    end = size
    while end:
        routes.append(tour[begins[end] : end])
        end = begins[end]
    return routes[::-1]


def days_needed(ways: Ways, tour: Codes) -> int:
    """How many days `cut_into_days` makes: each as full as it gets, as no way is a detour."""
    if not tour.size:
        return 0
    days, metres, work, before = 0, np.inf, 0.0, 0
    out, hours = ways.metres[0].tolist(), ways.hours.tolist()
    legs = ways.metres[tour[:-1], tour[1:]].tolist()
    for leg, stop in zip([0.0, *legs], tour.tolist(), strict=True):
        metres, work = metres + leg - out[before] + out[stop], work + hours[stop]
        if metres / ways.metres_per_hour + work > ways.hours_per_day * (1 + 1e-9):
            days, metres, work = days + 1, 2 * out[stop], hours[stop]
        before = stop
    return days


def least_metres(ways: Ways, stops: Codes) -> float:
    """What any day routes through these stops drive at the least; each is within a day."""
    from scipy.sparse.csgraph import minimum_spanning_tree

    nodes = np.append(0, stops)
    tree = minimum_spanning_tree(_graph(ways.metres[np.ix_(nodes, nodes)])).sum()
    out = 2 * ways.metres[0, stops]
    # Whoever drives as far as a stop and back has that much less of the day for work.
    left = ways.hours_per_day - out / ways.metres_per_hour
    radial = (out * ways.hours[stops] / left).sum()
    return float(max(tree - _TOUCHING * nodes.size, radial))


def _graph(metres: Floats) -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array(np.triu(np.maximum(metres, _TOUCHING), 1))


def _turned(way: Codes, between: Floats) -> Codes | None:
    """The best 2-opt move: the stretch between two legs the other way round."""
    after = np.roll(np.arange(way.size), -1)
    leg = between[np.arange(way.size), after]
    gain = leg[:, None] + leg - between - between[np.ix_(after, after)]
    np.fill_diagonal(gain, -np.inf)
    i, j = sorted(divmod(int(gain.argmax()), way.size))
    if gain[i, j] <= _GAIN:
        return None
    return np.concatenate([way[: i + 1], way[i + 1 : j + 1][::-1], way[j + 1 :]])


def _moved(way: Codes, between: Floats) -> Codes | None:
    """The best Or-opt move: one to three stops in a row put elsewhere, either way round."""
    size = way.size
    after = np.roll(np.arange(size), -1)
    leg = between[np.arange(size), after]
    best, move = _GAIN, None
    for length in range(1, min(_LONGEST_MOVE, size - 3) + 1):
        first = np.arange(1, size - length + 1)
        last = first + length - 1
        ahead = after[last]
        spared = leg[first - 1] + leg[last] - between[first - 1, ahead]
        straight = between[first] + between[last][:, after]
        turned = between[last] + between[first][:, after]
        gain = spared[:, None] + leg - np.minimum(straight, turned)
        at = np.arange(size)
        gain[(at >= first[:, None] - 1) & (at <= last[:, None])] = -np.inf
        row, to = divmod(int(gain.argmax()), size)
        if gain[row, to] > best:
            is_turned = bool(straight[row, to] > turned[row, to])
            best, move = float(gain[row, to]), (int(first[row]), length, to, is_turned)
    if move is None:
        return None
    begin, length, to, is_turned = move
    # Put after `to` it runs as it did, unless its last stop is nearer to `to`.
    piece = way[begin : begin + length][:: -1 if is_turned else 1]
    rest = np.delete(way, np.arange(begin, begin + length))
    place = to + 1 if to < begin else to + 1 - length
    return np.insert(rest, place, piece)
