"""Counting everything again, where somebody has changed the database by hand."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.decision_log import log_end
from backend.core.uow import UnitOfWork
from backend.reports.map_cells.count_cells import add_to_cells, count_incidents, miscounted
from backend.reports.map_cells.models import MapCell


def recount_cells(work: UnitOfWork) -> int:
    """Make every counter what a recount finds; returns how many of the finest were wrong."""
    # Whoever counts holds the end of the log: nobody does until this is done.
    work.decide("map.recounted", "map")
    wrong = len(miscounted(work.session))
    work.session.execute(sa.delete(table_of(MapCell)))
    add_to_cells(work.connection, count_incidents(work.session), log_end(work.session)[0])
    return wrong
