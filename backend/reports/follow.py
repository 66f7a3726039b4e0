"""Residents follow a report, and stop following it; nobody else is told."""

import sqlalchemy as sa

from backend.core.db import lock_id
from backend.core.errors import Forbidden
from backend.core.uow import UnitOfWork
from backend.reports.commands import Follow, Unfollow
from backend.reports.models import Follower
from backend.reports.queries import find_request


def follow(work: UnitOfWork, command: Follow) -> bool:
    """Follow a report, and say whether that is new; doing it twice is doing it once.

    Raises `Forbidden` without a token, as nobody could be told from anybody then.
    """
    request = find_request(work.session, command.number)
    if work.actor.reporter is None:
        raise Forbidden("follower-unknown")
    lock_id(work.session, request.id)
    if work.session.get(Follower, (request.id, work.actor.reporter)) is not None:
        return False
    work.session.add(
        Follower(service_request_id=request.id, follower_hash=work.actor.reporter, since=work.now)
    )
    return True


def unfollow(work: UnitOfWork, command: Unfollow) -> bool:
    """Stop following a report, under whichever of the actor's hashes; whether it was followed."""
    request = find_request(work.session, command.number)
    ended = work.session.execute(
        sa.delete(Follower)
        .where(
            Follower.service_request_id == request.id,
            Follower.follower_hash.in_(work.actor.reporters),
        )
        .returning(Follower.service_request_id)
    )
    return bool(ended.all())
