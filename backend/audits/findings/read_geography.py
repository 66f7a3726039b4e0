"""The districts an audit compares, with their census and who borders on whom.

Where there is another version of the boundaries, figures are read on both: on other lines they may
tell another story. Census figures that one of them has not are carried over by area, from the
newest version that has them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.audits.findings.columns import Column
from backend.places.models import BoundarySet, CensusFigure, District
from backend.places.queries import census_margins_of, census_of, district_shapes, districts_of
from equity.measures.census_column import CensusColumn, carried_over
from geo.adjacency import neighbour_pairs
from geo.districts import DistrictIndex
from geo.interpolation import crosswalk

POPULATION = "population"
COMPARED = ("median_income", "share_65_plus")
"""Census measures by which districts are put into groups, where the city has them."""


@dataclass(frozen=True, slots=True, eq=False)
class Geography:
    """One version of the districts (areas,), in the order of their codes.

    `census` holds population and what is compared; `carried` says by the name of what was taken
    from another version which one that was.
    """

    boundary_set: BoundarySet
    codes: tuple[str, ...]
    names: tuple[str, ...]
    shapes: NDArray[Any]
    census: dict[str, CensusColumn]
    carried: Mapping[str, str] = field(default_factory=dict)

    def locate(self, lons: Column, lats: Column) -> Column:
        """The district (n,) of each place, -1 outside of all."""
        return DistrictIndex(self.codes, self.shapes).locate_many(lons, lats).astype(np.int32)

    def facts(self) -> dict[str, Any]:
        """Whose lines and figures they are."""
        return {
            "boundaries": self.boundary_set.source_name,
            "sha256": self.boundary_set.source_sha256,
            "codes": list(self.codes),
            "names": list(self.names),
            "census": {
                name: {
                    "source": column.source,
                    "vintage": column.vintage,
                    "licence": column.licence,
                    "has_margins": column.margins is not None,
                    "carried_from": self.carried.get(name),
                }
                for name, column in self.census.items()
            },
        }

    def columns(self) -> dict[str, Column]:
        """Its figures as columns."""
        found: dict[str, Column] = {"neighbours": neighbour_pairs(self.shapes)}
        for name, column in self.census.items():
            found[name] = column.values
            if column.margins is not None:
                found[f"{name}.margin"] = column.margins
        return found


def read_geographies(session: Session, boundary_set: BoundarySet) -> tuple[Geography, ...]:
    """The districts asked for, and the newest other version where there is one."""
    others = _others(session, boundary_set, District.id)
    counted = _others(session, boundary_set, CensusFigure.district_id)
    found = [_geography(session, one) for one in (boundary_set, *others[:1])]
    sources = [*found, *(_geography(session, one) for one in counted[:1] if one not in others[:1])]
    return tuple(_with_census(one, sources) for one in found)


def _others(
    session: Session, boundary_set: BoundarySet, having: InstrumentedAttribute[int]
) -> Sequence[BoundarySet]:
    """Versions drawn otherwise of which some district is `having`, newest first."""
    return session.scalars(
        sa.select(BoundarySet)
        .where(
            BoundarySet.source_sha256 != boundary_set.source_sha256,
            sa.exists().where(District.id == having, District.boundary_set_id == BoundarySet.id),
        )
        .order_by(BoundarySet.imported_at.desc(), BoundarySet.id.desc())
    ).all()


def _geography(session: Session, boundary_set: BoundarySet) -> Geography:
    rows = district_shapes(session, boundary_set.id)
    names = {one.id: one.name for one in districts_of(session, boundary_set.id).values()}
    figures = census_of(session, boundary_set.id)
    margins = census_margins_of(session, boundary_set.id)
    ids = [row[0] for row in rows]
    known = {measure for figures_here in figures.values() for measure in figures_here}
    census = {}
    for measure in (POPULATION, *COMPARED):
        if measure not in known:
            continue
        values, errors = (
            np.array([table.get(id_, {}).get(measure, np.nan) for id_ in ids])
            for table in (figures, margins)
        )
        census[measure] = CensusColumn(
            measure,
            "",
            values,
            None if np.isnan(errors).all() else np.nan_to_num(errors),
            measure == POPULATION,
            boundary_set.census_source,
            boundary_set.census_vintage or "",
            boundary_set.census_licence or "",
        )
    return Geography(
        boundary_set,
        tuple(row[1] for row in rows),
        _unlike([names[id_] for id_ in ids], [row[1] for row in rows]),
        shapely.from_wkb([row[2] for row in rows]),
        census,
    )


def _unlike(names: list[str], codes: list[str]) -> tuple[str, ...]:
    """Names by which districts are told apart: with the code where two have the same."""
    return tuple(
        f"{name} ({code})" if names.count(name) > 1 else name
        for name, code in zip(names, codes, strict=True)
    )


def _with_census(target: Geography, sources: Iterable[Geography]) -> Geography:
    """With what the census lacks there from the first of `sources` that has it and residents."""
    census, carried = dict(target.census), dict(target.carried)
    for source in sources:
        lacking = [name for name in source.census if name not in census]
        if not lacking or POPULATION not in source.census:
            continue
        walk = crosswalk(source.shapes, target.shapes)
        weights = np.nan_to_num(source.census[POPULATION].values)
        for name in lacking:
            census[name] = carried_over(source.census[name], walk, weights)
            carried[name] = source.boundary_set.source_name
    return replace(target, census=census, carried=carried)
