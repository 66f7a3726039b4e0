"""Equal Shares again and again with more money for each voter, until the budget is well used.

Equal Shares alone leaves much of the budget unspent, because it buys only what supporters can pay
together. Raising everybody's endowment step by step lets it buy more; the last outcome within the
budget counts (Peters, Pierczynski and Skowron 2021; the completion "add1" of equalshares.net).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from backend.ballots.tally.equal_shares_run import Purchase

_WORTH_IT = 4
_LONGEST_PATIENCE = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run: the endowment, what it bought and for how much, in 1/scale units.

    With an endowment higher by up to `reach` the same projects are bought in the same order.
    """

    endowment: Fraction
    purchases: tuple[Purchase, ...]
    cost: int
    reach: float = 0.0

    @property
    def bought(self) -> frozenset[int]:
        """Positions of the projects."""
        return frozenset(purchase.project for purchase in self.purchases)


def raise_endowment(
    run: Callable[[Fraction, Fraction | None], Attempt],
    first: Fraction,
    step: Fraction,
    supported: dict[int, int],
    budget: int,
    stops_when_exhaustive: bool,
) -> tuple[Attempt, list[Attempt]]:
    """The last attempt within the budget, and every attempt whose projects differ from the last's.

    `supported` maps the projects in the running to their costs. The loop ends before the first
    attempt that costs more than the budget, or with one that buys every project, or, where asked,
    with one after which no project left fits in the rest of the budget. The cost of an attempt
    may fall when the endowment rises, but the loop never looks beyond the first overrun.

    `run` takes an endowment and, where the reach is to be found, the least that is of use. That is
    worth its cost only where many steps change nothing: it is asked for after some calm, and less
    often after it was short.
    """
    accepted = run(first, None)
    told = [accepted]
    calm, patience = 0, 2
    while not _is_done(accepted, supported, budget, stops_when_exhaustive):
        steps = max(1, floor(accepted.reach / step))
        is_reaching = calm >= patience or steps > 1
        least = _WORTH_IT * step if is_reaching else None
        attempt = run(accepted.endowment + steps * step, least)
        if is_reaching and not attempt.reach:
            calm, patience = 0, min(2 * patience, _LONGEST_PATIENCE)
        calm = calm + 1 if attempt.bought == accepted.bought else 0
        if attempt.bought != told[-1].bought:
            told.append(attempt)
        if attempt.cost > budget:
            break
        accepted = attempt
    return accepted, told


def _is_done(
    attempt: Attempt, supported: dict[int, int], budget: int, stops_when_exhaustive: bool
) -> bool:
    bought = attempt.bought
    left = [cost for project, cost in supported.items() if project not in bought]
    if stops_when_exhaustive:
        return all(cost > budget - attempt.cost for cost in left)
    return not left
