"""From coefficients to the rates of areas over the city's mean, with intervals."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from equity.rates.events import Floats

INTERVAL = 0.9
HALF_WIDTH = NormalDist().inv_cdf((1 + INTERVAL) / 2)
_HALVINGS = 45
_FARTHEST = 8.0
_NO_VARIANCE = 1e-12
_LEAST_ERROR = 1e-6
_LARGEST_STRETCH = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class LogRates:
    """Of each area (areas,), logs of its rate over the mean: the figure to show, the mean of what
    is believed of it, the standard deviation of that, and the ends of the 90 % interval.

    The figure and the mean are the same where nothing is smoothed (see `unflattened`).
    """

    estimate: Floats
    mean: Floats
    error: Floats
    low: Floats
    high: Floats


def log_relative(coefficients: Floats, rows: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Log of each rate over their mean weighted by `share` (areas,), and its gradient (areas, p).

    The log rates are `rows` (areas, p) times the coefficients. With R the mean, the gradient of
    x_a'b - log R is x_a less the mean of all x weighted by share and rate. An area without share
    is compared with the others.
    """
    logs, part = over_mean(rows @ coefficients, share)
    return logs, rows - part @ rows


def over_mean(effect: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Of log rates `effect` (areas,) those over the mean, and the part each has in it."""
    part = share * np.exp(effect)
    return effect - np.log(part.sum()), part / part.sum()


def mixed(weights: Floats, means: Floats, errors: Floats) -> LogRates:
    """Of a mixture of normals with `weights` (q,), `means` and `errors` (q, areas)."""
    from scipy.special import ndtr

    errors = np.maximum(errors, _LEAST_ERROR)  # the only area that was watched is its own mean
    mean = weights @ means
    error = np.sqrt(weights @ (errors**2 + (means - mean) ** 2))

    def quantile(chance: float) -> Floats:
        low, high = mean - _FARTHEST * error, mean + _FARTHEST * error
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            is_below = weights @ ndtr((middle - means) / errors) < chance
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        return np.asarray((low + high) / 2)

    outside = (1 - INTERVAL) / 2
    return unflattened(LogRates(mean, mean, error, quantile(outside), quantile(1 - outside)))


def normal(estimate: Floats, error: Floats) -> LogRates:
    """Of estimates that are not smoothed."""
    half = HALF_WIDTH * error
    return LogRates(estimate, estimate, error, estimate - half, estimate + half)


def unflattened(rates: LogRates) -> LogRates:
    """With estimates that differ between areas as much as the areas themselves do.

    The means of posteriors lie closer together than what they estimate (Louis, JASA 1984; Ghosh,
    JASA 1992). Each is moved away from their common mean, the less certain the farther, by

      c = 1 + K variance / mean variance,  K such that sum c (mean - middle)^2 is the sum of that
      of what is estimated, (mean - middle)^2 + variance,

    which makes the regression of estimate on truth have slope one, at some cost in error. Where the
    data tell less than two thirds of the differences, the rest stays untold; and no estimate
    leaves its interval.
    """
    off, variance = rates.mean - rates.mean.mean(), rates.error**2
    wanted = variance.sum() / max((variance / variance.mean()) @ off**2, _NO_VARIANCE)
    stretch = min(wanted, _LARGEST_STRETCH) * variance / variance.mean()
    moved = np.clip(rates.mean + stretch * off, rates.low, rates.high)
    return replace(rates, estimate=moved)
