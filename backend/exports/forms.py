"""The forms a file of requests comes in, by name."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from backend.exports.csv_file import write_csv, write_spreadsheet_csv
from backend.exports.geojson_file import write_geojson, write_geojson_lines
from backend.exports.geoparquet_file import write_geoparquet
from backend.exports.vintage import Vintage
from backend.reports.public_requests import PublicRequest


@dataclass(frozen=True, slots=True)
class Form:
    """One form: how its files are named and called, how it is written, and one sentence.

    `is_bare` where a file has no room for licence and vintage: these go beside it.
    """

    file_name: str
    media_type: str
    write: Callable[[Iterable[PublicRequest], Vintage], Iterator[bytes]]
    sentence: str
    is_bare: bool


FORMS = {
    "csv": Form(
        "requests.csv", "text/csv", write_csv, "CSV for programs: words as they are.", True
    ),
    "spreadsheet": Form(
        "requests-spreadsheet.csv",
        "text/csv",
        write_spreadsheet_csv,
        "CSV for spreadsheets: an apostrophe stands before what could begin a formula.",
        True,
    ),
    "geojson": Form(
        "requests.geojson", "application/geo+json", write_geojson, "GeoJSON, one collection.", False
    ),
    "geojsonl": Form(
        "requests.geojsonl",
        "application/x-ndjson",
        write_geojson_lines,
        "GeoJSON, one feature a line.",
        True,
    ),
    "geoparquet": Form(
        "requests.parquet",
        "application/vnd.apache.parquet",
        write_geoparquet,
        "GeoParquet 1.1, points as WKB.",
        False,
    ),
}
