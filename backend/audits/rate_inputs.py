"""What goes into a fit besides the reports: census figures, and which services go together."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from equity.rates.events import Observations, Requests
from equity.rates.reporting_rate import ENOUGH

CENSUS = ("share_65_plus", "median_income", "share_no_smartphone")
"""What may help to tell districts apart. Nothing about origin or belief is here, as weights follow
from the rates; whatever else a city imports is shown beside them."""

_FEWEST_AREAS = 10
"""Of fewer nobody can tell what is the census and what is the district itself."""


def with_census(requests: Requests, census: Mapping[int, Mapping[str, float]]) -> Requests:
    """With the columns of `CENSUS` that are there for every area; areas are row ids in text.

    Money goes in by its logarithm.
    """
    table = np.array(
        [
            [census.get(int(area), {}).get(name, np.nan) for name in CENSUS]
            for area in requests.areas
        ]
    )
    income = CENSUS.index("median_income")
    with np.errstate(divide="ignore", invalid="ignore"):
        table[:, income] = np.log(table[:, income])
    is_whole = np.isfinite(table).all(axis=0) & (len(table) >= _FEWEST_AREAS)
    # A row without an area takes any figures: it is left out for its lack of an area.
    return replace(
        requests,
        covariates=table[:, is_whole][requests.area],
        covariate_names=tuple(np.array(CENSUS)[is_whole].tolist()),
    )


def without_constants(observations: Observations) -> Observations:
    """Without census columns that are the same for all that was watched."""
    values = observations.covariates
    varies = (values != values[:1]).any(axis=0)
    return replace(
        observations,
        covariates=values[:, varies],
        covariate_names=tuple(np.array(observations.covariate_names)[varies].tolist()),
    )


def fitted_together(
    observations: Observations, group_of: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """By group the services whose rates are fitted together; one without a group is its own.

    Only groups with enough repeats in two areas, as fewer leave nothing to compare, and none that
    is all there is.
    """
    areas, kinds = len(observations.areas), len(observations.categories)
    cell = observations.category * areas + observations.area
    repeats = np.bincount(cell, observations.duplicates, kinds * areas).reshape(kinds, areas)
    groups: dict[str, list[int]] = defaultdict(list)
    for kind, service in enumerate(observations.categories):
        groups[group_of.get(service) or service].append(kind)
    return {
        group: tuple(observations.categories[kind] for kind in members)
        for group, members in groups.items()
        if len(groups) > 1 and (repeats[members].sum(axis=0) >= ENOUGH).sum() > 1
    }
