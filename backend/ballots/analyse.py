"""What a count means for voters and projects: found once, never for a reader.

What needs the voters' attributes is found while they are at hand, when the election is stored. The
rest comes in the background. By how much each project lost is found by counting again and again,
so that comes some projects at a time, and whatever was found is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from backend.ballots.models import Election
from backend.ballots.published import published_profile
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.ejr_plus import Violation, ejr_plus_violations
from backend.ballots.tally.equal_shares import EqualShares
from backend.ballots.tally.margins import margins
from backend.ballots.tally.metrics import (
    SPENDING_DIMENSIONS,
    GroupSatisfaction,
    Metrics,
    Spending,
    metrics,
    satisfaction_by,
    spending_by,
)
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.profile import Election as Profile
from backend.ballots.tally.rule_of_file import Rule, outcome_by
from backend.ballots.tally.shares_account import SharesAccount, shares_account
from backend.ballots.tally.side_by_side import Side, side_by_side, usual_pair
from backend.ballots.tally.transcript import parameters_of
from backend.core.jobs import PreparedJob
from backend.core.uow import UnitOfWork
from backend.places.queries import census_of, current_boundary_set, districts_of

JOB = "analyse_election"
# So many projects that reading the ballots again is a small part, and that no lease runs out: one
# may take half a minute where Equal Shares raises the shares of a large city.
_AT_A_TIME = {"greedy": 40, "phragmen": 10, "equal-shares": 5}
# Where it is missing, an earlier version analysed the election, or none did.
_NEWEST_PART = "other_rules"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What to add to an election's analysis, by name; `is_more` when another turn is needed."""

    election_id: int
    parts: Mapping[str, Any]
    is_more: bool


def analysis_of_voters(session: Session, profile: Profile, outcome: Outcome) -> Json:
    """As JSON values; groups of voters are withheld where small. Shares are of 1."""
    people = _residents(session)
    spending = {
        dimension: spending_by(
            profile, outcome, dimension, people if dimension == "district" else None
        )
        for dimension in SPENDING_DIMENSIONS
    }
    return {
        "voters": _metrics(metrics(profile, outcome)),
        "satisfaction": {
            dimension: [_group(group) for group in groups]
            for dimension, groups in satisfaction_by(profile, outcome).items()
        },
        "spending": {
            dimension: [_spending(row) for row in rows]
            for dimension, rows in spending.items()
            if any(row.label and row.approval_share for row in rows)
        },
    }


def _residents(session: Session) -> dict[str, int]:
    """Residents by the name of their district, as far as the city's census says."""
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return {}
    census = census_of(session, boundary_set.id)
    return {
        district.name: round(census[id]["population"])
        for id, district in districts_of(session, boundary_set.id).items()
        if "population" in census.get(id, {})
    }


def lacks_a_part(election: Election) -> bool:
    """Whether something of the election as a whole was never looked for."""
    return election.rule_parameters is not None and _NEWEST_PART not in (election.analysis or {})


def find_next(session: Session, _now: datetime, payload: Json) -> Found | None:
    """The next part of what is not known yet of the election with the id in `payload`."""
    election = session.get(Election, int(payload["election"]))
    if election is None or election.rule_parameters is None:
        return None
    id, known = election.id, election.analysis or {}
    rule = rule_of_parameters(election.rule_parameters)
    profile = published_profile(session, election)
    session.rollback()  # no snapshot is held for the minutes this may take
    return _next(id, profile, rule, outcome_by(profile, rule), known)


def analyse_now(work: UnitOfWork, election: Election) -> None:
    """All of it in this transaction: for an election that is small enough."""
    rule = rule_of_parameters(election.rule_parameters or {})
    profile, is_more = published_profile(work.session, election), True
    outcome = outcome_by(profile, rule)
    while is_more:
        found = _next(election.id, profile, rule, outcome, election.analysis or {})
        election.analysis = {**(election.analysis or {}), **found.parts}
        is_more = found.is_more


def keep_found(work: UnitOfWork, found: Found | None) -> None:
    """Add it, and ask for the next part where there is one."""
    if found is None:
        return
    election = work.session.get_one(Election, found.election_id)
    election.analysis = {**(election.analysis or {}), **found.parts}
    if found.is_more:
        work.enqueue(JOB, election=found.election_id)


def _next(id: int, profile: Profile, rule: Rule, outcome: Outcome, known: Json) -> Found:
    found = dict(known.get("margins", {}))
    if _NEWEST_PART not in known:
        return Found(id, _whole(profile, rule, outcome) | {"margins": found}, is_more=True)
    lost = [one.project for one in outcome.decisions if not one.is_funded]
    left = [project for project in lost if project not in found]
    now = left[: _AT_A_TIME[outcome.rule]]
    for one in margins(profile, rule, outcome, now) if now else ():
        found[one.project] = {"votes": one.votes, "reduction": one.reduction}
    return Found(id, {"margins": found}, is_more=len(now) < len(left))


ANALYSE_JOB = PreparedJob(find_next, keep_found)


def _whole(profile: Profile, rule: Rule, outcome: Outcome) -> Json:
    """What is found of the election as a whole."""
    pair = side_by_side(profile, usual_pair(profile, outcome.ties))
    sides, own = (pair.first, pair.second), parameters_of(outcome)
    violations = ejr_plus_violations(profile, outcome)
    found: Json = {
        "violations": [_violation(one) for one in violations],
        "side_by_side": [_side(side) for side in sides],
        "other_rules": [_other(side) for side in sides if parameters_of(side.outcome) != own],
    }
    if isinstance(rule, EqualShares) and outcome.facts.get("result_of") != "greedy":
        found["shares"] = _account(shares_account(profile, rule, outcome))
    return found


def _account(books: SharesAccount) -> Json:
    return {
        "left": round(books.left),
        "spent_all": books.spent_all,
        "spent_nothing": books.spent_nothing,
        "left_behind": {code: round(held) for code, held in books.left_behind.items()},
    }


def _metrics(found: Metrics) -> Json:
    return {
        "excluded": found.excluded,
        "mean_approved_winners": _rounded(found.mean_approved_winners),
        "gini": _rounded(found.gini),
        "money_used": _rounded(found.money_used),
    }


def _group(group: GroupSatisfaction) -> Json:
    return {
        "label": group.label,
        "mean_approved_winners": _rounded(group.mean_approved_winners),
        "excluded_share": _rounded(group.excluded_share),
    }


def _spending(row: Spending) -> Json:
    return {
        "label": row.label,
        "spent": round(row.spent),
        "share": _rounded(row.share),
        "approval_share": _rounded(row.approval_share),
        "voter_share": _rounded(row.voter_share),
        "resident_share": _rounded(row.resident_share),
    }


def _violation(one: Violation) -> Json:
    return {
        "project": one.project,
        "group": one.group,
        "worth": one.worth,
        "share": round(one.share),
    }


def _side(side: Side) -> Json:
    return {
        "rule": side.outcome.rule,
        "winners": len(side.outcome.winners),
        "cost": side.outcome.cost,
        "only": list(side.only),
        "preferred_by": side.preferred_by,
        "violations": len(side.violations),
        **_metrics(side.metrics),
    }


def _other(side: Side) -> Json:
    return {
        "rule": side.outcome.rule,
        "winners": list(side.outcome.winners),
        "spent": side.outcome.cost,
        "excluded": side.metrics.excluded,
    }


def _rounded(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 4)
