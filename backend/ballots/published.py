"""The files beside every result: what they are called, and where they lie."""

import json
import zlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.ballots.export_election import export_election
from backend.ballots.models import Election, ElectionFile
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.profile import Election as Profile
from backend.core.errors import NotFound

BALLOTS = "ballots.pb"
RESULT = "result.json"
TRANSCRIPT = "transcript.json"


def hashes_of(session: Session, election: Election) -> dict[str, str]:
    """The SHA-256 of each published file by its name; none of an election of the first days."""
    rows = session.execute(
        sa.select(ElectionFile.name, ElectionFile.sha256)
        .where(ElectionFile.election_id == election.id)
        .order_by(ElectionFile.name)
    )
    return {row.name: row.sha256 for row in rows}


def published_file(session: Session, election: Election, name: str) -> bytes:
    """A file to the byte; raises `NotFound` where it was not published.

    The ballots of an election that was stored before files were kept are written anew.
    """
    content = session.scalar(
        sa.select(ElectionFile.content).where(
            ElectionFile.election_id == election.id, ElectionFile.name == name
        )
    )
    if content is not None:
        return zlib.decompress(content)
    if name == BALLOTS:
        return export_election(session, election).encode()
    raise NotFound("election-file-not-found", name=name, slug=election.slug)


def transcript_of(session: Session, election: Election) -> dict[str, Any]:
    """The transcript as JSON values, empty where none was published."""
    try:
        parts: dict[str, Any] = json.loads(published_file(session, election, TRANSCRIPT))
    except NotFound:
        return {}
    return parts


def rounds_of(told: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By project, the rounds of a transcript in which supporters paid for what won."""
    if told.get("facts", {}).get("result_of") == "greedy":
        return {}  # the others are what Equal Shares would have bought
    return {one["project"]: one for one in told.get("rounds", ())}


def published_profile(session: Session, election: Election) -> Profile:
    """The election as a stranger has it: read from its published file."""
    return read_election(published_file(session, election, BALLOTS))
