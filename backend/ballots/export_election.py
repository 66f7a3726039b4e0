"""A stored election as a Pabulib file: every ballot, no voter, and no order of voting."""

import csv
import io

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.models import Ballot, Election, ElectionProject
from backend.ballots.tally.amounts import in_file_unit
from backend.ballots.tally.pabulib_ballots import POINT_TYPES

_PROJECT_COLUMNS = ("project_id", "cost", "votes", "score", "name", "category", "selected")


def export_election(session: Session, election: Election) -> str:
    """The `.pb` text (pabulib.org/format); voters are numbered in the order of random ids."""
    projects = session.scalars(
        sa.select(ElectionProject)
        .where(ElectionProject.election_id == election.id)
        .order_by(ElectionProject.position)
    ).all()
    ballots = session.scalars(
        sa.select(Ballot).where(Ballot.election_id == election.id).order_by(Ballot.id)
    ).all()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([["META"], ["key", "value"], *election.meta.items()])
    writer.writerows(
        [["PROJECTS"], ["project_id", "cost", "votes", "score", "name", "category", "selected"]]
    )
    for project in projects:
        cost = in_file_unit(project.cost, election.money_scale)
        category = project.category and project.category.replace(", ", ",")
        selected = int(project.is_winner if project.is_official is None else project.is_official)
        writer.writerow(
            [project.code, cost, project.votes, project.score, project.name, category, selected]
        )
    codes = [project.code for project in projects]
    has_points = election.vote_type in POINT_TYPES
    writer.writerows([["VOTES"], ["voter_id", "vote", "points"][: 3 if has_points else 2]])
    for number, ballot in enumerate(ballots, start=1):
        points = [",".join(map(str, ballot.points or []))] if has_points else []
        writer.writerow([number, ",".join(codes[choice] for choice in ballot.choices), *points])
    return text.getvalue()
