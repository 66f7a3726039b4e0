"""Cutting the city into districts along its river and main roads.

The roads are noded with the boundary and the river and the faces between them are grouped, so that
neighbours share every vertex of their border and nothing of the city is left over.
"""

import numpy as np
import shapely
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from backend.demo.arterials import link_across
from backend.demo.land import Array

COUNT = 24
SMALLEST = 450_000.0
WIDEST_CROWD = 1.55


def cut_into_districts(
    rng: np.random.Generator, outline: Polygon, river: Array, roads: list[Array]
) -> tuple[list[Polygon], list[Array]]:
    """About equally peopled districts, `COUNT` of them, and the link roads laid to part them."""
    links: list[Array] = []
    faces = _faces(outline, [river, *roads])
    crowd_limit = WIDEST_CROWD * sum(map(_crowd, faces)) / COUNT
    for _ in range(COUNT):
        heaviest = max(faces, key=_crowd)
        if _crowd(heaviest) < crowd_limit and _joined_count(faces) >= COUNT:
            break
        links.append(link_across(rng, heaviest))
        faces = _faces(outline, [river, *roads, *links])
    return _join_smallest(faces, LineString(river)), links


def _faces(outline: Polygon, lines: list[Array]) -> list[Polygon]:
    noded = shapely.unary_union(
        [outline.exterior, *(LineString(line) for line in lines)], grid_size=0.01
    )
    parts = shapely.get_parts(shapely.polygonize([noded]))
    within = shapely.contains(outline, shapely.point_on_surface(parts))
    return list(parts[within])


def _crowd(face: Polygon) -> float:
    """How many people would live there, up to a factor: density falls away from the market."""
    away = float(np.hypot(face.centroid.x, face.centroid.y))
    return float(face.area * np.exp(-away / 1_900))


def _joined_count(faces: list[Polygon]) -> int:
    return sum(face.area >= SMALLEST for face in faces)


def _join_smallest(faces: list[Polygon], river: LineString) -> list[Polygon]:
    """Give the least peopled face to its best neighbour until `COUNT` are left."""
    faces = list(faces)
    while len(faces) > COUNT:
        least = min(faces, key=lambda face: _crowd(face) if face.area > SMALLEST else 0.0)
        faces.remove(least)
        host = max(range(len(faces)), key=lambda i: _shared(least, faces[i], river))
        faces[host] = shapely.coverage_union(faces[host], least)
    return faces


def _shared(one: Polygon, other: Polygon, river: BaseGeometry) -> float:
    """Metres of common border, hardly counting a river, which parts rather than joins."""
    if not one.intersects(other):
        return 0.0
    border = one.boundary.intersection(other.boundary)
    wet = border.intersection(river.buffer(1.0)).length
    return float(border.length - 0.95 * wet)
