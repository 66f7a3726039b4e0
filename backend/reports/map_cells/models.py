"""The counters behind the count maps."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class MapCell(Base):
    """How many incidents of one kind, state and district lie in one square of the map.

    `square` is the Morton number (geo/tiles.py) of an eighth of a tile's side at `zoom`. Counted is
    where the public is told that an incident lies. A row stays when nothing is left to count.
    """

    __tablename__ = "map_cell"
    # Read in stretches of its key, so SQLite keeps the rows in that order.
    __table_args__ = ({"sqlite_with_rowid": False},)

    zoom: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    square: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    service_code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    state: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    # 0 where it lies in no district.
    district_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    incidents: Mapped[int]
    # The decision that last changed what a map shows of it: rises in the order of commits.
    changed_sequence: Mapped[int] = mapped_column(RowId)
