"""Publish a cycle: from now on its statement stands, and its phases open by the calendar."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from backend.ballots.cycle.models import CITYWIDE, Cycle, CyclePart
from backend.ballots.cycle.phases import ORDER
from backend.ballots.cycle.queries import calendar_of, find_cycle, parts_of
from backend.ballots.cycle.statement import statement_faults, statement_sha256
from backend.core.errors import Conflict, DomainError, Invalid
from backend.core.uow import UnitOfWork
from backend.places.queries import current_districts

# What is wrong with a form of the ballot beside the rule and the codes of the parts: who knows
# forms is above the cycle.
FormFaults: TypeAlias = Callable[
    [Mapping[str, Any], Mapping[str, Any], Collection[str]], Iterable[DomainError]
]


def publish_cycle(work: UnitOfWork, slug: str, form_faults: FormFaults) -> Cycle:
    """Make a draft public; raises `Invalid` with one list of everything that is missing.

    A cycle is published before its first phase begins: what opened before it was stated would
    skip the statement.
    """
    session = work.session
    cycle = find_cycle(session, slug, lock=True)
    if cycle.published_at is not None:
        raise Conflict("cycle-is-published", slug=slug)
    parts = parts_of(session, cycle)
    faults: list[DomainError] = [
        *statement_faults(cycle, parts),
        *_unknown_parts(session, parts),
        *form_faults(cycle.ballot_form, cycle.rule, [part.code for part in parts]),
    ]
    if calendar_of(session, cycle).spans[ORDER[0]].starts_at < work.now:
        late = Conflict("cycle-published-too-late", pointer="/phases", phase=ORDER[0].value)
        if not faults:
            raise late
        faults.append(late)
    if faults:
        raise Invalid("cycle-not-stated", *faults, count=len(faults))
    cycle.published_at = work.now
    work.decide(
        "cycle.published",
        f"cycle:{slug}",
        statement_sha256=statement_sha256(cycle, parts),
        budget=cycle.budget,
        currency=cycle.currency,
        participation_level=cycle.participation_level,
    )
    return cycle


def _unknown_parts(session: Session, parts: Sequence[CyclePart]) -> Iterator[DomainError]:
    """Parts that are no district of the city, where the city has districts."""
    known = {district.code for district in current_districts(session)}
    for position, part in enumerate(parts):
        if known and part.code != CITYWIDE and part.code not in known:
            yield Invalid("cycle-part-unknown", pointer=f"/parts/{position}/code", part=part.code)
