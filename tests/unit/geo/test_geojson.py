import json

import pytest
from shapely.geometry import Point

from geo.geojson import GeoJsonError, read_features


def collection(*geometries: object) -> str:
    features = [
        {"type": "Feature", "properties": {"id": place}, "geometry": geometry}
        for place, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_geometries_and_properties_come_back_in_order() -> None:
    text = collection({"type": "Point", "coordinates": [1.5, 2]}, None)
    first, second = read_features(b"\xef\xbb\xbf" + text.encode())
    assert (first.geometry, first.properties) == (Point(1.5, 2), {"id": 0})
    assert (second.geometry, second.properties) == (None, {"id": 1})


def test_features_that_cannot_be_read_are_told_by_their_place() -> None:
    open_ring = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [2, 0]]]}
    point = {"type": "Point", "coordinates": [0, 0]}
    with pytest.raises(GeoJsonError) as refused:
        read_features(collection(point, open_ring, point, {"type": "Pint"}, "POINT (0 0)"))
    assert (refused.value.slug, refused.value.facts) == (
        "geojson-bad-geometry",
        {"places": [2, 4, 5]},
    )


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ('{"type":\n"Feature', "geojson-not-json"),
        (b"\xff\xfe{", "geojson-not-json"),
        ("[" * 100_000, "geojson-not-json"),
        ("[]", "geojson-not-features"),
        ('{"type": "Point", "coordinates": [0, 0]}', "geojson-not-features"),
        ('{"features": [3]}', "geojson-not-features"),
    ],
)
def test_what_is_no_collection_is_refused(text: str | bytes, slug: str) -> None:
    with pytest.raises(GeoJsonError) as refused:
        read_features(text)
    assert refused.value.slug == slug
