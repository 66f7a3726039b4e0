"""Newton's method uphill with halved steps, for every likelihood here that has two derivatives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from equity.rates.events import Floats

_STEPS = 100
_SHORTEST = 1e-12
_ROUNDING = 1e-11
_LARGEST_RIDGE = 1e12


class Ascent(Protocol):
    """What is known of a function at one point: its `value`, its `score` (p,) and a step up."""

    @property
    def value(self) -> float: ...

    @property
    def score(self) -> Floats: ...

    def step(self) -> Floats:
        """Newton's (p,); where the function is not concave it leans towards the gradient."""
        ...


Known = TypeVar("Known", bound=Ascent)


@dataclass(frozen=True, slots=True, eq=False)
class Derivatives:
    """Of a function of p parameters: `value`, `score` (p,) and `information` (p, p), which is
    the negative second derivative."""

    value: float
    score: Floats
    information: Floats

    def step(self) -> Floats:
        """As in `Ascent`."""
        size = np.abs(np.diag(self.information)) + 1e-8

        def leaning(ridge: float) -> Floats:
            factor = cho_factor(self.information + np.diag(ridge * size))
            return np.asarray(cho_solve(factor, self.score))

        return with_ridge(leaning)


class NoMaximum(ArithmeticError):
    """The function still rises where the steps end."""


def climb(
    start: Floats, derivatives: Callable[[Floats], Known], tolerance: float = 1e-16
) -> tuple[Floats, Known]:
    """The maximum near `start` and the derivatives there.

    It is found when a step would gain less than `tolerance` of the value. Raises NoMaximum.
    """
    x, here = start, derivatives(start)
    for _ in range(_STEPS):
        step = here.step()
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


def with_ridge(solve: Callable[[float], Floats]) -> Floats:
    """`solve` with the smallest ridge with which it raises no LinAlgError; raises NoMaximum."""
    ridge = 0.0
    while ridge < _LARGEST_RIDGE:
        try:
            return solve(ridge)
        except np.linalg.LinAlgError:
            ridge = max(1e-6, 10 * ridge)
    raise NoMaximum
