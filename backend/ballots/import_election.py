"""A finished election comes in from its file, counted by the rule of its result or of the file."""

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from backend.ballots.events import ElectionImported
from backend.ballots.models import Election
from backend.ballots.result_document import PublishedResult
from backend.ballots.store_election import store_election
from backend.ballots.stored_rule import rule_of_parameters
from backend.ballots.tally.greedy import Greedy
from backend.ballots.tally.pabulib import read_election
from backend.ballots.tally.participation import participation
from backend.ballots.tally.profile import Election as Profile
from backend.ballots.tally.rule_of_file import Rule, rule_of_file
from backend.core.errors import Conflict
from backend.core.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ImportedElection:
    """The stored election, and whether this call stored it."""

    election: Election
    is_new: bool


def import_election(
    work: UnitOfWork, data: bytes, published: PublishedResult | None = None
) -> ImportedElection:
    """Store a Pabulib file and its outcome; the same file twice is one election.

    `published` says by which rule. Else, where the file names no rule that says how to count, it
    is counted by greedy for comparison. Raises `InvalidElection` on a file that cannot be tallied,
    `Invalid` where the count is not that of the result, and `Conflict` where the file is stored
    with another rule than that of the result.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    known = work.session.scalar(sa.select(Election).where(Election.source_sha256 == sha256))
    if known is not None:
        _check_rule(known, published)
        return ImportedElection(known, is_new=False)
    profile = read_election(data)
    entries = profile.meta.entries
    rule = published.rule if published else _countable_rule(profile)
    place = ", ".join(filter(None, (entries.get("subunit"), entries.get("unit"))))
    names = (entries.get(key, "") for key in ("unit", "instance", "subunit"))
    election = store_election(
        work,
        profile,
        rule or Greedy(),
        title=entries.get("description") or place or "Election",
        place=place,
        slug_words=" ".join(names),
        took_part=participation(profile),
        source_sha256=sha256,
        is_comparison=rule is None,
    )
    if published:
        published.check(election.transcript_sha256)
    work.emit(ElectionImported(election.id))
    return ImportedElection(election, is_new=True)


def _check_rule(known: Election, published: PublishedResult | None) -> None:
    parameters = known.rule_parameters
    if published and parameters and rule_of_parameters(parameters) != published.rule:
        raise Conflict("election-counted-otherwise", slug=known.slug)


def _countable_rule(profile: Profile) -> Rule | None:
    """The rule of the file, where the file says all that it takes to count by it."""
    rule = rule_of_file(profile)
    if isinstance(rule, Greedy) and rule.variant == "threshold" and rule.threshold is None:
        return None
    return rule
