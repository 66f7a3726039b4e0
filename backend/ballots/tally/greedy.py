"""Greedy allocation: the highest score first, as most cities do it.

Talmon and Faliszewski, "A Framework for Approval-Based Budgeting Methods" (AAAI 2019), ranked by
votes or points rather than by value for money. All numbers are integers.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from backend.ballots.tally.outcome import Decision, Outcome, Verdict
from backend.ballots.tally.profile import Election
from backend.ballots.tally.score import count_votes, is_scored_by_points, scores
from backend.ballots.tally.ties import (
    DEFAULT_TIE_BREAK,
    Contender,
    Criterion,
    deciding_criterion,
    ranked,
)

Variant: TypeAlias = Literal["skip", "no-skip"]
# The rules a Pabulib file can name that are greedy and nothing else.
VARIANT_OF_RULE: dict[str, Variant] = {"greedy": "skip", "greedy-no-skip": "no-skip"}


def greedy(
    election: Election,
    variant: Variant = "skip",
    tie_break: Sequence[Criterion] = DEFAULT_TIE_BREAK,
) -> Outcome:
    """Fund projects by score while money lasts; one without support is never funded.

    `skip` passes over a project that does not fit and goes on; `no-skip` stops there. `tie_break`
    must end with `id`, the only criterion that separates any two projects.
    """
    order = ranked(_contenders(election), tie_break)
    left = election.meta.budget
    is_stopped = False
    decisions: list[Decision] = []
    for ahead, contender in zip([None, *order], order, strict=False):
        verdict = _verdict(contender, left, is_stopped)
        decisions.append(
            Decision(
                project=contender.id,
                score=contender.score,
                votes=contender.votes,
                cost=contender.cost,
                money_before=left,
                verdict=verdict,
                tie_broken_by=deciding_criterion(ahead, contender, tie_break),
            )
        )
        if verdict == "funded":
            left -= contender.cost
        is_stopped = is_stopped or (variant == "no-skip" and verdict == "does-not-fit")
    return Outcome(
        rule="greedy",
        parameters={
            "variant": variant,
            "score": "points" if is_scored_by_points(election.meta.vote_type) else "votes",
        },
        tie_break=tuple(tie_break),
        winners=tuple(d.project for d in decisions if d.verdict == "funded"),
        cost=election.meta.budget - left,
        budget=election.meta.budget,
        scale=election.meta.scale,
        decisions=tuple(decisions),
    )


def _contenders(election: Election) -> list[Contender]:
    counted = zip(election.projects, count_votes(election), scores(election), strict=True)
    return [Contender(p.id, p.cost, votes, score) for p, votes, score in counted]


def _verdict(contender: Contender, left: int, is_stopped: bool) -> Verdict:
    if contender.score == 0:
        return "no-support"
    if is_stopped:
        return "stopped"
    return "funded" if contender.cost <= left else "does-not-fit"
