"""What the data say of parameters and hyperparameters: Laplace's approximation, on a design.

For given hyperparameters the posterior of the coefficients is taken as normal at its mode (Newton),
and the evidence of the hyperparameters is

  log p = log likelihood + log prior + 1/2 log|P| - 1/2 log|H|   at the mode,

P being the prior's precision and H the posterior's (Tierney and Kadane, JASA 1986). Its mode is
searched for; then the coefficients are averaged over hyperparameters on a central composite design
around it, with the evidence as weight (Rue, Martino and Chopin, JRSS B 2009, section 6.5), so that
intervals are as wide as not knowing the hyperparameters makes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import minimize

from equity.rates.events import Floats

_STEP = 0.15
_FLATTEST = 0.15  # curvature: where the data say nearly nothing, look no further than 2.6
_SPREAD = 1.1
_NO_WEIGHT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Explored:
    """Of the hyperparameters the `mode` (h,) and normal `errors` (h,); the `nodes` (q, h) of the
    design that weigh anything, and their weights (q,), which sum to one."""

    mode: Floats
    errors: Floats
    nodes: Floats
    weights: Floats


def explore(
    log_evidence: Callable[[Floats], float], start: Floats, bounds: list[tuple[float, float]]
) -> Explored:
    """Search from `start` (h,) within `bounds` on the scale of the hyperparameters."""

    def loss(hyper: Floats) -> float:
        return -log_evidence(hyper)

    found = minimize(
        loss, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-7, "gtol": 1e-2}
    )
    mode = np.asarray(found.x)
    values, directions = np.linalg.eigh(_curvature(loss, mode))
    scale = directions / np.sqrt(np.maximum(values, _FLATTEST))
    low, high = np.array(bounds).T
    points, shares = _central_composite(mode.size)
    nodes = np.clip(mode + points @ scale.T, low, high)
    log_weights = (
        np.log(shares)
        + np.array([log_evidence(node) for node in nodes])
        + (points**2).sum(axis=1) / 2
    )
    weights = np.exp(log_weights - log_weights.max())
    is_kept = weights > _NO_WEIGHT
    nodes, weights = nodes[is_kept], weights[is_kept]
    return Explored(mode, np.sqrt((scale**2).sum(axis=1)), nodes, weights / weights.sum())


def _curvature(loss: Callable[[Floats], float], mode: Floats) -> Floats:
    """Second derivatives (h, h) by differences."""
    size, steps = mode.size, _STEP * np.eye(mode.size)
    middle = loss(mode)
    up = [loss(mode + step) for step in steps]
    down = [loss(mode - step) for step in steps]
    bent = np.diag([(up[i] - 2 * middle + down[i]) / _STEP**2 for i in range(size)])
    for i in range(size):
        for j in range(i):
            both = loss(mode + steps[i] + steps[j]) + loss(mode - steps[i] - steps[j])
            mixed = both - up[i] - up[j] - down[i] - down[j] + 2 * middle
            bent[i, j] = bent[j, i] = mixed / (2 * _STEP**2)
    return bent


def _central_composite(size: int) -> tuple[Floats, Floats]:
    """Points (q, size) of the standard normal and weights that give its total and variance."""
    corners = np.array(list(product((-1.0, 1.0), repeat=size)))
    axes = np.sqrt(size) * np.vstack([np.eye(size), -np.eye(size)])
    outer = _SPREAD * np.vstack([corners, axes])
    each = np.full(len(outer), 1 / (_SPREAD**2 * len(outer)))
    return np.vstack([np.zeros(size), outer]), np.append(1 - 1 / _SPREAD**2, each)
