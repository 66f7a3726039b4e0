"""The city and its places: districts in versions, their census, and the quiet ground map."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base, RowId


class City(Base):
    """The single row that says whose installation this is.

    `country` is its two letters of ISO 3166-1.
    """

    __tablename__ = "city"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(120))
    jurisdiction_id: Mapped[str] = mapped_column(sa.String(120))
    time_zone: Mapped[str] = mapped_column(sa.String(60))
    emergency_number: Mapped[str] = mapped_column(sa.String(20))
    currency: Mapped[str] = mapped_column(sa.String(3))
    country: Mapped[str | None] = mapped_column(sa.String(2))


class BoundarySet(Base):
    """One version of the district boundaries; reports keep the version they were read under."""

    __tablename__ = "boundary_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    source_name: Mapped[str] = mapped_column(sa.String(200))
    source_sha256: Mapped[str] = mapped_column(sa.String(64))
    census_source: Mapped[str] = mapped_column(sa.String(200), default="")
    census_vintage: Mapped[str | None] = mapped_column(sa.String(60))
    census_licence: Mapped[str | None] = mapped_column(sa.String(200))
    imported_at: Mapped[datetime]
    is_current: Mapped[bool] = mapped_column(default=False)


class District(Base):
    """A district under one boundary set; `shape` is WKB of a (multi)polygon in WGS84."""

    __tablename__ = "district"
    __table_args__ = (sa.UniqueConstraint("boundary_set_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    boundary_set_id: Mapped[int] = mapped_column(sa.ForeignKey("boundary_set.id"))
    code: Mapped[str] = mapped_column(sa.String(60))
    name: Mapped[str] = mapped_column(sa.String(200))
    area_m2: Mapped[float]
    shape: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)


class CensusFigure(Base):
    """One census measure of one district, such as `population` or `share_65_plus`.

    `margin` is its 90 % margin of error, None where the source gives none.
    """

    __tablename__ = "census_figure"

    district_id: Mapped[int] = mapped_column(sa.ForeignKey("district.id"), primary_key=True)
    measure: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[float]
    margin: Mapped[float | None]


GROUND_KINDS = ("water", "green", "street", "arterial")


class GroundShape(Base):
    """A shape of the ground map, of one of `GROUND_KINDS`; WKB in WGS84."""

    __tablename__ = "ground_shape"
    # Ids are never used again, so that a layer laid anew is told from the one before.
    __table_args__ = (sa.Index(None, "kind", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    shape: Mapped[bytes] = mapped_column(sa.LargeBinary)


class PlaceSource(Base):
    """A file that places by name came from; the same file again changes nothing."""

    __tablename__ = "place_source"
    # Ids are never used again, so that what came anew is told from what was before.
    __table_args__ = (sa.UniqueConstraint("name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    imported_at: Mapped[datetime]


class NamedPlace(Base):
    """A street or a landmark with its name; `shape` is WKB in WGS84.

    The shape of a street known by its houses alone is their points.
    """

    __tablename__ = "named_place"
    __table_args__ = (sa.Index(None, "source_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("place_source.id"))
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(200))
    shape: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Address(Base):
    """A house number of a street, as it is compared; `first` to `last` are equal but for a range.

    Of the ends of a line's range, which are not exact, no house need have the number.
    """

    __tablename__ = "address"

    place_id: Mapped[int] = mapped_column(
        RowId, sa.ForeignKey("named_place.id"), primary_key=True, autoincrement=False
    )
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    last: Mapped[int]
    lon: Mapped[float]
    lat: Mapped[float]
    is_exact: Mapped[bool]
