"""Requests as GeoJSON (RFC 7946), in one collection or one feature a line."""

from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from backend.exports.vintage import Vintage
from backend.reports.public_fields import PUBLIC_FIELDS, public_values
from backend.reports.public_requests import PublicRequest

_CHUNK = 500
# The place is the geometry; said again it would only be longer.
_NAMES = tuple(field.name for field in PUBLIC_FIELDS if field.name not in {"lat", "long"})


def write_geojson(requests: Iterable[PublicRequest], vintage: Vintage) -> Iterator[bytes]:
    """One FeatureCollection; licence and vintage are members of its own, before the features."""
    head = orjson.dumps({"type": "FeatureCollection", **vintage.document()})
    yield head[:-1] + b',"features":['
    separator = b"\n"
    for chunk in _chunks(requests):
        yield separator + b",\n".join(chunk)
        separator = b",\n"
    yield b"\n]}\n"


def write_geojson_lines(requests: Iterable[PublicRequest], _vintage: Vintage) -> Iterator[bytes]:
    """A Feature on each line, for programs that read as it comes."""
    for chunk in _chunks(requests):
        yield b"\n".join(chunk) + b"\n"


def _chunks(requests: Iterable[PublicRequest]) -> Iterator[list[bytes]]:
    features = map(_feature, requests)
    while chunk := list(islice(features, _CHUNK)):
        yield chunk


def _feature(request: PublicRequest) -> bytes:
    return orjson.dumps(
        {
            "type": "Feature",
            "id": request.number,
            "geometry": {"type": "Point", "coordinates": (request.lon, request.lat)},
            "properties": dict(zip(_NAMES, public_values(request), strict=False)),
        }
    )
