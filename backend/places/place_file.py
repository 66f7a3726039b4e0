"""Reading streets, addresses and landmarks: whatever geopandas reads, checked before it is kept."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from backend.core.errors import Invalid
from backend.places.boundary_file import as_text, column_names, read_frame
from backend.places.typed_name import HouseNumber, key_of, read_number
from geo.boundaries import is_on_earth

STREET, LANDMARK = "street", "landmark"
_MAX_NAME, _MAX_KIND, _MAX_NUMBER = 200, 40, 30  # what the tables hold
# Answers use these words for what is no landmark.
_TAKEN_KINDS = frozenset({"address", "district"})
_LINES = {"LineString", "MultiLineString"}


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """A street's line or a landmark; `shape` is in WGS84."""

    kind: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class ReadAddress:
    """A house number of a street; no house need have the number where it `is_exact` not."""

    street: str
    number: HouseNumber
    lon: float
    lat: float
    is_exact: bool


@dataclass(frozen=True, slots=True)
class PlaceFile:
    """What was read, and how many rows had no name, no shape, or a number that is none."""

    source_name: str
    sha256: str
    places: tuple[ReadPlace, ...]
    addresses: tuple[ReadAddress, ...]
    unreadable: int = 0


def read_places(
    path: Path, name_column: str, number_column: str | None = None, kind_column: str | None = None
) -> PlaceFile:
    """Places from `path` in WGS84; raises `Invalid` where it is no file of places.

    A line is a street, a point or an area with a number an address, one without a landmark of the
    kind that `kind_column` says. A line's number is a range, such as 2-40, from its beginning to
    its end.
    """
    try:
        frame = read_frame(path)
    except Invalid as error:
        if error.slug != "not-a-boundary-file":
            raise
        raise Invalid("not-a-place-file", file=path.name) from error
    columns = [column for column in (name_column, number_column, kind_column) if column]
    for column in columns:
        if column not in column_names(frame):
            raise Invalid(
                "column-missing", file=path.name, column=column, columns=column_names(frame)
            )
    blank = [""] * len(frame)
    names, numbers, kinds = (
        [as_text(cell) for cell in frame[column]] if column else blank
        for column in (name_column, number_column, kind_column)
    )
    places: list[ReadPlace] = []
    addresses: list[ReadAddress] = []
    unreadable = 0
    hashed = hashlib.sha256(repr(columns).encode())
    shapes = frame.geometry.to_numpy()
    rows = zip(names, numbers, kinds, shapes, is_on_earth(shapes), strict=True)
    for name, number, kind, shape, is_placed in rows:
        if not (key_of(name) and is_placed) or shape is None or shape.is_empty:
            unreadable += 1
            continue
        name = name[:_MAX_NAME]
        hashed.update(repr((name, number, kind)).encode() + shapely.to_wkb(shape))
        is_line = shape.geom_type in _LINES
        if is_line:
            places.append(ReadPlace(STREET, name, shape))
        elif not number:
            places.append(ReadPlace(_landmark(kind), name, shape))
        found = list(_addresses(name, number, shape)) if number else []
        addresses += found
        unreadable += bool(number) and not found
    if not (places or addresses):
        raise Invalid("places-unnamed", file=path.name, column=name_column)
    return PlaceFile(
        path.name[:_MAX_NAME], hashed.hexdigest(), tuple(places), tuple(addresses), unreadable
    )


def _addresses(street: str, text: str, shape: BaseGeometry) -> Iterator[ReadAddress]:
    if shape.geom_type in _LINES:
        yield from _ends(street, [int(digits) for digits in re.findall(r"\d{1,6}", text)], shape)
        return
    number = read_number(text)
    if number is not None and len(number.text) <= _MAX_NUMBER:
        point = shapely.point_on_surface(shape)
        yield ReadAddress(street, number, point.x, point.y, is_exact=True)


def _ends(street: str, numbers: list[int], line: BaseGeometry) -> Iterator[ReadAddress]:
    """The numbers of a range at both ends of its line; a number alone at its middle."""
    merged = shapely.line_merge(line)
    if merged.geom_type != "LineString" or not 1 <= len(numbers) <= 2:
        return
    shares = (0.5,) if len(numbers) == 1 else (0.0, 1.0)
    for number, share in zip(numbers, shares, strict=True):
        point = shapely.line_interpolate_point(merged, share, normalized=True)
        house = HouseNumber(str(number), number, number)
        yield ReadAddress(street, house, point.x, point.y, is_exact=False)


def _landmark(kind: str) -> str:
    kind = kind[:_MAX_KIND]
    return kind if kind and kind not in _TAKEN_KINDS else LANDMARK
