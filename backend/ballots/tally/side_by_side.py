"""Two rules on the same ballots: the winners of each, what they do for the voters, what differs."""

from dataclasses import dataclass

from backend.ballots.tally.count import Count
from backend.ballots.tally.ejr_plus import Violation, ejr_plus_violations
from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.metrics import Metrics, metrics
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Election
from backend.ballots.tally.rule_of_file import Rule, outcome_of, usual_utility
from backend.ballots.tally.ties import LEXICOGRAPHIC, TieBreak


@dataclass(frozen=True, slots=True)
class Side:
    """One rule's outcome. `only`: the winners that the other rule does not fund, in its order.

    `preferred_by` voters chose more of these winners than of the other's.
    """

    outcome: Outcome
    metrics: Metrics
    violations: tuple[Violation, ...]
    only: tuple[str, ...]
    preferred_by: int


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both outcomes; `both` are the winners of either way, in the order of the first."""

    first: Side
    second: Side
    both: tuple[str, ...]


def usual_pair(election: Election, ties: TieBreak = LEXICOGRAPHIC) -> tuple[Greedy, EqualShares]:
    """Greedy with skip, and Equal Shares as recommended by equalshares.net (add1u)."""
    utility = usual_utility(election)
    return Greedy(ties=ties), EqualShares(utility, "add1u", start="integral", ties=ties)


def side_by_side(election: Election, rules: tuple[Rule, Rule]) -> SideBySide:
    """Count twice and compare."""
    count = Count(election)
    one, other = (outcome_of(count, rule) for rule in rules)
    more, fewer = count.preferences(set(one.winners), set(other.winners))
    return SideBySide(
        _side(election, one, other, more),
        _side(election, other, one, fewer),
        tuple(id for id in one.winners if id in other.winners),
    )


def _side(election: Election, own: Outcome, other: Outcome, preferred_by: int) -> Side:
    return Side(
        own,
        metrics(election, own),
        ejr_plus_violations(election, own),
        tuple(id for id in own.winners if id not in other.winners),
        preferred_by,
    )
