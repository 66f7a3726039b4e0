"""Classes of a map that differ only where intervals do.

A map that colours estimates shows differences that may be chance. Here a class is what lies between
two breaks, and an area has one only if its whole interval does: so the intervals of any two areas
of different classes are apart. An area whose interval has a break inside is of no class, and to be
hatched. Breaks are looked for so that as many pairs of areas as possible are shown as different,
after the idea of class separability (Sun, Wong and Kronenfeld 2015,
doi 10.1080/00330124.2014.950778).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equity.rates.events import UNKNOWN, Codes, Floats, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """`breaks` rise; `of_area` (areas,) is the class from 0 on, UNKNOWN where it cannot be told."""

    breaks: tuple[float, ...]
    of_area: Codes


def classes_told_apart(
    low: Sequence[float | None],
    high: Sequence[float | None],
    *,
    always: float | None = None,
    most: int = 5,
) -> Classes:
    """Classes of areas with these intervals (areas,), None where nothing is known.

    `always` is a break that is there in any case, such as no difference; `most` is how many classes
    there may be. An interval without width says that its figure did not vary, not that it is
    certain: such an area is of no class. Nor is one whose interval ends or begins on a break.
    """
    lows, highs = (np.array([np.nan if x is None else x for x in ends]) for ends in (low, high))
    is_known = lows < highs
    breaks = [] if always is None else [always]
    ends = np.unique(highs[is_known]).tolist()
    candidates = [_between(end, lows, highs, is_known) for end in ends]
    pairs = _pairs(breaks, lows, highs, is_known)
    while len(breaks) + 1 < most and candidates:
        gained = [_pairs([*breaks, one], lows, highs, is_known) for one in candidates]
        best = int(np.argmax(gained))
        if gained[best] <= pairs:
            break
        pairs = gained[best]
        breaks.append(candidates[best])
    return Classes(tuple(sorted(breaks)), _classes(breaks, lows, highs, is_known))


def _between(end: float, lows: Floats, highs: Floats, is_known: Mask) -> float:
    """In the middle of the gap after `end`, where no interval begins or ends."""
    ends = np.concatenate([lows[is_known], highs[is_known]])
    after = ends[ends > end]
    return (end + float(after.min())) / 2 if after.size else end


def _classes(breaks: Sequence[float], lows: Floats, highs: Floats, is_known: Mask) -> Codes:
    edges = np.sort(np.array(breaks, float))
    # What only touches a break, as a difference that may be none at all, is not beyond it.
    first = np.searchsorted(edges, lows, side="left")
    last = np.searchsorted(edges, highs, side="right")
    return np.where(is_known & (first == last), first, UNKNOWN)


def _pairs(breaks: Sequence[float], lows: Floats, highs: Floats, is_known: Mask) -> int:
    """How many pairs of areas stand in different classes."""
    of_area = _classes(breaks, lows, highs, is_known)
    sizes = np.bincount(of_area[of_area != UNKNOWN])
    return int((sizes.sum() ** 2 - (sizes**2).sum()) // 2)
