"""Sealing what persons told again with the newest key, so that an old one can be thrown away."""

import sqlalchemy as sa

from backend.core.reseal import Resealing
from backend.core.uow import UnitOfWork
from backend.reports.models import Contact, Incident, OutcomeRating, ServiceRequest


def reseal_contacts(work: UnitOfWork) -> Resealing:
    """Seal what older keys hold with the newest; what cannot be opened stays as it is."""
    resealing = Resealing(work.runtime.keyring)
    rows = work.session.execute(
        sa.select(Contact, ServiceRequest.number)
        .join(ServiceRequest, ServiceRequest.id == Contact.service_request_id)
        .order_by(ServiceRequest.number)
    )
    for contact, number in rows:
        row = contact.service_request_id.bytes
        contact.sealed = resealing.fresh(contact.sealed, row, table="contact", name=number)
    work.decide("keys.rotated", "contacts", count=resealing.count)
    return resealing


def reseal_ratings(work: UnitOfWork) -> Resealing:
    """The same for what residents said in words about how it was dealt with."""
    resealing = Resealing(work.runtime.keyring)
    rows = work.session.execute(
        sa.select(OutcomeRating, Incident.number)
        .join(Incident, Incident.id == OutcomeRating.incident_id)
        .where(OutcomeRating.sealed.is_not(None))
        .order_by(Incident.number, OutcomeRating.id)
    )
    for rating, number in rows:
        rating.sealed = resealing.fresh(
            rating.sealed, rating.id.bytes, table="outcome_rating", name=number
        )
    work.decide("keys.rotated", "ratings", count=resealing.count)
    return resealing
