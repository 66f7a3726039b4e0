"""How an audit puts districts together, and what the groups are called in its sentences."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from backend.audits.findings.columns import AuditData, Column
from equity.errors import EquityError
from equity.measures.census_column import CensusColumn, membership
from equity.measures.grouping import Grouping, named_groups
from equity.measures.measure import Frame
from equity.rates.events import Floats, Mask

DISTRICTS = "districts"
PARTS = (5, 3, 2)
"""Fifths, or as many groups as there are districts for."""

_SHARES = {5: "fifth", 3: "third", 2: "half"}
_BETWEEN = {
    5: ("the {0} {1}", "the second {0} {1}", "the middle {1}", "the second {2} {1}", "the {2} {1}"),
    3: ("the {0} {1}", "the middle {1}", "the {2} {1}"),
    2: ("the {0} {1}", "the {2} {1}"),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A census measure, what it is called, what groups by it are called, and its two ends."""

    measure: str
    column: str
    by: str
    low: str
    high: str

    def name(self, parts: int) -> str:
        """Of the groups: "fifths by income"."""
        return f"{_SHARES[parts].replace('half', 'halve')}s by {self.by}"

    def labels(self, parts: int) -> tuple[str, ...]:
        """From the group where the measure is lowest to the one where it is highest."""
        words = self.low, _SHARES[parts], self.high
        return tuple(template.format(*words) for template in _BETWEEN[parts])


COMPARISONS = (
    Comparison("median_income", "income", "income", "poorest", "richest"),
    Comparison("share_65_plus", "the share of people over 65", "age", "youngest", "oldest"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """The city as one geography sees it.

    `unsure` is the share of residents, by grouping, who live in districts that may as well belong
    to another group, given the census's margins of error; None where it gives none.
    """

    frame: Frame
    pairs: Column
    unsure: Mapping[str, float | None]


def group_areas(data: AuditData, number: int, seed: int, *, by_district: bool = True) -> Grouped:
    """Groups of the districts of geography `number`.

    Where there are too few districts for fifths there are thirds or halves, or no groups at all.
    Without `by_district` all districts are one: only the groups are of interest then.
    """
    facts = data.facts["geographies"][number]
    names = facts["names"]
    population = np.nan_to_num(_column(data, number, "population", len(names)))
    found = [
        (comparison, column, cut)
        for comparison in COMPARISONS
        if comparison.measure in facts["census"]
        for column in [_census(data, number, comparison)]
        for cut in [_cut(comparison, column, population, seed)]
        if cut is not None
    ]
    frame = Frame(
        population,
        named_groups(DISTRICTS, names if by_district else ["the city"] * len(names)),
        tuple(cut.grouping for _, _, cut in found),
        tuple(column for _, column, _ in found) if by_district else (),
    )
    unsure = {
        cut.grouping.name: None if column.margins is None else cut.unsure
        for _, column, cut in found
    }
    return Grouped(frame, data.columns[f"area.{number}.neighbours"], unsure)


def hiding(frame: Frame, hidden: Mapping[str, Mask]) -> Frame:
    """The frame with the groups about which nothing may be said."""
    return replace(frame, hidden=hidden)


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    grouping: Grouping
    unsure: float


def _cut(
    comparison: Comparison, column: CensusColumn, population: Floats, seed: int
) -> _Cut | None:
    for parts in PARTS:
        try:
            found = membership(column, population, labels=comparison.labels(parts), seed=seed)
        except EquityError:
            continue
        named = replace(found.grouping, name=comparison.name(parts))
        return _Cut(named, found.unsure_residents)
    return None


def _census(data: AuditData, number: int, comparison: Comparison) -> CensusColumn:
    facts: dict[str, Any] = data.facts["geographies"][number]["census"][comparison.measure]
    name = f"area.{number}.{comparison.measure}"
    return CensusColumn(
        comparison.column,
        "",
        data.columns[name],
        data.columns.get(f"{name}.margin"),
        False,
        facts["source"],
        facts["vintage"],
        facts["licence"],
    )


def _column(data: AuditData, number: int, name: str, areas: int) -> Floats:
    return data.columns.get(f"area.{number}.{name}", np.zeros(areas))
