"""A finished election is stored with its tally by any rule, and published to the byte."""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from backend.ballots.analyse import JOB as ANALYSE
from backend.ballots.analyse import analysis_of_voters
from backend.ballots.export_election import export_election
from backend.ballots.models import Ballot, Election, ElectionFile, ElectionProject, Participation
from backend.ballots.published import BALLOTS, RESULT, TRANSCRIPT
from backend.ballots.result_document import result_bytes
from backend.ballots.tally.outcome import Outcome
from backend.ballots.tally.participation import Dimension
from backend.ballots.tally.profile import Election as Profile
from backend.ballots.tally.rule_of_file import Rule, outcome_by
from backend.ballots.tally.score import scores
from backend.ballots.tally.transcript import canonical_json, parameters_of, transcript_sha256
from backend.core.uow import UnitOfWork

# Letters with a stroke, which Unicode does not take apart.
_STROKED = str.maketrans("łŁøØđĐ", "lLoOdD")


def store_election(
    work: UnitOfWork,
    profile: Profile,
    rule: Rule,
    *,
    title: str,
    place: str,
    slug_words: str,
    took_part: Sequence[Dimension] = (),
    source_sha256: str | None = None,
    is_comparison: bool = False,
    ballot_ids: Sequence[str] | None = None,
    money: tuple[str, int] | None = None,
) -> Election:
    """Count, and store projects, ballots, who took part, the outcome and the files of it.

    `slug_words` become its address. `took_part` are counts with small cells withheld; the profile's
    own attributes give counts alone. `source_sha256` is that of the file it came from; one that was
    held here came from none. `is_comparison`: the rule is ours and not the city's.
    `ballot_ids` are 32 hexadecimal digits for each ballot, in the order of the ballots, drawn here
    by default; nothing but the ids orders what is stored and published. `money` is the currency and
    how many of the profile's units make one of it, where its file cannot say so.
    """
    outcome = outcome_by(profile, rule)
    election = _election(work, profile, outcome)
    election.title, election.place = title[:300], place[:200]
    if money is not None:
        election.currency, election.money_scale = money
    election.slug = _unused_slug(work, slug_words)
    election.is_comparison = is_comparison
    election.is_held_here = source_sha256 is None
    election.source_sha256 = source_sha256 or hashlib.sha256(election.slug.encode()).hexdigest()
    work.session.add(election)
    work.session.flush()
    ids = ballot_ids or [work.runtime.ids.ballot_id() for _ in profile.ballots]
    work.session.execute(sa.insert(ElectionProject), _projects(election.id, profile, outcome))
    for table, rows in (
        (Ballot, _ballots(election.id, profile, ids)),
        (Participation, _participation(election.id, took_part)),
    ):
        if rows:
            work.session.execute(sa.insert(table), rows)
    published = _publish(work, election, outcome)
    work.decide(
        "election.tallied",
        f"election:{election.slug}",
        file_sha256=source_sha256,
        published_sha256=published,
        transcript_sha256=election.transcript_sha256,
        winners=list(outcome.winners),
    )
    work.enqueue(ANALYSE, election=election.id)
    return election


def _election(work: UnitOfWork, profile: Profile, outcome: Outcome) -> Election:
    entries = profile.meta.entries
    return Election(
        vote_type=profile.meta.vote_type,
        named_rule=profile.meta.rule[:60],
        currency=entries.get("currency", "")[:3],
        money_scale=profile.meta.scale,
        budget=profile.meta.budget,
        voters=len(profile.ballots),
        meta=dict(entries),
        imported_at=work.now,
        spent=outcome.cost,
        rule_parameters=parameters_of(outcome),
        transcript_sha256=transcript_sha256(outcome),
        analysis=analysis_of_voters(work.session, profile, outcome),
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
                "name": project.name,
                "category": ", ".join(project.categories) or None,
                "cost": project.cost,
                "votes": votes[position],
                "score": points[position],
                "rank": rank,
                "is_winner": decision.is_funded,
                # 3 is money that the vote did not give out.
                "is_official": None if project.selected is None else project.selected in (1, 2),
                "verdict": decision.verdict,
                "selected": project.selected,
                "neighborhood": project.neighborhood or None,
                "subunit": project.subunit or None,
                "latitude": project.latitude,
                "longitude": project.longitude,
                "further": dict(project.further) or None,
            }
        )
    return rows


def _ballots(election_id: int, profile: Profile, ids: Sequence[str]) -> list[dict[str, Any]]:
    rows = [
        {
            "election_id": election_id,
            "id": id,
            "choices": list(ballot.choices),
            "points": None if ballot.points is None else list(ballot.points),
        }
        for id, ballot in zip(ids, profile.ballots, strict=True)
    ]
    # In the order of their random ids: the order of insertion would replay the order of voting.
    return sorted(rows, key=lambda row: str(row["id"]))


def _participation(election_id: int, took_part: Sequence[Dimension]) -> list[dict[str, Any]]:
    return [
        {
            "election_id": election_id,
            "dimension": dimension.name,
            "group_name": cell.label,
            "voters": cell.voters,
        }
        for dimension in took_part
        for cell in dimension.cells
    ]


def _publish(work: UnitOfWork, election: Election, outcome: Outcome) -> dict[str, str]:
    """Keep the files; returns their SHA-256 by name."""
    files = {
        BALLOTS: export_election(work.session, election).encode(),
        RESULT: result_bytes(outcome),
        TRANSCRIPT: canonical_json(outcome),
    }
    published = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    work.session.add_all(
        ElectionFile(
            election_id=election.id,
            name=name,
            sha256=published[name],
            content=zlib.compress(content),
        )
        for name, content in files.items()
    )
    return published


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
