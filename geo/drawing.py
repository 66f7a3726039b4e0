"""Maps drawn by the server as SVG, with no tiles and no outside server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.projection import Plane


def simplified_coverage(
    geometries: Sequence[Any] | NDArray[Any], tolerance_metres: float
) -> NDArray[Any]:
    """District polygons in degrees with fewer vertices, still without gaps between neighbours.

    Bends that enclose less than about the square of the tolerance are straightened, alike on
    both sides of a border (Visvalingam and Whyatt, Cartographic Journal 30 (1993), 46-51).
    """
    shapes = np.array(geometries, dtype=object)
    plane = Plane.around(shapes)
    simplified: NDArray[Any] = plane.to_degrees(
        shapely.coverage_simplify(plane.to_plane(shapes), tolerance_metres)
    )
    return simplified


@dataclass(frozen=True)
class Frame:
    """A picture of a piece of the city: pixels from its top left corner, north up.

    `scale` is pixels per metre, `left` and `top` are plane metres at the corner.
    """

    plane: Plane
    width: float
    height: float
    scale: float
    left: float
    top: float

    @classmethod
    def around(
        cls, geometries: Sequence[Any] | NDArray[Any], width: float, padding: float = 0
    ) -> "Frame":
        """The frame `width` pixels wide that shows geometries in degrees, `padding` pixels in."""
        shapes = np.array(geometries, dtype=object)
        plane = Plane.around(shapes)
        west, south, east, north = shapely.total_bounds(plane.to_plane(shapes)).tolist()
        scale = (width - 2 * padding) / (east - west)
        height = round((north - south) * scale + 2 * padding, 1)
        return cls(plane, width, height, scale, west - padding / scale, north + padding / scale)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Pixels right and down, to one decimal."""
        right, down = self._tenths(np.array([[lon, lat]]))[0].tolist()
        return right / 10, down / 10

    def place(self, right: float, down: float) -> tuple[float, float]:
        """Longitude and latitude under a pixel: what `point` puts there, to its rounding."""
        metres = shapely.Point(self.left + right / self.scale, self.top - down / self.scale)
        degrees = self.plane.to_degrees(metres)
        return degrees.x, degrees.y

    def label_point(self, geometry: Any) -> tuple[float, float]:
        """Where a district's name has most room: the centre of the largest circle inside it.

        The circle's size is within a pixel of the largest.
        """
        circle = shapely.maximum_inscribed_circle(self.plane.to_plane(geometry), 1 / self.scale)
        centre = self.plane.to_degrees(circle).coords[0]
        return self.point(*centre)

    def path(self, geometry: Any) -> str:
        """Polygons and lines in degrees as the SVG path attribute `d`, to a tenth of a pixel.

        Borders shared vertex by vertex stay shared. What shrinks to a point is left out.
        """
        return "".join(self._strokes(geometry))

    def _strokes(self, geometry: Any) -> Iterator[str]:
        for part in shapely.get_parts(geometry):
            if part.geom_type == "GeometryCollection":
                yield from self._strokes(part)
            elif part.geom_type == "Polygon":
                for ring in shapely.get_rings(part):
                    yield _stroke(self._tenths(shapely.get_coordinates(ring)[:-1]), "z", least=3)
            else:
                yield _stroke(self._tenths(shapely.get_coordinates(part)), "", least=2)

    def _tenths(self, places: NDArray[np.float64]) -> NDArray[np.int64]:
        """Whole tenths of pixels right and down (n, 2) of lons and lats (n, 2)."""
        x, y = self.plane.forward(*places.T)
        pixels = np.column_stack([x - self.left, self.top - y]) * self.scale
        return np.rint(pixels * 10).astype(np.int64)


def _stroke(tenths: NDArray[np.int64], close: str, least: int) -> str:
    """One line through points (n, 2), each after the first as a step from the one before."""
    steps = np.diff(tenths, axis=0, prepend=0)
    steps = steps[np.any(steps != 0, axis=1) | (np.arange(len(steps)) == 0)]
    if len(steps) < least:
        return ""
    start, *rest = ("".join(map(_number, step)) for step in steps.tolist())
    return f"M{start.strip()}l{''.join(rest).strip()}{close}"


def _number(tenths: int) -> str:
    """Tenths as a decimal in the fewest characters, set apart from the number before it."""
    text = f"{tenths / 10:g}"
    if 0 < abs(tenths) < 10:
        text = text.replace("0.", ".")
    return text if tenths < 0 else f" {text}"
