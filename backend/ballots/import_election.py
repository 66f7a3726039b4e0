"""A finished election goes in: its ballots shuffled, its voters as counts, its result published."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backend.ballots.events import ElectionImported
from backend.ballots.models import Ballot, Election, ElectionProject, Participation
from backend.ballots.tally.greedy import Greedy, Variant, greedy
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.participation import participation
from backend.ballots.tally.profile import Election as Profile
from backend.ballots.tally.score import scores
from backend.ballots.tally.transcript import transcript_sha256
from backend.core.uow import UnitOfWork

# Letters with a stroke, which Unicode does not take apart.
_STROKED = str.maketrans("łŁøØđĐ", "lLoOdD")


@dataclass(frozen=True, slots=True)
class ImportedElection:
    """The stored election, and whether this call stored it."""

    election: Election
    is_new: bool


def import_election(work: UnitOfWork, data: bytes) -> ImportedElection:
    """Store a Pabulib file and its outcome; the same file twice is one election.

    The outcome is greedy's, with the variant the file names; raises `InvalidElection` on a file
    that cannot be tallied.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    known = work.session.scalar(sa.select(Election).where(Election.source_sha256 == sha256))
    if known is not None:
        return ImportedElection(known, is_new=False)
    profile = read_election(data)
    variant: Variant = "no-skip" if profile.meta.rule == "greedy-no-skip" else "skip"
    outcome = greedy(profile, Greedy(variant))
    election = _election(work, profile, outcome, sha256)
    work.session.add(election)
    work.session.flush()
    work.session.execute(sa.insert(ElectionProject), _projects(election.id, profile, outcome))
    if profile.ballots:
        work.session.execute(sa.insert(Ballot), _ballots(work, election.id, profile))
    groups = _participation(election.id, profile)
    if groups:
        work.session.execute(sa.insert(Participation), groups)
    work.decide(
        "election.tallied",
        f"election:{election.slug}",
        file_sha256=sha256,
        transcript_sha256=election.transcript_sha256,
        winners=list(outcome.winners),
    )
    work.emit(ElectionImported(election.id))
    return ImportedElection(election, is_new=True)


def _election(work: UnitOfWork, profile: Profile, outcome: Outcome, sha256: str) -> Election:
    entries = profile.meta.entries
    place = ", ".join(filter(None, (entries.get("subunit"), entries.get("unit"))))
    title = entries.get("description") or place or "Election"
    return Election(
        slug=_unused_slug(
            work,
            f"{entries.get('unit', '')} {entries.get('instance', '')} {entries.get('subunit', '')}",
        ),
        title=title[:300],
        place=place[:200],
        vote_type=profile.meta.vote_type,
        named_rule=profile.meta.rule[:60],
        currency=entries.get("currency", "")[:3],
        money_scale=profile.meta.scale,
        budget=profile.meta.budget,
        voters=len(profile.ballots),
        meta=dict(entries),
        source_sha256=sha256,
        imported_at=work.now,
        spent=outcome.cost,
        rule_parameters={
            "rule": outcome.rule,
            "tie_break": list(outcome.ties.criteria),
            **outcome.parameters,
        },
        transcript_sha256=transcript_sha256(outcome),
    )


def _projects(election_id: int, profile: Profile, outcome: Outcome) -> list[dict[str, Any]]:
    decided = {one.project: (rank, one) for rank, one in enumerate(outcome.decisions, start=1)}
    votes, points = profile.votes, scores(profile)
    rows = []
    for position, project in enumerate(profile.projects):
        rank, decision = decided[project.id]
        rows.append(
            {
                "election_id": election_id,
                "position": position,
                "code": project.id,
                "name": project.name or project.id,
                "category": ", ".join(project.categories) or None,
                "cost": project.cost,
                "votes": votes[position],
                "score": points[position],
                "rank": rank,
                "is_winner": decision.is_funded,
                "is_official": None if project.selected is None else project.selected > 0,
                "verdict": decision.verdict,
            }
        )
    return rows


def _ballots(work: UnitOfWork, election_id: int, profile: Profile) -> list[dict[str, Any]]:
    rows = [
        {
            "election_id": election_id,
            "id": work.runtime.ids.ballot_id(),
            "choices": list(ballot.choices),
            "points": None if ballot.points is None else list(ballot.points),
        }
        for ballot in profile.ballots
    ]
    # In the order of their random ids: the order of insertion would replay the order of voting.
    return sorted(rows, key=lambda row: str(row["id"]))


def _participation(election_id: int, profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "election_id": election_id,
            "dimension": dimension.name,
            "group_name": cell.label,
            "voters": cell.voters,
        }
        for dimension in participation(profile)
        for cell in dimension.cells
    ]


def _unused_slug(work: UnitOfWork, words: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", words.translate(_STROKED))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100] or "election"
    taken = set(
        work.session.scalars(sa.select(Election.slug).where(Election.slug.startswith(stem)))
    )
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
