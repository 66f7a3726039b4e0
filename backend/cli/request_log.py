"""A city's request log, one CSV row for each request, as the columns the statistics take."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import nan

import numpy as np

from backend.cli.stray_moments import stray_moments
from backend.core.channels import OWN_CHANNELS
from backend.core.errors import Invalid
from equity.rates.events import FOUND, GONE, UNKNOWN, Moments, Requests, requests_from_columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NOT_A_TIME = np.iinfo(np.int64).min  # NaT
_EMPTY = frozenset({"", "na", "nan", "nat", "none", "null"})
_OUTCOMES = {"found": FOUND, "gone": GONE}
_LARGEST_NUMBER = 1e100  # its square must still be a number
_LOCAL_MOMENT = re.compile(
    r"(?:(?P<month>\d{1,2})/(?P<day>\d{1,2})/|(?P<day_first>\d{1,2})\.(?P<month_second>\d{1,2})\.)"
    r"(?P<year>\d{4})"
    r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)


@dataclass(frozen=True, slots=True)
class LogColumns:
    """The names of the columns that hold each part."""

    incident: str
    request: str
    at: str
    area: str
    category: str
    covariates: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
    reporter: str | None = None
    outcome: str | None = None
    channel: str | None = None

    def all(self) -> tuple[str, ...]:
        single = (self.incident, self.request, self.at, self.area, self.category)
        asked = (self.reporter, self.outcome, self.channel)
        return single + self.covariates + self.until + tuple(name for name in asked if name)


@dataclass(frozen=True, slots=True)
class RowLeftOut:
    """A row left out: the line of the file it ends on, and what is wrong with it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class RequestLog:
    """The rows that are used, those that could not be read, and those whose moments can hardly be
    right."""

    requests: Requests
    rows: int
    unreadable: tuple[RowLeftOut, ...]
    stray: tuple[RowLeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    incident: str
    request: str
    at: int
    area: str | None
    category: str | None
    covariates: tuple[float, ...]
    until: tuple[int, ...]
    reporter: str | None
    outcome: int
    is_report: bool


class _CannotRead(ValueError):
    pass


def read_request_log(
    path: str, columns: LogColumns, now: datetime, end: datetime | None = None
) -> RequestLog:
    """Read the file; every row that can be read is used, but for `stray_moments`.

    Areas, categories, covariates, reporters, outcomes and `until` moments may be empty. An outcome
    is `found`, `gone`, or anything else, which tells nothing; what came by a channel of the city's
    own is no resident's report. A moment is ISO 8601, MM/DD/YYYY or DD.MM.YYYY with an optional
    time; one without a zone is in UTC.

    Raises Invalid: `file-unreadable`, `file-not-utf8`, `file-empty`, `file-not-csv`,
    `columns-missing`, `columns-repeated`, `no-readable-rows`.
    """
    rows: list[tuple[int, _Row]] = []
    unreadable: list[RowLeftOut] = []
    lines = _lines(path)
    _, header = next(lines, (0, None))
    if header is None:
        raise Invalid("file-empty", file=path)
    at = _positions(header, columns)
    for line, cells in lines:
        try:
            rows.append((line, _row(cells, columns, at, len(header))))
        except _CannotRead as error:
            unreadable.append(RowLeftOut(line, str(error)))
    names = (columns.at, *columns.until)
    moments = _moments([(row.at, *row.until) for _, row in rows]).reshape(-1, len(names))
    stray = stray_moments(moments, names, as_utc(now), as_utc(end) if end else None)
    used = [row for number, (_, row) in enumerate(rows) if number not in stray]
    left_out = [RowLeftOut(rows[number][0], reason) for number, reason in sorted(stray.items())]
    if not used:
        all_out = (*unreadable, *left_out)
        raise Invalid(
            "no-readable-rows",
            file=path,
            count=len(all_out),
            example=f"line {all_out[0].line}: {all_out[0].reason}" if all_out else "none",
        )
    return RequestLog(_requests(used, columns), len(used), tuple(unreadable), tuple(left_out))


def as_utc(moment: datetime) -> np.datetime64:
    """A moment that knows its zone, as the statistics take it."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


def read_moment(text: str) -> datetime:
    """In UTC; raises ValueError where the text is no moment."""
    text = text.strip()
    if local := _LOCAL_MOMENT.fullmatch(text):
        return _local_moment(local)
    try:
        moment = datetime.fromisoformat(text.removesuffix(" UTC"))
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:  # the year 1 or 9999, moved out of the calendar by its zone
        raise ValueError(text) from error


def _local_moment(parts: re.Match[str]) -> datetime:
    hour, half = int(parts["hour"] or 0), (parts["half"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(parts[0])
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(
        int(parts["year"]),
        int(parts["month"] or parts["month_second"]),
        int(parts["day"] or parts["day_first"]),
        hour,
        int(parts["minute"] or 0),
        int(parts["second"] or 0),
        tzinfo=UTC,
    )


def _lines(path: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of every line that is not blank."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            try:
                for cells in reader:
                    if cells:
                        yield reader.line_num, cells
            except csv.Error as error:
                raise Invalid(
                    "file-not-csv", file=path, line=reader.line_num, reason=str(error)
                ) from error
    except UnicodeDecodeError as error:
        raise Invalid("file-not-utf8", file=path) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Invalid("file-unreadable", file=path, reason=reason) from error


def _positions(header: list[str], columns: LogColumns) -> dict[str, int]:
    names = [name.strip() for name in header]
    asked = dict.fromkeys(columns.all())
    if missing := [name for name in asked if name not in names]:
        raise Invalid("columns-missing", missing=", ".join(missing), present=", ".join(names))
    if repeated := [name for name in asked if names.count(name) > 1]:
        raise Invalid("columns-repeated", repeated=", ".join(repeated))
    return {name: names.index(name) for name in asked}


def _row(cells: list[str], columns: LogColumns, at: dict[str, int], width: int) -> _Row:
    if len(cells) != width:
        raise _CannotRead(f"it has {len(cells)} cells where the header has {width}")

    def cell(name: str) -> str:
        return cells[at[name]].strip()

    def filled(name: str) -> str:
        if not cell(name):
            raise _CannotRead(f"{name} is empty")
        return cell(name)

    return _Row(
        filled(columns.incident),
        filled(columns.request),
        _ticks(columns.at, filled(columns.at)),
        cell(columns.area) or None,
        cell(columns.category) or None,
        tuple(_number(name, cell(name)) for name in columns.covariates),
        tuple(
            _NOT_A_TIME if cell(name).lower() in _EMPTY else _ticks(name, cell(name))
            for name in columns.until
        ),
        (cell(columns.reporter) or None) if columns.reporter else None,
        _OUTCOMES.get(cell(columns.outcome).lower(), UNKNOWN) if columns.outcome else UNKNOWN,
        cell(columns.channel).lower() not in OWN_CHANNELS if columns.channel else True,
    )


def _ticks(name: str, text: str) -> int:
    try:
        return (read_moment(text) - _EPOCH) // _TICK
    except ValueError:
        raise _CannotRead(f"{name} is no moment: {text[:40]!r}") from None


def _number(name: str, text: str) -> float:
    if text.lower() in _EMPTY:
        return nan
    try:
        number = float(text)
    except ValueError:
        number = nan
    if not abs(number) < _LARGEST_NUMBER:
        raise _CannotRead(f"{name} is no number: {text[:40]!r}")
    return number


def _requests(rows: list[_Row], columns: LogColumns) -> Requests:
    covariates = np.array([row.covariates for row in rows], float)
    until = _moments([row.until for row in rows])
    return requests_from_columns(
        incident=[row.incident for row in rows],
        request=[row.request for row in rows],
        at=_moments([row.at for row in rows]),
        area=[row.area for row in rows],
        category=[row.category for row in rows],
        until=list(until.T),
        covariates=dict(zip(columns.covariates, covariates.T, strict=True)),
        reporter=[row.reporter for row in rows],
        is_report=np.array([row.is_report for row in rows]),
        outcome=np.array([row.outcome for row in rows]) if columns.outcome else None,
    )


def _moments(ticks: Sequence[int] | Sequence[tuple[int, ...]]) -> Moments:
    return np.array(ticks, np.int64).astype("datetime64[us]")
