"""Equal Shares again and again with more money for each voter, until the budget is well used.

Equal Shares alone leaves much of the budget unspent, because it buys only what supporters can pay
together. Raising everybody's endowment step by step lets it buy more; the last outcome within the
budget counts (Peters, Pierczynski and Skowron 2021; the completion "add1" of equalshares.net).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from backend.ballots.tally.equal_shares_run import Purchase


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run: the endowment, what it bought and for how much, in 1/scale units."""

    endowment: Fraction
    purchases: tuple[Purchase, ...]
    cost: int

    @property
    def bought(self) -> frozenset[int]:
        """Positions of the projects."""
        return frozenset(purchase.project for purchase in self.purchases)


def raise_endowment(
    run: Callable[[Fraction], Attempt],
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
    """
    accepted = run(first)
    told = [accepted]
    while not _is_done(accepted, supported, budget, stops_when_exhaustive):
        attempt = run(accepted.endowment + step)
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
