"""Sealing what persons told again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.reports.models import Contact, OutcomeRating


def reseal_contacts(work: UnitOfWork) -> int:
    """Seal what older keys hold with the newest; returns how many there were."""
    keyring = work.runtime.keyring
    count = 0
    for contact in work.session.scalars(sa.select(Contact)):
        if keyring.key_id(contact.sealed) != keyring.newest:
            row = contact.service_request_id.bytes
            contact.sealed = keyring.seal(keyring.open(contact.sealed, row), row)
            count += 1
    work.decide("keys.rotated", "contacts", count=count)
    return count


def reseal_ratings(work: UnitOfWork) -> int:
    """The same for what residents said in words about how it was dealt with."""
    keyring = work.runtime.keyring
    count = 0
    is_sealed = OutcomeRating.sealed.is_not(None)
    for rating in work.session.scalars(sa.select(OutcomeRating).where(is_sealed)):
        if rating.sealed is not None and keyring.key_id(rating.sealed) != keyring.newest:
            row = rating.id.bytes
            rating.sealed = keyring.seal(keyring.open(rating.sealed, row), row)
            count += 1
    work.decide("keys.rotated", "ratings", count=count)
    return count
