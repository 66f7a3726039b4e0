"""Whether neighbouring districts are alike in the repeats that the fitted rates do not explain."""

from dataclasses import asdict
from typing import Any

import numpy as np

from backend.audits.findings.view import View
from equity.errors import EquityError
from equity.measures.disparity_words import about_structure
from equity.measures.moran import deviance_residuals, morans_i
from equity.rates.events import Floats, Observations


def structure_left(view: View) -> dict[str, Any] | None:
    """Moran's I of the districts' deviance residuals with its sentence; None where none is told."""
    observations, rates = view.rates
    if rates.log_rates is None:
        return None
    counts = np.bincount(
        observations.area, observations.duplicates, len(observations.areas)
    ).astype(float)
    expected = _usual(observations) * np.exp(rates.log_rates.mean)
    is_watched = expected > 0
    expected[is_watched] *= counts[is_watched].sum() / expected[is_watched].sum()
    residuals = np.zeros(counts.size)
    residuals[is_watched] = deviance_residuals(counts[is_watched], expected[is_watched])
    pairs = view.grouped.pairs
    try:
        moran = morans_i(residuals, pairs[is_watched[pairs].all(axis=1)], seed=view.seed)
    except EquityError:
        return None
    return {**asdict(moran), "sentence": asdict(about_structure(moran))}


def _usual(observations: Observations) -> Floats:
    """Repeats of each district (areas,) if every kind of problem had the city's rate there."""
    kinds = len(observations.categories)
    found = np.bincount(observations.category, observations.duplicates, kinds)
    days = np.bincount(observations.category, observations.exposure_days, kinds)
    rate = np.divide(found, days, out=np.zeros(kinds), where=days > 0)
    each = rate[observations.category] * observations.exposure_days
    usual: Floats = np.bincount(observations.area, each, len(observations.areas)).astype(float)
    return usual
