"""Areas in groups: fifths by income or age, districts, or any other that was settled beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from equity.errors import EquityError
from equity.measures.fractional_rank import fractional_rank
from equity.rates.events import UNKNOWN, Codes, Floats, Mask

FIFTHS = 5

Range: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """The group of each area, `UNKNOWN` where it is in none, as `of_area` (areas,).

    `ranges` are the lowest and highest value found in each group, from the lowest group to the
    highest; it is empty where the groups have no order. `missing` and `unpeopled` count areas in no
    group for want of a value, or for want of residents.
    """

    name: str
    labels: tuple[str, ...]
    of_area: Codes
    ranges: tuple[Range, ...] = ()
    missing: int = 0
    unpeopled: int = 0

    @property
    def is_ordered(self) -> bool:
        """Whether the first group may be set against the last."""
        return bool(self.ranges)

    def members(self, group: int) -> Mask:
        """The areas (areas,) of a group."""
        is_member: Mask = self.of_area == group
        return is_member

    def of_rows(self, area: Codes) -> Codes:
        """The group of each row, given the area (n,) of each row, `UNKNOWN` where it has none."""
        return np.where(area == UNKNOWN, UNKNOWN, self.of_area[area])


def equal_groups(
    name: str, values: Floats, population: Floats, *, labels: Sequence[str]
) -> Grouping:
    """Areas by `values` (areas,), cut so that every group has about as many residents.

    An area belongs where the middle of its residents falls: its fractional rank times the number of
    groups, rounded down. Areas of one value are never parted. Area is the smallest unit, so the
    groups are only about as large as each other. An area without value (NaN) or without residents
    is in none. Raises `population-impossible`, and `groups-empty` (facts `name`, `parts`, `areas`)
    where there are too few areas, or too many of one value, to fill every group: ask for fewer.
    """
    if not (np.isfinite(population) & (population >= 0)).all():
        raise EquityError("population-impossible")
    has_value, is_peopled = ~np.isnan(values), population > 0
    used = has_value & is_peopled
    parts = len(labels)
    of_area = np.full(values.size, UNKNOWN, np.intp)
    if used.any():
        rank = fractional_rank(values[used], population[used])
        of_area[used] = np.minimum((parts * rank).astype(np.intp), parts - 1)
    if set(range(parts)) - set(of_area.tolist()):
        raise EquityError("groups-empty", name=name, parts=parts, areas=int(used.sum()))
    ranges = tuple(
        (float(values[of_area == part].min()), float(values[of_area == part].max()))
        for part in range(parts)
    )
    missing, unpeopled = int((~has_value).sum()), int((has_value & ~is_peopled).sum())
    return Grouping(name, tuple(labels), of_area, ranges, missing, unpeopled)


def named_groups(name: str, label_of_area: Sequence[str | None]) -> Grouping:
    """Groups by the label of each area, in the order of the alphabet; None is in none."""
    labels = tuple(sorted({label for label in label_of_area if label is not None}))
    place = {label: position for position, label in enumerate(labels)}
    of_area = np.array(
        [UNKNOWN if label is None else place[label] for label in label_of_area], np.intp
    )
    return Grouping(name, labels, of_area, missing=int((of_area == UNKNOWN).sum()))
