"""A new version of the districts comes into force, whole or not at all."""

import shapely

from backend.core.uow import UnitOfWork
from backend.places.boundary_file import DistrictFile
from backend.places.events import BoundariesImported
from backend.places.models import BoundarySet, CensusFigure, District
from backend.places.queries import current_boundary_set
from geo.projection import Plane


def import_boundaries(work: UnitOfWork, file: DistrictFile) -> BoundarySet:
    """Store the districts and make them the current ones; earlier versions stay."""
    previous = current_boundary_set(work.session)
    if previous is not None:
        previous.is_current = False
    boundary_set = BoundarySet(
        source_name=file.source_name,
        source_sha256=file.source_sha256,
        census_source=file.census_source,
        imported_at=work.now,
        is_current=True,
    )
    work.session.add(boundary_set)
    work.session.flush()
    boundaries = file.boundaries
    plane = Plane.around(boundaries.geometries)
    districts = [
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
    work.session.add_all(districts)
    work.session.flush()
    work.session.add_all(
        CensusFigure(district_id=district.id, measure=measure, value=value)
        for district in districts
        for measure, value in file.figures.get(district.code, {}).items()
    )
    work.decide(
        "boundaries.imported",
        f"boundaries:{boundary_set.id}",
        file=file.source_name,
        sha256=file.source_sha256,
        districts=len(districts),
    )
    work.emit(BoundariesImported(boundary_set.id))
    return boundary_set
