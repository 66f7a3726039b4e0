"""Reading boundary and census files: whatever geopandas reads, checked before anything is kept."""

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.core.errors import Invalid
from backend.core.given_file import require_file
from geo.boundaries import Boundaries, BoundaryError, check_boundaries

_MAX_ID, _MAX_NAME = 60, 200  # what the district table holds


@dataclass(frozen=True, slots=True)
class CensusFile:
    """A table of figures: `join` names its column of district ids, `columns` measure -> column.

    `margins` names the columns of their 90 % margins of error, for measures that have one. `source`
    (the file's name where it is empty), `vintage` and `licence` are published with the figures.
    """

    path: Path
    join: str
    columns: Mapping[str, str]
    margins: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    vintage: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A census figure and its 90 % margin of error, None where nobody says it."""

    value: float
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class DistrictFile:
    """What was read: boundaries that passed, and figures per district id by measure."""

    source_name: str
    source_sha256: str
    boundaries: Boundaries
    census_source: str = ""
    census_vintage: str = ""
    census_licence: str = ""
    figures: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    without_figures: tuple[str, ...] = ()


def read_districts(
    path: Path, id_column: str, name_column: str, census: CensusFile | None = None
) -> DistrictFile:
    """Districts from `path` in WGS84; raises `Invalid` naming the areas that cannot be used.

    Without `census` no figures are read. With it, ids are matched as text, leading zeros apart.
    """
    frame = read_frame(path)
    for column in (id_column, name_column):
        if column not in column_names(frame):
            raise Invalid(
                "column-missing", file=path.name, column=column, columns=column_names(frame)
            )
    ids = [as_text(value) for value in frame[id_column]]
    names = [
        (as_text(value) or code)[:_MAX_NAME]
        for value, code in zip(frame[name_column], ids, strict=True)
    ]
    # Neighbouring areas may share a name; a person must be able to tell them apart.
    times = Counter(names)
    names = [
        f"{name[: _MAX_NAME - _MAX_ID - 3]} ({code})" if times[name] > 1 and name != code else name
        for name, code in zip(names, ids, strict=True)
    ]
    too_long = [name for name, code in zip(names, ids, strict=True) if len(code) > _MAX_ID]
    if too_long:
        problems = [f"ids of more than {_MAX_ID} characters: {', '.join(too_long)}"]
        raise Invalid("boundaries-refused", file=path.name, problems=problems)
    try:
        boundaries = check_boundaries(ids, names, list(frame.geometry))
    except BoundaryError as error:
        raise _refusal(path, error) from error
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if census is None:
        return DistrictFile(path.name, sha256, boundaries)
    figures = _match(boundaries.ids, read_census(census))
    missing = tuple(code for code in boundaries.ids if code not in figures)
    if len(missing) == len(boundaries.ids):
        raise Invalid("census-does-not-match", file=census.path.name, column=census.join)
    return DistrictFile(
        path.name,
        sha256,
        boundaries,
        census.source or census.path.name,
        census.vintage,
        census.licence,
        figures,
        missing,
    )


def read_shapes(path: Path, name_column: str | None) -> list[tuple[str, Any]]:
    """Names and geometries of any file geopandas reads, in WGS84: for the ground map."""
    frame = read_frame(path)
    if name_column is not None and name_column not in frame.columns:
        raise Invalid(
            "column-missing", file=path.name, column=name_column, columns=column_names(frame)
        )
    names = (
        [""] * len(frame) if name_column is None else [as_text(name) for name in frame[name_column]]
    )
    return list(zip(names, frame.geometry, strict=True))


def read_census(census: CensusFile) -> dict[str, dict[str, Figure]]:
    """Figures per id as written in the file; a blank cell is a figure that is not known.

    Raises `Invalid` on an id with two rows: nobody could tell which of them counts.
    """
    require_file(census.path)
    try:
        with census.path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, restval=""))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("file-not-readable", file=census.path.name, why=str(error)) from error
    present = list(rows[0]) if rows else []
    for column in (census.join, *census.columns.values(), *census.margins.values()):
        if column not in present:
            raise Invalid("column-missing", file=census.path.name, column=column, columns=present)
    figures: dict[str, dict[str, Figure]] = {}
    for line, row in enumerate(rows, start=2):
        id_ = as_text(row[census.join])
        if id_ in figures:
            raise Invalid("census-id-repeated", file=census.path.name, line=line, id=id_)
        figures[id_] = _figures(census, row, line)
    return figures


def _figures(census: CensusFile, row: Mapping[str, str], line: int) -> dict[str, Figure]:
    def number(column: str) -> float:
        return _number(row[column], census.path.name, line, column)

    figures = {}
    for measure, column in census.columns.items():
        if not row[column].strip():
            continue
        margin_column = census.margins.get(measure)
        # A negative margin is a code for "none": the figure is a count, or too thin to have one.
        margin = number(margin_column) if margin_column and row[margin_column].strip() else None
        figures[measure] = Figure(number(column), margin if margin is None or margin >= 0 else None)
    return figures


def read_frame(path: Path) -> Any:
    """The frame of any file geopandas reads, in WGS84; raises `Invalid` on any other."""
    # geopandas costs half a second and 100 MB to import: only this path pays for it.
    import geopandas
    from pyogrio.errors import DataSourceError
    from pyproj.exceptions import ProjError
    from shapely.errors import GEOSException

    require_file(path)
    try:
        # A ring that GEOS refuses becomes an empty place here and is named with its area later.
        frame = geopandas.read_file(path, on_invalid="ignore")
    except (DataSourceError, GEOSException, ValueError, UnicodeDecodeError) as error:
        raise Invalid("not-a-boundary-file", file=path.name) from error
    if not isinstance(frame, geopandas.GeoDataFrame) or frame.empty:
        raise Invalid("not-a-boundary-file", file=path.name)
    if frame.crs is None:
        raise Invalid("boundaries-without-crs", file=path.name)
    try:
        return frame.to_crs(4326)
    except ProjError as error:
        raise Invalid("boundaries-without-crs", file=path.name) from error


def _refusal(path: Path, error: BoundaryError) -> Invalid:
    problems = error.facts["problems"]
    listed = [f"{problem.slug}: {', '.join(problem.areas)}" for problem in problems]
    return Invalid("boundaries-refused", file=path.name, problems=listed)


def _match(
    ids: tuple[str, ...], figures: Mapping[str, Mapping[str, Figure]]
) -> dict[str, Mapping[str, Figure]]:
    # A spreadsheet drops the leading zeros of a code; compare without them where it is unambiguous.
    shared = Counter(code.lstrip("0") for code in figures)
    by_bare = {
        bare: values for code, values in figures.items() if shared[bare := code.lstrip("0")] == 1
    }
    matched = {code: figures.get(code, by_bare.get(code.lstrip("0"))) for code in ids}
    return {code: values for code, values in matched.items() if values is not None}


def as_text(value: object) -> str:
    """A cell as its file shows it: a whole number without decimals, nothing for a blank."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    is_missing = value is None or (isinstance(value, float) and value != value)
    return "" if is_missing else str(value).strip()


def _number(text: str, file: str, line: int, column: str) -> float:
    try:
        number = float(text.replace(",", ""))
    except ValueError as error:
        raise Invalid("figure-not-a-number", file=file, line=line, column=column) from error
    if number != number or number in {float("inf"), float("-inf")}:
        raise Invalid("figure-not-a-number", file=file, line=line, column=column)
    return number


def column_names(frame: Any) -> list[str]:
    """What a frame knows of each shape."""
    return [str(column) for column in frame.columns if column != "geometry"]
