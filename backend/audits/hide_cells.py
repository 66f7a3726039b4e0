"""Which figures of a fit stay hidden, so that few people are never singled out.

A fit gives three counts of every district, of all services and of each group of them: residents'
reports, problems watched and repeats. What few people stand behind is hidden by the rule of the
findings, and so is as much more as keeps it from following from what is shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from backend.audits.models import ALL_SERVICES
from equity.errors import EquityError
from equity.measures.linked_tables import (
    Cell,
    Dimension,
    Key,
    Leaves,
    count_cells,
    table_keys,
)
from equity.measures.suppression import SuppressionRule, protect
from equity.rates.events import UNKNOWN, Codes, Requests

COUNTS = ("reports", "incidents", "duplicates")
"""What is shown of every cell."""

_CITY, _ALL, _REST = "city", "all", "rest"
# Smallness is judged by problems and people; a small number of repeats of many people is none.
_BY_PEOPLE, _ENOUGH = SuppressionRule(least_count=0), SuppressionRule().least_people


@dataclass(frozen=True, slots=True)
class CellTable:
    """Districts by groups of services, the districts' rest and the city's sums among them.

    Groups are named by their position, so that no name of a city's own is taken for another thing.
    Where every service is in a group there is no rest: everybody knows it, and nothing can hide
    there.
    """

    dimensions: tuple[Dimension, Dimension]
    keys: tuple[Key, ...]

    @classmethod
    def of(cls, areas: tuple[str, ...], groups: int, *, has_rest: bool) -> "CellTable":
        """Of these areas and so many groups."""
        kinds = (*map(str, range(groups)), *([_REST] if has_rest else []))
        dimensions = Dimension("area", {_CITY: areas}), Dimension("kind", {_ALL: kinds})
        return cls(dimensions, tuple(table_keys((_CITY, *areas), (_ALL, *kinds))))

    @property
    def withheld(self) -> frozenset[Key]:
        """What stands nowhere: services without a rate of their own, and sums of a group."""
        return frozenset(
            (area, kind)
            for area, kind in self.keys
            if kind == _REST or (area == _CITY and kind != _ALL)
        )

    def filled(self, counts: Codes) -> dict[Key, int]:
        """From counts (areas, 1 + groups), of all services first, every cell."""
        rest = counts[:, :1] - counts[:, 1:].sum(axis=1, keepdims=True)
        has_rest = len(self.keys) > counts.shape[1] * (len(counts) + 1)
        inside = np.hstack([counts, rest]) if has_rest else counts
        every = np.vstack([inside.sum(axis=0), inside]).ravel().tolist()
        return dict(zip(self.keys, every, strict=True))


def shown_counts(
    rows: Iterable[Mapping[str, Any]], areas: Sequence[str], groups: Mapping[str, Sequence[str]]
) -> list[Codes]:
    """The tables (areas, 1 + groups) of `COUNTS` in the rows of a fit, of all services first."""
    found = {(row["service_code"], str(row["district_id"])): row for row in rows}
    services = (ALL_SERVICES, *(members[0] for members in groups.values()))
    return [
        np.array([[found[service, area][name] for service in services] for area in areas], np.intp)
        for name in COUNTS
    ]


def hidden_cells(
    requests: Requests, groups: Mapping[str, Sequence[str]], tables: Sequence[Codes]
) -> dict[str, list[str]]:
    """By name of a group, and `ALL_SERVICES`, the areas of which nothing is shown.

    `tables` are those of `shown_counts`. They share one pattern: what is hidden for the sake of one
    is hidden in all. Where even that is too little, as in a town of a handful of reports,
    everything is hidden.
    """
    grouped = {service for members in groups.values() for service in members}
    table = CellTable.of(
        requests.areas, len(groups), has_rest=not grouped.issuperset(requests.categories)
    )
    small = small_cells(requests, tuple(groups.values()), table)
    hidden = small - table.withheld
    try:
        for counts in tables:
            hidden |= _hidden_with(table.filled(counts), table, small, hidden)
    except EquityError as error:
        if error.slug != "cells-unprotectable":
            raise
        hidden = set(product(requests.areas, (_ALL, *map(str, range(len(groups))))))
    kinds = {_ALL: ALL_SERVICES, **dict(zip(map(str, range(len(groups))), groups, strict=True))}
    return {
        name: [area for area in requests.areas if (area, kind) in hidden]
        for kind, name in kinds.items()
    }


def small_cells(requests: Requests, groups: Sequence[Sequence[str]], table: CellTable) -> set[Key]:
    """Which must not be shown, by the problems residents told of and the people who did.

    Where no reporter at all is known, as in files of past requests, each problem stands for one.
    """
    area_dimension, kind_dimension = table.dimensions
    kind_of = {service: place for place, members in enumerate(groups) for service in members}
    of_category = np.array([kind_of.get(one, len(groups)) for one in requests.categories], np.intp)
    rows = requests.is_report & (requests.area != UNKNOWN) & (requests.category != UNKNOWN)
    incident, reporter = requests.incident[rows], requests.reporter[rows]
    cells = count_cells(
        table.keys,
        table.dimensions,
        (
            Leaves(area_dimension.parts[_CITY], requests.area[rows]),
            Leaves(kind_dimension.parts[_ALL], of_category[requests.category[rows]]),
        ),
        incident,
        incident if (reporter == UNKNOWN).all() else reporter,
    )
    rule = SuppressionRule()
    return {key for key, cell in cells.items() if rule.is_small(cell)}


def _hidden_with(
    counts: Mapping[Key, int], table: CellTable, small: set[Key], hidden: set[Key]
) -> set[Key]:
    """What must be hidden of one table where `hidden` is so already."""
    cells = {key: Cell(count, 0 if key in small else _ENOUGH) for key, count in counts.items()}
    found = protect(
        cells,
        table.dimensions,
        _BY_PEOPLE,
        published=[(_CITY, _ALL)],
        never_shown=table.withheld | (hidden - small),
    )
    return {key for key, count in found.shown.items() if count is None} - table.withheld
