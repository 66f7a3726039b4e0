"""A stored election as a Pabulib file: every ballot, no voter, and no order of voting."""

from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.models import Ballot, Election, ElectionProject
from backend.ballots.tally import profile
from backend.ballots.tally.amounts import read_whole
from backend.ballots.tally.outcome import Decision, Outcome, Verdict
from backend.ballots.tally.pabulib_writer import write_election
from backend.ballots.tally.ties import TieBreak


def export_election(session: Session, election: Election) -> str:
    """The `.pb` text (pabulib.org/format); a voter is the random id by which a receipt is found.

    Where the election came with the city's own decision, or with a rule that could not be counted
    again, it is written as it came; else with the outcome of the tally.
    """
    projects = session.scalars(
        sa.select(ElectionProject)
        .where(ElectionProject.election_id == election.id)
        .order_by(ElectionProject.position)
    ).all()
    ballots = session.scalars(
        sa.select(Ballot).where(Ballot.election_id == election.id).order_by(Ballot.id)
    ).all()
    is_given = election.is_comparison or any(one.is_official is not None for one in projects)
    outcome = None if is_given else _outcome(election, projects)
    ids = [ballot.id for ballot in ballots]
    return write_election(_profile(election, projects, ballots), outcome, voters=ids)


def _profile(
    election: Election, projects: Sequence[ElectionProject], ballots: Sequence[Ballot]
) -> profile.Election:
    meta = profile.Meta(
        vote_type=cast("profile.VoteType", election.vote_type),
        budget=election.budget,
        scale=_file_scale(election),
        rule=election.named_rule,
        max_length=read_whole(election.meta.get("max_length", "")),
        default_score=read_whole(election.meta.get("default_score", "")) or 0,
        entries=election.meta,
    )
    return profile.Election(
        meta,
        tuple(map(_project, projects)),
        tuple(
            profile.Ballot(tuple(one.choices), None if one.points is None else tuple(one.points))
            for one in ballots
        ),
    )


def _file_scale(election: Election) -> int:
    """What the file's amounts were multiplied by; pages may show them in a larger unit."""
    scale: int = (election.rule_parameters or {}).get("scale", election.money_scale)
    return scale


def _project(row: ElectionProject) -> profile.Project:
    return profile.Project(
        id=row.code,
        cost=row.cost,
        name=row.name,
        categories=tuple(row.category.split(", ")) if row.category else (),
        votes=str(row.votes),
        score=str(row.score),
        selected=row.selected,
        neighborhood=row.neighborhood or "",
        subunit=row.subunit or "",
        latitude=row.latitude,
        longitude=row.longitude,
        further=row.further or {},
    )


def _outcome(election: Election, projects: Sequence[ElectionProject]) -> Outcome | None:
    """What the file says of it: the rule with its parameters, and who was funded."""
    if election.rule_parameters is None:
        return None
    told = dict(election.rule_parameters)
    ties = TieBreak(tuple(told.pop("tie_break")), told.pop("seed", ""))
    rule = told.pop("rule")
    told.pop("budget", None)
    told.pop("scale", None)
    decisions = tuple(
        Decision(row.code, row.score, row.votes, row.cost, 0, cast("Verdict", row.verdict))
        for row in projects
    )
    return Outcome(
        rule=rule,
        parameters=told,
        ties=ties,
        winners=tuple(one.project for one in decisions if one.is_funded),
        cost=election.spent or 0,
        budget=election.budget,
        scale=_file_scale(election),
        decisions=decisions,
    )
