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
from typing import Generic, Protocol, TypeVar

import numpy as np

from equity.rates.events import Floats

_STEP = 0.15  # of differences
_FLATTEST = 0.15  # curvature: where the data say nearly nothing, look no further than 2.6
_LONGEST, _SHORTEST = 1.0, 0.01  # step of the search
_NEAR = 0.02  # a gain of log evidence not worth another step
_SPREAD = 1.1
_NO_WEIGHT = 1e-9


class HasEvidence(Protocol):
    """What is known at one value of the hyperparameters."""

    @property
    def log_evidence(self) -> float: ...


Known = TypeVar("Known", bound=HasEvidence)


@dataclass(frozen=True, slots=True, eq=False)
class Explored(Generic[Known]):
    """Of the hyperparameters the `mode` (h,) and normal `errors` (h,), and what is known at the
    mode and at those nodes of the design that weigh anything; their `weights` sum to one."""

    mode: Floats
    errors: Floats
    at_mode: Known
    at_nodes: tuple[Known, ...]
    weights: Floats


def explore(
    at: Callable[[Floats], Known], start: Floats, bounds: list[tuple[float, float]]
) -> Explored[Known]:
    """Search from `start` (h,) within `bounds` on the scale of the hyperparameters."""
    low, high = np.array(bounds).T

    def within(hyper: Floats) -> tuple[Floats, Known]:
        inside = np.clip(hyper, low, high)
        return inside, at(inside)

    mode, at_mode, scale = _climbed(within, start)
    points, shares = _central_composite(mode.size)
    at_nodes = [within(mode + scale @ point)[1] for point in points]
    evidence = np.array([known.log_evidence for known in at_nodes])
    log_weights = np.log(shares) + evidence + (points**2).sum(axis=1) / 2
    weights = np.exp(log_weights - log_weights.max())
    kept = np.flatnonzero(weights > _NO_WEIGHT)
    return Explored(
        mode,
        np.sqrt((scale**2).sum(axis=1)),
        at_mode,
        tuple(at_nodes[node] for node in kept),
        weights[kept] / weights[kept].sum(),
    )


def _climbed(
    within: Callable[[Floats], tuple[Floats, Known]], start: Floats
) -> tuple[Floats, Known, Floats]:
    """The mode by Newton's method on differences, what is known there, and a root (h, h) of the
    covariance.

    It ends with the step that promises hardly anything: the evidence is no smoother than that.
    """
    mode, known = within(start)
    while True:
        slope, curvature = _bends(lambda hyper: within(hyper)[1].log_evidence, mode, known)
        values, directions = np.linalg.eigh(curvature)
        scale = directions / np.sqrt(np.maximum(values, _FLATTEST))
        step = scale @ (scale.T @ slope)
        is_last = slope @ step < 2 * _NEAR
        step *= min(1.0, _LONGEST / np.abs(step).max(initial=_LONGEST))
        there, found = within(mode + step)
        while found.log_evidence <= known.log_evidence:
            step /= 2
            if np.abs(step).max() < _SHORTEST:
                return mode, known, scale
            there, found = within(mode + step)
        mode, known = there, found
        if is_last:
            return mode, known, scale


def _bends(
    evidence: Callable[[Floats], float], x: Floats, known: HasEvidence
) -> tuple[Floats, Floats]:
    """Slope (h,) and negative curvature (h, h) by differences."""
    size, steps, middle = x.size, _STEP * np.eye(x.size), known.log_evidence
    up = np.array([evidence(x + step) for step in steps])
    down = np.array([evidence(x - step) for step in steps])
    bent = np.diag((2 * middle - up - down) / _STEP**2)
    for i in range(size):
        for j in range(i):
            both = evidence(x + steps[i] + steps[j]) + evidence(x - steps[i] - steps[j])
            mixed = up[i] + up[j] + down[i] + down[j] - both - 2 * middle
            bent[i, j] = bent[j, i] = mixed / (2 * _STEP**2)
    return (up - down) / (2 * _STEP), bent


def _central_composite(size: int) -> tuple[Floats, Floats]:
    """Points (q, size) of the standard normal and weights that give its total and variance."""
    corners = np.array(list(product((-1.0, 1.0), repeat=size)))
    axes = np.sqrt(size) * np.vstack([np.eye(size), -np.eye(size)])
    outer = _SPREAD * np.vstack([corners, axes])
    each = np.full(len(outer), 1 / (_SPREAD**2 * len(outer)))
    return np.vstack([np.zeros(size), outer]), np.append(1 - 1 / _SPREAD**2, each)
