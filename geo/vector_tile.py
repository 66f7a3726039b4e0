"""Points as a vector tile (Mapbox Vector Tile specification 2.1; Protocol Buffers wire format)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

EXTENT = 4096
"""The side of a tile in its own units."""

Value: TypeAlias = str | int

_VARINT, _BYTES = 0, 2
_POINT, _MOVE_TO_ONE = 1, 9


@dataclass(frozen=True, slots=True)
class PointFeature:
    """A point, right and down from a tile's corner, and what is said of it."""

    right: int
    down: int
    properties: Mapping[str, Value]


def encode_tile(layers: Mapping[str, Iterable[PointFeature]]) -> bytes:
    """The tile with `layers` by their names; a layer without points is left out."""
    return b"".join(
        _chunk(3, _layer(name, present))
        for name, points in layers.items()
        if (present := list(points))
    )


def _layer(name: str, points: Sequence[PointFeature]) -> bytes:
    keys: dict[str, int] = {}
    values: dict[Value, int] = {}
    features = b"".join(_chunk(2, _feature(point, keys, values)) for point in points)
    return b"".join(
        (
            _chunk(1, name.encode()),
            features,
            *(_chunk(3, key.encode()) for key in keys),
            *(_chunk(4, _value(value)) for value in values),
            _number(5, EXTENT),
            _number(15, 2),
        )
    )


def _feature(point: PointFeature, keys: dict[str, int], values: dict[Value, int]) -> bytes:
    tags = b"".join(
        _varint(place)
        for key, value in point.properties.items()
        for place in (keys.setdefault(key, len(keys)), values.setdefault(value, len(values)))
    )
    geometry = bytes([_MOVE_TO_ONE]) + _varint(_zigzag(point.right)) + _varint(_zigzag(point.down))
    return _chunk(2, tags) + _number(3, _POINT) + _chunk(4, geometry)


def _value(value: Value) -> bytes:
    if isinstance(value, str):
        return _chunk(1, value.encode())
    return _number(6, _zigzag(value))


def _chunk(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(data)) + data


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


@lru_cache(1 << 15)
def _varint(value: int) -> bytes:
    if value < 128:
        return bytes((value,))
    written = bytearray()
    while value >= 128:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)
