"""Reading GeoJSON (RFC 7946)."""

import json
from dataclasses import dataclass
from typing import Any

import shapely


class GeoJsonError(ValueError):
    """A text that is no usable FeatureCollection.

    Slugs: `geojson-not-json` (fact `line`), `geojson-not-features`, and `geojson-bad-geometry`
    (fact `places`: which features have it, counted from 1).
    """

    def __init__(self, slug: str, **facts: Any) -> None:
        super().__init__(slug, facts)
        self.slug = slug
        self.facts = facts


@dataclass(frozen=True)
class Feature:
    """One geometry in lon/lat degrees, None where the file has null, and its properties."""

    geometry: Any
    properties: dict[str, Any]


def read_features(text: str | bytes) -> tuple[Feature, ...]:
    """The features of a FeatureCollection, in order."""
    try:
        collection = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise GeoJsonError("geojson-not-json", line=getattr(error, "lineno", 1)) from error
    features = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise GeoJsonError("geojson-not-features")
    given = [feature.get("geometry") for feature in features]
    texts = [json.dumps(geometry) if geometry is not None else None for geometry in given]
    geometries = shapely.from_geojson(texts, on_invalid="ignore").tolist()
    bad = [
        place
        for place, (text_, geometry) in enumerate(zip(texts, geometries, strict=True), start=1)
        if text_ is not None and geometry is None
    ]
    if bad:
        raise GeoJsonError("geojson-bad-geometry", places=bad)
    return tuple(
        Feature(geometry, feature.get("properties") or {})
        for geometry, feature in zip(geometries, features, strict=True)
    )
