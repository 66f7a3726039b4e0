"""By how much each project lost: how many more voters, or how much lower a cost, it was short of.

The definitions are those of `what_if`: the project costs less, or voters join who choose it alone.
Every number is found by counting the changed election by the same rule, exactly: with the number
the project wins, with one less it does not. Greedy by votes or points and Phragmen's rule only
turn once, so there it is the least number of all. Elsewhere (Equal Shares, whose endowment falls
when voters join, and whose completions start again; eligibility that hangs on the number of
voters) a project may win, lose again and win with ever more, and the number is the turn that the
search meets: upward from nothing by what the last count says is missing, at least 1, 2, 4, ...;
from the first success back to where the last failure hints, then by 1, 2, 4, ... or half the way.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import ceil, isfinite
from typing import TypeAlias

from backend.ballots.tally.count import Count
from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.nearness import GreedyProbe, Nearness, PhragmenProbe
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.phragmen import Phragmen
from backend.ballots.tally.profile import Election
from backend.ballots.tally.rule_of_file import Rule
from backend.ballots.tally.shares_nearness import SharesProbe
from backend.ballots.tally.what_if import WhatIf

# No answer helps that asks for more new voters than ten times those there were.
MOST_TIMES_VOTERS = 10

_Probe: TypeAlias = Callable[[WhatIf], Nearness]


@dataclass(frozen=True, slots=True)
class Margin:
    """`votes`: ballots for this project alone with which it would have won.

    `reduction`: by how much less it would have had to cost, in 1/scale units, a whole number of
    the file's unit. None: not even with `MOST_TIMES_VOTERS` times the voters (and ten ballots),
    or at a cost of one unit of money.
    """

    project: str
    votes: int | None
    reduction: int | None


def margins(
    election: Election, rule: Rule, outcome: Outcome, projects: Collection[str] | None = None
) -> tuple[Margin, ...]:
    """One for each project that `outcome`, the rule's, does not fund, or for those of `projects`.

    In the order of decision. With 75,000 ballots and a hundred projects Equal Shares takes half a
    minute for all of them, with add1 for each: a job for once, not for each reader.
    """
    lost = [decision for decision in outcome.decisions if not decision.is_funded]
    if projects is not None:
        lost = [decision for decision in lost if decision.project in projects]
    if not lost:
        return ()
    places = {project.id: place for place, project in enumerate(election.projects)}
    probe = _probe(Count(election), rule, [places[one.project] for one in lost])
    most = MOST_TIMES_VOTERS * (len(election.ballots) + 1)
    return tuple(
        Margin(
            one.project,
            _votes(probe, places[one.project], one.cost, most),
            _reduction(probe, places[one.project], one.cost, election.meta.scale),
        )
        for one in lost
    )


def _probe(count: Count, rule: Rule, places: Collection[int]) -> _Probe:
    match rule:
        case Greedy():
            return GreedyProbe(count, rule)
        case EqualShares():
            return SharesProbe(count, rule, places)
        case Phragmen():
            return PhragmenProbe(count, rule)


def _votes(probe: _Probe, place: int, cost: int, most: int) -> int | None:
    def missing(ballots: int) -> int:
        near = probe(WhatIf(place, cost, ballots))
        return 0 if near.wins else _at_least_one(near.ballots)

    return _turn(missing, most)


def _reduction(probe: _Probe, place: int, cost: int, scale: int) -> int | None:
    def missing(units: int) -> int:
        reduced = cost - units * scale
        near = probe(WhatIf(place, reduced))
        return 0 if near.wins else _at_least_one((reduced - near.cost) / scale)

    units = _turn(missing, (cost - 1) // scale)
    return None if units is None else units * scale


def _at_least_one(hint: float) -> int:
    return max(1, ceil(hint)) if isfinite(hint) else 1


def _turn(missing: Callable[[int], int], most: int) -> int | None:
    """A number with which nothing is missing, while something is with one less.

    `missing(0)` is known not to be 0; further values are hints of how much to add.
    """
    lost, won, step = 0, 0, 1
    lacking = missing(0)
    while not won:
        if lost >= most:
            return None
        tried = min(lost + max(lacking, step), most)
        step *= 2
        if now := missing(tried):
            lost, lacking = tried, now
        else:
            won = tried
    return _first_won(missing, lost, lacking, won)


def _first_won(missing: Callable[[int], int], lost: int, lacking: int, won: int) -> int:
    """The turn between a number that lost by `lacking` and one that won."""
    step, is_hint_good = 1, True
    while won - lost > 1:
        if is_hint_good and lost + lacking < won:
            tried = lost + lacking
        else:
            tried = max(won - step, (won + lost) // 2)
            step *= 2
        if now := missing(tried):
            is_hint_good = tried < lost + lacking
            lost, lacking = tried, now
        else:
            won, is_hint_good = tried, True
    return won
