"""Which districts in force belong to which fifth, as an audit would put them together today."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.audits.findings.preregister import groupings_of
from backend.audits.findings.read_geography import read_geographies
from backend.core.city_cache import CityCache
from backend.places.queries import current_boundary_set, district_shapes
from equity.rates.events import UNKNOWN


@dataclass(frozen=True, slots=True)
class DistrictGroups:
    """One grouping with an order: its groups, and by district row id the one it is in."""

    name: str
    groups: tuple[str, ...]
    of_district: Mapping[int, str]


_kept: CityCache[tuple[DistrictGroups, ...]] = CityCache()


def districts_by_group(session: Session) -> tuple[DistrictGroups, ...]:
    """By income and by age where the census has them; none before boundaries were imported."""
    current = current_boundary_set(session)
    if current is None:
        return ()
    return _kept.get(session, (current.id, current.imported_at), lambda: _read(session))


def _read(session: Session) -> tuple[DistrictGroups, ...]:
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return ()
    ids = [row[0] for row in district_shapes(session, boundary_set.id)]
    geography = read_geographies(session, boundary_set)[0]
    return tuple(
        DistrictGroups(
            one.name,
            one.labels,
            {
                id_: one.labels[code]
                for id_, code in zip(ids, one.of_area.tolist(), strict=True)
                if code != UNKNOWN
            },
        )
        for one in groupings_of(geography)
        if one.is_ordered
    )
