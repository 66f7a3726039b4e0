"""Reading a file of requests: every row becomes a request or a line with a reason."""

import csv
import hashlib
import json
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from backend.core.channels import Channel
from backend.core.errors import Invalid
from backend.core.given_file import require_file
from backend.core.keys import keyed_hash
from backend.core.public_words import check_text
from backend.reports.column_map import ColumnMap
from backend.reports.rules import MAX_ADDRESS, MAX_DESCRIPTION, check_place
from geo.coordinates import Extent

_MAX_ID, _MAX_NAME = 120, 120
_MAX_CODE = 60
# Years before are slips of the keyboard, and would not survive a time zone.
_EARLIEST = 1900
# Another system's clock may run ahead, and a day without its hours or its zone begin here later.
_AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request as another system recorded it; moments are UTC.

    `has_own_code` says that the service's code stands in the file and is not made from its name.
    """

    line: int
    external_id: str
    requested_at: datetime
    closed_at: datetime | None
    service_code: str
    service_name: str
    description: str
    lon: float
    lat: float
    address: str | None
    channel: Channel
    parent_id: str | None
    has_own_code: bool = False

    def request_id(self, key: str, source: str) -> uuid.UUID:
        """The same id for the same row however often it is imported (UUID version 8).

        It is made with the city's `key`: nobody outside can take it beforehand.
        """
        value = int(keyed_hash(key, "imported request", json.dumps([source, self.external_id])), 16)
        bits = value >> 128 & ~(0xF << 76) & ~(0x3 << 62)
        return uuid.UUID(int=bits | 8 << 76 | 2 << 62)


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a line."""

    line: int
    error: Invalid


@dataclass(slots=True)
class RequestFile:
    """The readable rows in the file's order, and what the others are refused for.

    `unsure` are rows that were read all the same, and `without_zone` counts those whose moments did
    not say their zone. Rows come one at a time, so that a large file needs little memory: these are
    complete when all rows have been taken.
    """

    name: str
    rows: Iterable[RequestRow]
    refused: list[RowProblem] = field(default_factory=list)
    unsure: list[RowProblem] = field(default_factory=list)
    without_zone: int = 0


def read_requests(
    path: Path, column_map: ColumnMap, extent: Extent | None, now: datetime
) -> RequestFile:
    """Open `path` for reading; what is later than `now` by more than a day cannot be right.

    Taking the rows raises `Invalid` when the file as a whole is not what the map says.
    """
    file = RequestFile(path.name, ())
    file.rows = _rows(file, path, _Reader(column_map, extent, now + _AHEAD))
    return file


def _rows(file: RequestFile, path: Path, reader: "_Reader") -> Iterator[RequestRow]:
    seen: set[str] = set()
    for line, cells in _lines(path, reader.column_map):
        reader.doubts, reader.lacks_zone = [], False
        try:
            row = _read_row(line, cells, reader)
            if row.external_id in seen:
                raise Invalid("row-repeated", id=row.external_id)
        except Invalid as error:
            file.refused.append(RowProblem(line, error))
            continue
        seen.add(row.external_id)
        file.unsure += [RowProblem(line, doubt) for doubt in reader.doubts]
        file.without_zone += reader.lacks_zone
        yield row


@dataclass(slots=True)
class _Reader:
    """How the cells of a file are read, and what was noticed of the row at hand."""

    column_map: ColumnMap
    extent: Extent | None
    latest: datetime
    doubts: list[Invalid] = field(default_factory=list)
    lacks_zone: bool = False


# A file has few services and many rows.
@lru_cache(maxsize=1024)
def service_code_of(name: str) -> str:
    """A service code (A-Z, 0-9, _ and -) made from a service's name.

    Where letters or length are lost, a short hash keeps two names apart.
    """
    plain = unicodedata.normalize("NFKD", name.upper())
    letters = [one for one in plain if not unicodedata.combining(one)]
    code = re.sub(r"[^A-Z0-9-]+", "_", "".join(letters)).strip("_")
    is_whole = all(one.isascii() for one in letters if one.isalnum()) and len(code) <= _MAX_CODE
    if code and is_whole:
        return code
    mark = hashlib.sha256(plain.encode()).hexdigest()[:8].upper()
    return f"{code[: _MAX_CODE - 9]}_{mark}".strip("_")


def _lines(path: Path, column_map: ColumnMap) -> Iterator[tuple[int, dict[str, str]]]:
    require_file(path)
    try:
        with path.open(encoding=column_map.encoding, newline="") as file:
            reader = csv.DictReader(file, delimiter=column_map.delimiter, restval="")
            present = [name for name in reader.fieldnames or [] if name]
            for column in column_map.columns.needed:
                if column not in present:
                    raise Invalid("column-missing", file=path.name, column=column, columns=present)
            refuse_repeated_columns(path.name, present)
            for cells in reader:
                yield reader.line_num, cells
    except (OSError, ValueError, LookupError, csv.Error) as error:
        raise Invalid("import-not-readable", file=path.name, why=str(error)) from error


def refuse_repeated_columns(file: str, present: list[str]) -> None:
    """Raise `Invalid` when a header names a column twice: nobody can say which one is meant."""
    twice = sorted({name for name in present if present.count(name) > 1})
    if twice:
        raise Invalid("header-repeats", file=file, columns=twice)


def _read_row(line: int, cells: dict[str, str], reader: _Reader) -> RequestRow:
    if None in cells:
        raise Invalid("row-too-long")
    columns = reader.column_map.columns
    external_id = cells[columns.service_request_id].strip()
    if not external_id or len(external_id) > _MAX_ID:
        raise Invalid("row-without-id", column=columns.service_request_id)
    name = cells[columns.service_name].strip()
    if not name:
        raise Invalid("row-without-service", column=columns.service_name)
    requested_at = _moment(cells, columns.requested_datetime, reader)
    if requested_at is None:
        raise Invalid("row-without-moment", column=columns.requested_datetime)
    description = cells.get(columns.description, "").strip() or name
    address = cells.get(columns.address, "").strip()
    parent_id = cells.get(columns.parent_service_request_id, "").strip()
    own_code = cells.get(columns.service_code, "").strip()
    check_text(external_id, columns.service_request_id, _MAX_ID)
    check_text(parent_id, columns.parent_service_request_id, _MAX_ID)
    check_text(name[:_MAX_NAME], columns.service_name, _MAX_NAME)
    check_text(description, columns.description, MAX_DESCRIPTION)
    check_text(address, columns.address, MAX_ADDRESS)
    lon, lat = _degrees(cells, columns.long), _degrees(cells, columns.lat)
    check_place(lon, lat, reader.extent)
    return RequestRow(
        line=line,
        external_id=external_id,
        requested_at=requested_at,
        closed_at=_moment(cells, columns.closed_date, reader),
        service_code=service_code_of(own_code or name),
        service_name=name[:_MAX_NAME],
        description=description,
        lon=lon,
        lat=lat,
        address=address or None,
        channel=reader.column_map.channel_of(cells.get(columns.source, "")),
        parent_id=parent_id or None,
        has_own_code=bool(own_code),
    )


def _moment(cells: dict[str, str], column: str, reader: _Reader) -> datetime | None:
    text = cells.get(column, "").strip()
    if not text:
        return None
    pattern, zone = reader.column_map.datetime_format, reader.column_map.time_zone
    try:
        moment = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007
        if moment.tzinfo is None:
            reader.lacks_zone = True
            moment = moment.replace(tzinfo=zone)
            # An hour that the clocks showed twice, or skipped (PEP 495).
            if moment.utcoffset() != moment.replace(fold=1).utcoffset():
                facts = {"column": column, "text": text, "zone": zone.key}
                reader.doubts.append(Invalid("row-moment-unsure", **facts))
        moment = moment.astimezone(UTC)
        if moment.year < _EARLIEST:
            raise ValueError(text)
    except (ValueError, OverflowError, re.error) as error:
        raise Invalid("row-moment-not-readable", column=column, text=text[:40]) from error
    if moment > reader.latest:
        raise Invalid("row-moment-to-come", column=column, text=text[:40])
    return moment


def _degrees(cells: dict[str, str], column: str) -> float:
    text = cells[column].strip()
    try:
        return float(text)
    except ValueError as error:
        raise Invalid("row-place-not-readable", column=column, text=text[:40]) from error
