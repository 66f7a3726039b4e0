"""The city says who it is, and lays its ground map."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import shapely
import sqlalchemy as sa

from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.places.countries import COUNTRIES
from backend.places.models import GROUND_KINDS, City, GroundShape
from backend.places.queries import UNNAMED
from geo.boundaries import is_on_earth


def describe_city(work: UnitOfWork, **changes: str) -> City:
    """Set what is given of the columns of `City`; raises `Invalid` on what there is not."""
    time_zone = changes.get("time_zone", "UTC")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("time-zone-unknown", time_zone=time_zone) from error
    country = changes.get("country")
    if country is not None and country not in COUNTRIES:
        raise Invalid("country-unknown", country=country[:20])
    city = work.session.get(City, 1)
    if city is None:
        columns = [column.key for column in sa.inspect(City).columns]
        city = City(**{name: getattr(UNNAMED, name) for name in columns})
        work.session.add(city)
    for name, value in changes.items():
        setattr(city, name, value)
    work.decide("city.described", "city", **changes)
    return city


def lay_ground(work: UnitOfWork, kind: str, shapes: Iterable[tuple[str, Any]]) -> int:
    """Replace the ground map's shapes of one kind; returns how many there are now."""
    if kind not in GROUND_KINDS:
        raise Invalid("ground-kind-unknown", kind=kind, kinds=GROUND_KINDS)
    work.session.execute(sa.delete(GroundShape).where(GroundShape.kind == kind))
    listed = list(shapes)
    are_placed = is_on_earth(np.array([shape for _, shape in listed], dtype=object))
    rows = [
        GroundShape(kind=kind, name=name[:200], shape=shapely.to_wkb(shape))
        for (name, shape), is_placed in zip(listed, are_placed, strict=True)
        if is_placed and shape is not None and not shape.is_empty
    ]
    work.session.add_all(rows)
    return len(rows)
