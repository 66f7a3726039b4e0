"""The catalogue was changed: what was kept of it holds no longer."""

import sqlalchemy as sa

from backend.core.events import Event
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import forget_catalogue
from backend.reports.models import Catalogue


def mark_catalogue(work: UnitOfWork) -> None:
    """Count a change; every process reads the catalogue anew once this is committed."""
    forget_catalogue(work.session)
    counted = sa.update(Catalogue).values(version=Catalogue.version + 1).returning(Catalogue.id)
    if work.session.scalar(counted) is None:
        work.session.add(Catalogue(id=1, version=1))


def on_services_changed(work: UnitOfWork, _event: Event) -> None:
    """Services were set, or came in with requests of another system."""
    mark_catalogue(work)


def on_boundaries_imported(work: UnitOfWork, _event: Event) -> None:
    """Reports lie in other districts; they have a version of their own."""
    forget_catalogue(work.session)
