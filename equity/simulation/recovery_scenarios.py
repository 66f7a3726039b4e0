"""Cities that depart from the ideal, each in one way, and one where everybody reports alike.

What an estimator makes of them is `equity.simulation.recovery`'s question.
"""

from dataclasses import dataclass, replace

import numpy as np

from equity.simulation.scenario import Category, City, Scenario

PLENTY, SPARSE = 120.0, 15.0
"""Incidents of an area in the window, on average."""


@dataclass(frozen=True, slots=True)
class NamedScenario:
    """`key` is what one calls it by, `words` what is special in it."""

    key: str
    words: str
    scenario: Scenario
    incidents_per_area: float = PLENTY


_IDEAL = Scenario(rate_structure=0.5)

SCENARIOS = (
    NamedScenario("1", "ideal: a constant rate, alike for all", _IDEAL),
    NamedScenario("2", "incidents differ unseen (k 0.5)", replace(_IDEAL, frailty_shape=0.5)),
    NamedScenario(
        "3",
        "they differ, and are gone after 20 days",
        replace(_IDEAL, frailty_shape=0.5, life_days=20.0),
    ),
    NamedScenario("4", "gone after 20 days", replace(_IDEAL, life_days=20.0)),
    NamedScenario("5", "half never draw a second report", replace(_IDEAL, never_again=0.5)),
    NamedScenario("6", "further reports hasten inspection", replace(_IDEAL, hastening=0.5)),
    NamedScenario("7", "the app keeps 70 % from filing again", replace(_IDEAL, damping=0.3)),
    NamedScenario(
        "8",
        "40 % of further reports not linked",
        replace(_IDEAL, linkage_recall=0.6, copies_closed=1.0),
    ),
    NamedScenario(
        "8b",
        "not linked, and on record as incidents",
        replace(_IDEAL, linkage_recall=0.6),
    ),
    NamedScenario(
        "9", "sparse: 15 incidents an area (k 1)", replace(_IDEAL, frailty_shape=1.0), SPARSE
    ),
    NamedScenario(
        "10",
        "a burst of reports, and faster service for the rich",
        replace(_IDEAL, burst=40.0, inspection_income=0.6),
    ),
    NamedScenario(
        "none",
        "no disparity at all",
        replace(_IDEAL, rate_effects=(0.0, 0.0, 0.0), rate_spread=0.0),
    ),
)

_KINDS = (
    ("hazard", 0.15, 0.1),
    ("dumping", 0.15, 0.072),
    ("light", 0.2, 0.048),
    ("pothole", 0.2, 0.036),
    ("prune", 0.2, 0.024),
    ("root", 0.1, 0.015),
)
"""Name, part of all need, reports a day."""


def categories_for(city: City, named: NamedScenario) -> tuple[Category, ...]:
    """Six kinds of problems, needed so much that the scenario's incidents come out."""
    poverty = np.exp(-named.scenario.need_income * city.covariates[:, 1])
    years = named.scenario.window_days / 365.0
    thousands = float(city.population @ poverty) / 1000.0
    per_thousand = named.incidents_per_area * len(city.areas) / thousands
    return tuple(Category(name, part * per_thousand / years, rate) for name, part, rate in _KINDS)
