"""Newton's method uphill with halved steps, for every likelihood here that has two derivatives."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from equity.rates.events import Floats

_STEPS = 100
_SHORTEST = 1e-12
_ROUNDING = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """Of a function of p parameters: `value`, `score` (p,) and `information` (p, p), which is
    the negative second derivative."""

    value: float
    score: Floats
    information: Floats


class NoMaximum(ArithmeticError):
    """The function still rises where the steps end."""


def climb(
    start: Floats, derivatives: Callable[[Floats], Derivatives], tolerance: float = 1e-16
) -> tuple[Floats, Derivatives]:
    """The maximum near `start` and the derivatives there.

    It is found when a step would gain less than `tolerance` of the value. Where the function is
    not concave the step leans towards the gradient. Raises NoMaximum.
    """
    x, here = start, derivatives(start)
    for _ in range(_STEPS):
        step = _step(here)
        if here.score @ step < tolerance * max(1.0, abs(here.value)):
            return x, here
        scale = 1.0
        while (there := derivatives(x + scale * step)).value < here.value - _ROUNDING * abs(
            here.value
        ):
            scale /= 2
            if scale < _SHORTEST:
                return x, here
        x, here = x + scale * step, there
    raise NoMaximum


def inverse(information: Floats) -> Floats:
    """Of a positive definite matrix; raises numpy's LinAlgError of any other."""
    return np.asarray(cho_solve(cho_factor(information), np.eye(len(information))))


def _step(here: Derivatives) -> Floats:
    ridge, size = 0.0, np.abs(np.diag(here.information)) + 1e-8
    while True:
        try:
            factor = cho_factor(here.information + np.diag(ridge * size))
            return np.asarray(cho_solve(factor, here.score))
        except np.linalg.LinAlgError:
            ridge = max(1e-6, 10 * ridge)
