"""Where places lie in squares and tiles, and tiles as GDAL reads them."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyogrio.raw import read

from geo.tiles import (
    bounds_of,
    column_and_row,
    places_in_tile,
    square_at,
    square_number,
    squares_at,
)
from geo.vector_tile import EXTENT, PointFeature, encode_tile

PLACES = np.random.default_rng(1).uniform((-180, -89), (180, 89), (500, 2))


def test_a_place_lies_in_the_same_square_alone_and_among_others_and_in_each_larger_one() -> None:
    for level in (0, 8, 16):
        squares = squares_at(*PLACES.T, level).tolist()
        assert squares == [square_at(lon, lat, level) for lon, lat in PLACES.tolist()]
        assert squares == [one >> 2 * (16 - level) for one in squares_at(*PLACES.T, 16).tolist()]


@pytest.mark.parametrize("zoom", [0, 3, 14])
def test_a_place_lies_within_the_bounds_of_its_tile(zoom: int) -> None:
    for lon, lat in PLACES[np.abs(PLACES[:, 1]) < 85].tolist():
        tile = column_and_row(square_at(lon, lat, zoom))
        assert square_number(*tile) == square_at(lon, lat, zoom)
        west, south, east, north = bounds_of(zoom, *tile)
        assert west <= lon < east
        assert south < lat <= north
        (right,), (down,) = places_in_tile([lon], [lat], zoom, *tile, EXTENT)
        assert 0 <= right < EXTENT
        assert 0 <= down < EXTENT


def test_gdal_reads_what_was_written(tmp_path: Path) -> None:
    places = [(0, 0), (4095, 4095), (300, 2)]
    said = [("Aé", -70_000), ("B", 5), ("Aé", 127)]
    points = [
        PointFeature(*place, {"name": name, "count": count})
        for place, (name, count) in zip(places, said, strict=True)
    ]
    tile = tmp_path / "one.mvt"
    tile.write_bytes(encode_tile({"none": [], "some": points}))
    meta, _, shapes, columns = read(tile)
    found = dict(zip(meta["fields"], columns, strict=True))
    assert list(zip(found["name"], found["count"], strict=True)) == said
    # GDAL counts from below.
    assert [(one.x, EXTENT - one.y) for one in shapely.from_wkb(shapes)] == places
