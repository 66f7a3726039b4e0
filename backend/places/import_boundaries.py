"""A new version of the districts comes into force, whole or not at all."""

from collections.abc import Iterable

import shapely
import sqlalchemy as sa

from backend.core.uow import UnitOfWork
from backend.places.boundary_file import DistrictFile
from backend.places.events import BoundariesImported
from backend.places.models import BoundarySet, CensusFigure, District
from backend.places.queries import current_boundary_set, districts_of
from geo.projection import Plane


def import_boundaries(work: UnitOfWork, file: DistrictFile) -> BoundarySet:
    """Store the districts and make them the current ones; earlier versions stay.

    The file that is in force already makes no new version: its census figures, where it comes with
    some, take the place of those before.
    """
    previous = current_boundary_set(work.session)
    if previous is not None:
        same = _same_districts(work, previous, file)
        if same is not None:
            _replace_census(work, previous, same, file)
            return previous
        previous.is_current = False
    boundary_set = BoundarySet(
        source_name=file.source_name,
        source_sha256=file.source_sha256,
        imported_at=work.now,
        is_current=True,
    )
    work.session.add(boundary_set)
    work.session.flush()
    districts = _districts(file, boundary_set)
    work.session.add_all(districts)
    work.session.flush()
    _add_census(work, boundary_set, districts, file)
    work.decide(
        "boundaries.imported",
        f"boundaries:{boundary_set.id}",
        file=file.source_name,
        sha256=file.source_sha256,
        districts=len(districts),
    )
    work.emit(BoundariesImported(boundary_set.id))
    return boundary_set


def _districts(file: DistrictFile, boundary_set: BoundarySet) -> list[District]:
    boundaries = file.boundaries
    plane = Plane.around(boundaries.geometries)
    return [
        District(
            boundary_set_id=boundary_set.id,
            code=code,
            name=name,
            area_m2=float(plane.to_plane(shape).area),
            shape=shapely.to_wkb(shape),
        )
        for code, name, shape in zip(
            boundaries.ids, boundaries.names, boundaries.geometries, strict=True
        )
    ]


def _same_districts(
    work: UnitOfWork, previous: BoundarySet, file: DistrictFile
) -> list[District] | None:
    """The districts in force where the file says the same of them, None otherwise."""
    if previous.source_sha256 != file.source_sha256:
        return None
    districts = list(districts_of(work.session, previous.id).values())
    # Another column of the same file may give other codes or names.
    said = zip(file.boundaries.ids, file.boundaries.names, strict=True)
    is_same = {(one.code, one.name) for one in districts} == set(said)
    return districts if is_same else None


def _replace_census(
    work: UnitOfWork, boundary_set: BoundarySet, districts: list[District], file: DistrictFile
) -> None:
    if not file.figures:
        return
    ids = [district.id for district in districts]
    work.session.execute(sa.delete(CensusFigure).where(CensusFigure.district_id.in_(ids)))
    _add_census(work, boundary_set, districts, file)
    work.decide(
        "census.imported", f"boundaries:{boundary_set.id}", source=boundary_set.census_source
    )


def _add_census(
    work: UnitOfWork, boundary_set: BoundarySet, districts: Iterable[District], file: DistrictFile
) -> None:
    boundary_set.census_source = file.census_source[:200]
    boundary_set.census_vintage = file.census_vintage[:60] or None
    boundary_set.census_licence = file.census_licence[:200] or None
    work.session.add_all(
        CensusFigure(
            district_id=district.id, measure=measure, value=figure.value, margin=figure.margin
        )
        for district in districts
        for measure, figure in file.figures.get(district.code, {}).items()
    )
