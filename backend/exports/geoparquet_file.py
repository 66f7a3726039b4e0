"""Requests as GeoParquet 1.1 (https://geoparquet.org/releases/v1.1.0/): points as WKB in WGS84."""

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import orjson
import shapely

from backend.exports.vintage import Vintage
from backend.reports.public_fields import PUBLIC_FIELDS, Kind, public_values
from backend.reports.public_requests import PublicRequest

# What is in memory at once.
_ROW_GROUP = 20_000


def write_geoparquet(requests: Iterable[PublicRequest], vintage: Vintage) -> Iterator[bytes]:
    """A row group at a time; licence, vintage and extent are key-value metadata at its end."""
    # A quarter of a second to import, and few processes ever write this.
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(pa)
    sink = _Sink()
    extent = _Extent()
    with pq.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        rows = iter(requests)
        while group := list(islice(rows, _ROW_GROUP)):
            places = extent.cover([(one.lon, one.lat) for one in group])
            columns = [*zip(*map(public_values, group), strict=True), places]
            arrays = [
                pa.array(column, type=field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), len(group))
            yield sink.taken()
        writer.add_key_value_metadata(_metadata(vintage, extent))
    yield sink.taken()


def _schema(pa: Any) -> Any:
    kinds = {
        Kind.TEXT: pa.string(),
        Kind.WHOLE: pa.int32(),
        Kind.DEGREES: pa.float64(),
        Kind.YES_NO: pa.bool_(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    }
    fields = [
        pa.field(field.name, kinds[field.kind], nullable=field.may_be_empty)
        for field in PUBLIC_FIELDS
    ]
    return pa.schema([*fields, pa.field("geometry", pa.binary(), nullable=False)])


def _metadata(vintage: Vintage, extent: "_Extent") -> dict[str, bytes]:
    column = {
        "encoding": "WKB",
        "geometry_types": ["Point"] if extent.box else [],
        "edges": "planar",
    }
    geo = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": column | ({"bbox": extent.box} if extent.box else {})},
    }
    return {"geo": orjson.dumps(geo), "about": orjson.dumps(vintage.document())}


class _Extent:
    """Points as WKB, and the box around all that have gone by: west, south, east, north."""

    def __init__(self) -> None:
        self.box: list[float] = []

    def cover(self, places: list[tuple[float, float]]) -> Any:
        points = shapely.points(places)
        west, south, east, north = shapely.total_bounds(points).tolist()
        known = self.box or [west, south, east, north]
        self.box = [
            min(known[0], west),
            min(known[1], south),
            max(known[2], east),
            max(known[3], north),
        ]
        return shapely.to_wkb(points)


class _Sink(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
