"""Which city, districts and figures: every read of the places slice, always ordered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.core.db import table_of
from backend.places.models import (
    GROUND_KINDS,
    Address,
    BoundarySet,
    CensusFigure,
    City,
    District,
    GroundShape,
    NamedPlace,
    PlaceSource,
)

# What a city is called before anybody has said so.
UNNAMED = City(
    id=1,
    name="Your city",
    jurisdiction_id="city.example",
    time_zone="UTC",
    emergency_number="112",
    currency="EUR",
    country=None,
)

_BOUNDARY_SET = table_of(BoundarySet)
_CURRENT_VERSION = sa.select(_BOUNDARY_SET.c.id, _BOUNDARY_SET.c.imported_at).where(
    _BOUNDARY_SET.c.is_current
)


def the_city(session: Session) -> City:
    """The city this database belongs to."""
    return session.get(City, 1) or UNNAMED


def current_boundary_set(session: Session) -> BoundarySet | None:
    """The version of the boundaries in force, None before the first import."""
    return session.scalar(sa.select(BoundarySet).where(BoundarySet.is_current))


def boundary_set_of(session: Session, source_sha256: str) -> BoundarySet | None:
    """The version that came from a file with this hash: in force if it is, else the newest."""
    return session.scalar(
        sa.select(BoundarySet)
        .where(BoundarySet.source_sha256 == source_sha256)
        .order_by(BoundarySet.is_current.desc(), BoundarySet.id.desc())
        .limit(1)
    )


def current_boundary_version(session: Session) -> tuple[int, datetime] | None:
    """The row id and the moment of the boundaries in force: tells one import from any other.

    The moment too, because a row id is given out again when an import is undone.
    """
    row = session.execute(_CURRENT_VERSION).one_or_none()
    return None if row is None else (row.id, row.imported_at)


def current_districts(session: Session) -> list[District]:
    """The districts in force, by name."""
    return list(
        session.scalars(
            sa.select(District)
            .join(BoundarySet, BoundarySet.id == District.boundary_set_id)
            .where(BoundarySet.is_current)
            .order_by(District.name, District.code)
        )
    )


def district_shapes(session: Session, boundary_set_id: int) -> list[tuple[int, str, bytes]]:
    """Id, code and WKB of each district of one version, by code."""
    rows = session.execute(
        sa.select(District.id, District.code, District.shape)
        .where(District.boundary_set_id == boundary_set_id)
        .order_by(District.code)
    )
    return [(row.id, row.code, row.shape) for row in rows]


def census_of(session: Session, boundary_set_id: int) -> dict[int, dict[str, float]]:
    """Figures by district id and measure for one version of the boundaries."""
    return _by_district(session, boundary_set_id, CensusFigure.value)


def census_margins_of(session: Session, boundary_set_id: int) -> dict[int, dict[str, float]]:
    """Their 90 % margins of error, for those that have one."""
    return _by_district(session, boundary_set_id, CensusFigure.margin)


def _by_district(
    session: Session, boundary_set_id: int, column: InstrumentedAttribute[Any]
) -> dict[int, dict[str, float]]:
    rows = session.execute(
        sa.select(CensusFigure.district_id, CensusFigure.measure, column)
        .join(District, District.id == CensusFigure.district_id)
        .where(District.boundary_set_id == boundary_set_id, column.is_not(None))
        .order_by(CensusFigure.district_id, CensusFigure.measure)
    )
    figures: dict[int, dict[str, float]] = {}
    for district_id, measure, value in rows:
        figures.setdefault(district_id, {})[measure] = value
    return figures


def ground_shapes(session: Session) -> list[GroundShape]:
    """The quiet ground map, in the order it is drawn."""
    order = sa.case({"green": 0, "water": 1, "street": 2, "arterial": 3}, value=GroundShape.kind)
    return list(session.scalars(sa.select(GroundShape).order_by(order, GroundShape.id)))


def districts_of(session: Session, boundary_set_id: int) -> dict[int, District]:
    """The districts of one version by row id, in the order of their names."""
    rows = session.scalars(
        sa.select(District)
        .where(District.boundary_set_id == boundary_set_id)
        .order_by(District.name, District.code)
    )
    return {district.id: district for district in rows}


def ground_version(session: Session) -> tuple[int | None, ...]:
    """Changes whenever a layer of the ground map is laid anew."""
    return tuple(session.execute(_NEWEST_OF_EACH).one())


_GROUND = table_of(GroundShape)
# Ids are never used again, so the newest of a kind tells; to count them would be to read them all.
_NEWEST_OF_EACH = sa.select(
    *(
        sa.select(sa.func.max(_GROUND.c.id)).where(_GROUND.c.kind == kind).scalar_subquery()
        for kind in GROUND_KINDS
    )
)


def places_version(session: Session) -> tuple[int, int]:
    """Changes whenever places by name are imported."""
    row = session.execute(_NEWEST_SOURCE).one()
    return (row[0] or 0, row[1])


_NEWEST_SOURCE = sa.select(sa.func.max(PlaceSource.id), sa.func.count())


def ground_names(session: Session) -> list[tuple[str, str, bytes]]:
    """Kind, name and WKB of every shape of the ground map that has a name."""
    rows = session.execute(
        sa.select(GroundShape.kind, GroundShape.name, GroundShape.shape)
        .where(GroundShape.name != "")
        .order_by(GroundShape.id)
    )
    return [(row.kind, row.name, row.shape) for row in rows]


def named_places(session: Session) -> list[tuple[int, str, str, bytes]]:
    """Id, kind, name and WKB of every place that was imported by name."""
    rows = session.execute(
        sa.select(NamedPlace.id, NamedPlace.kind, NamedPlace.name, NamedPlace.shape).order_by(
            NamedPlace.id
        )
    )
    return [(row.id, row.kind, row.name, row.shape) for row in rows]


_ADDRESS = table_of(Address)
_ADDRESSES = (
    sa.select(_ADDRESS)
    .where(
        _ADDRESS.c.place_id.in_(sa.bindparam("places", expanding=True)),
        _ADDRESS.c.first.between(sa.bindparam("least"), sa.bindparam("most")),
    )
    .order_by(_ADDRESS.c.place_id, _ADDRESS.c.first, _ADDRESS.c.number)
)


def addresses_around(
    session: Session, places: Sequence[int], number: int, reach: int
) -> Sequence[sa.Row[Any]]:
    """The house numbers of some places that are at most `reach` from `number`, in order."""
    around = {"places": list(places), "least": number - reach, "most": number + reach}
    return session.execute(_ADDRESSES, around).all()
