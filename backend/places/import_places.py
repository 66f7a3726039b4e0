"""Streets, addresses and landmarks come in from a file, whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from backend.core.db import table_of
from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.places.locate import district_map
from backend.places.models import Address, NamedPlace, PlaceSource
from backend.places.place_file import STREET, PlaceFile, ReadAddress
from backend.places.same_name import group_pieces
from backend.places.typed_name import key_of
from geo.coordinates import FAR_METRES
from geo.projection import Plane


@dataclass(frozen=True, slots=True)
class ImportedPlaces:
    """How many there are now of this file, and how many it has outside of the city."""

    is_new: bool
    places: int
    addresses: int
    outside: int


def import_places(work: UnitOfWork, file: PlaceFile, *, only: bool = False) -> ImportedPlaces:
    """Keep the places of `file` instead of those that came from a file of its name before.

    With `only`, instead of all that came from any file. What lies far outside of the districts in
    force is left out; raises `Invalid` where that is everything.
    """
    inside = _inside(work, file)
    if only:
        _forget(work, PlaceSource.name != file.source_name)
    known = work.session.scalar(sa.select(PlaceSource).filter_by(name=file.source_name))
    is_new = known is None or known.sha256 != inside.sha256
    if is_new:
        _forget(work, PlaceSource.name == file.source_name)
        _add(work, inside)
    return ImportedPlaces(
        is_new,
        len(inside.places),
        len(inside.addresses),
        len(file.places) + len(file.addresses) - len(inside.places) - len(inside.addresses),
    )


def _inside(work: UnitOfWork, file: PlaceFile) -> PlaceFile:
    districts = district_map(work.session)
    if districts is None:
        return file
    city = districts.extent.padded(FAR_METRES)
    box = shapely.box(city.west, city.south, city.east, city.north)
    places = tuple(place for place in file.places if place.shape.intersects(box))
    addresses = tuple(one for one in file.addresses if city.contains(one.lon, one.lat))
    if not (places or addresses):
        count = len(file.places) + len(file.addresses)
        raise Invalid("places-elsewhere", file=file.source_name, count=count)
    return PlaceFile(file.source_name, file.sha256, places, addresses, file.unreadable)


def _forget(work: UnitOfWork, which: sa.ColumnElement[bool]) -> None:
    sources = sa.select(PlaceSource.id).where(which)
    places = sa.select(NamedPlace.id).where(NamedPlace.source_id.in_(sources))
    for rows in (
        sa.delete(Address).where(Address.place_id.in_(places)),
        sa.delete(NamedPlace).where(NamedPlace.source_id.in_(sources)),
        sa.delete(PlaceSource).where(which),
    ):
        work.session.execute(rows.execution_options(synchronize_session=False))
    work.session.expire_all()


def _add(work: UnitOfWork, file: PlaceFile) -> None:
    source = PlaceSource(name=file.source_name, sha256=file.sha256, imported_at=work.now)
    work.session.add(source)
    work.session.flush()
    work.session.add_all(
        NamedPlace(
            source_id=source.id, kind=one.kind, name=one.name, shape=shapely.to_wkb(one.shape)
        )
        for one in file.places
    )
    streets = _streets(file.addresses)
    rows = [
        NamedPlace(
            source_id=source.id,
            kind=STREET,
            name=houses[0].street,
            shape=shapely.to_wkb(shapely.multipoints([(one.lon, one.lat) for one in houses])),
        )
        for houses in streets
    ]
    work.session.add_all(rows)
    work.session.flush()
    numbers = [
        number
        for row, houses in zip(rows, streets, strict=True)
        for number in _numbers(row.id, houses)
    ]
    if numbers:
        work.session.execute(sa.insert(table_of(Address)), numbers)


def _streets(addresses: Sequence[ReadAddress]) -> list[list[ReadAddress]]:
    """The addresses of each street: of one name, and not far from each other."""
    if not addresses:
        return []
    points = shapely.points([(one.lon, one.lat) for one in addresses])
    keys: dict[str, str] = {}
    for one in addresses:
        if one.street not in keys:
            keys[one.street] = key_of(one.street)
    flat: Any = np.asarray(Plane.around(points).to_plane(points), dtype=object)
    groups = group_pieces([keys[one.street] for one in addresses], flat)
    return [[addresses[row] for row in rows] for rows in groups]


def _numbers(place_id: int, houses: Sequence[ReadAddress]) -> list[dict[str, Any]]:
    """Each number once: a house's own place before the end of a range."""
    chosen: dict[tuple[int, str], ReadAddress] = {}
    for one in houses:
        key = (one.number.first, one.number.text)
        if key not in chosen or (one.is_exact and not chosen[key].is_exact):
            chosen[key] = one
    return [
        {
            "place_id": place_id,
            "first": one.number.first,
            "number": one.number.text,
            "last": one.number.last,
            "lon": one.lon,
            "lat": one.lat,
            "is_exact": one.is_exact,
        }
        for one in chosen.values()
    ]
