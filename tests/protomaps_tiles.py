"""A small PMTiles file with the layers of a Protomaps basemap (version 4), made by GDAL."""

import json
import struct
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write

KEYS = ("kind", "kind_detail", "name")
MIN_ZOOM, MAX_ZOOM = 13, 15
# Version 3; no compression anywhere; vector tiles in the order of their numbers.
_HEAD = "<7sB11QBBBBBB4iB2i"
_MAGIC, _VERSION, _CLUSTERED, _PLAIN, _VECTOR = b"PMTiles", 3, 1, 1, 1

# A layer, what it says of the thing, and the thing in WGS84.
Thing = tuple[str, dict[str, str], shapely.Geometry]


def protomaps_file(things: Iterable[Thing]) -> bytes:
    """The bytes of the file; each thing has a `kind`, and a `name` where it has one."""
    layers: dict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        layers[thing[0]].append(thing)
    tiles: dict[tuple[int, int, int], bytes] = defaultdict(bytes)
    with tempfile.TemporaryDirectory() as folder:
        for layer, drawn in layers.items():
            _write_layer(Path(folder) / layer, layer, drawn)
            # A tile is its layers one after the other, as protocol buffers repeat a field.
            for file in (Path(folder) / layer).rglob("*.pbf"):
                z, x = int(file.parts[-3]), int(file.parts[-2])
                tiles[z, x, int(file.stem)] += file.read_bytes()
    said = {"attribution": '<a href="https://example.org">© Map makers</a>', "vector_layers": []}
    return _archive({_number(*at): data for at, data in tiles.items()}, json.dumps(said).encode())


def _write_layer(folder: Path, layer: str, things: Sequence[Thing]) -> None:
    """A folder of tiles by GDAL; one layer at a time is all that its binding takes."""
    columns: Any = {key: [said.get(key) for _, said, _ in things] for key in KEYS}
    write(
        str(folder),
        np.array([shapely.to_wkb(shape) for *_, shape in things], dtype=object),
        [np.array(values, dtype=object) for values in columns.values()],
        list(columns),
        layer=layer,
        driver="MVT",
        geometry_type="Unknown",
        crs="EPSG:4326",
        FORMAT="DIRECTORY",
        COMPRESS="NO",
        MINZOOM=MIN_ZOOM,
        MAXZOOM=MAX_ZOOM,
    )


def _number(z: int, x: int, y: int) -> int:
    """The tile's place on the curve of Hilbert, after all those of smaller zooms."""
    before, place = (4**z - 1) // 3, 0
    for level in reversed(range(z)):
        half = 1 << level
        right, low = int(bool(x & half)), int(bool(y & half))
        place += half * half * ((3 * right) ^ low)
        x, y = x & (half - 1), y & (half - 1)
        if not low:
            x, y = (half - 1 - y, half - 1 - x) if right else (y, x)
    return before + place


def _archive(tiles: dict[int, bytes], metadata: bytes) -> bytes:
    """The file, as https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md has it."""
    numbers = sorted(tiles)
    lengths = [len(tiles[number]) for number in numbers]
    steps = [numbers[0], *(b - a for a, b in pairwise(numbers))]
    starts = [start + 1 for start in accumulate(lengths[:-1], initial=0)]
    counts = [len(numbers), *steps, *[1] * len(numbers), *lengths, *starts]
    directory = b"".join(map(_varint, counts))
    data = b"".join(tiles[number] for number in numbers)
    places = [127, len(directory), 127 + len(directory), len(metadata)]
    after = places[2] + len(metadata)
    head = struct.pack(
        _HEAD,
        *(_MAGIC, _VERSION, *places, after, 0, after, len(data), *[len(numbers)] * 3),
        *(_CLUSTERED, _PLAIN, _PLAIN, _VECTOR, MIN_ZOOM, MAX_ZOOM),
        *(-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, MIN_ZOOM, 0, 0),
    )
    return head + directory + metadata + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
