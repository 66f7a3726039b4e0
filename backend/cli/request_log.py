"""A city's request log, one CSV row for each request, as the columns the statistics take."""

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import nan

import numpy as np

from backend.cli.moment_text import OrderUnknown, day_order, read_moment
from backend.cli.stray_moments import stray_moments
from backend.core.channels import OWN_CHANNELS
from backend.core.errors import Invalid
from equity.rates.events import FOUND, GONE, UNKNOWN, Moments, Requests, requests_from_columns

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_NOT_A_TIME = np.iinfo(np.int64).min  # NaT
MISSING = frozenset(
    {"", "-", "na", "n/a", "nan", "-nan", "nat", "none", "null", "<na>", "#na", "#n/a", "#n/a n/a"}
    | {"1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan"}
)
"""What R, pandas, geopandas and spreadsheets write where there is nothing, in lower case."""

_MANY = 0.1
_EXAMPLES = 3
_OUTCOMES = {"found": FOUND, "gone": GONE}
_LARGEST_NUMBER = 1e100  # its square must still be a number


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
class LogReading:
    """How cells are read: whether the day comes first in dates with slashes (None: as the file's
    own rows say), and words that are names though they look like `MISSING` values."""

    is_day_first: bool | None = None
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RowLeftOut:
    """A row left out: the line of the file it ends on, and what is wrong with it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class RequestLog:
    """The rows that are used, those that could not be read, and those whose moments can hardly be
    right. `missing` counts by column and word the cells of keys, areas and categories that hold one
    of `MISSING` instead of being empty."""

    requests: Requests
    rows: int
    unreadable: tuple[RowLeftOut, ...]
    stray: tuple[RowLeftOut, ...]
    missing: Mapping[tuple[str, str], int]


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
    """What is wrong with a row."""


class _KeyMissing(_CannotRead):
    """Nothing is wrong with its cells, but one that has to be there is not."""


def read_request_log(
    path: str,
    columns: LogColumns,
    now: datetime,
    end: datetime | None = None,
    reading: LogReading | None = None,
) -> RequestLog:
    """Read the file; every row that can be read is used, but for `stray_moments`.

    Areas, categories, covariates, reporters, outcomes and `until` moments may be empty. An outcome
    is `found`, `gone`, or anything else, which tells nothing; what came by a channel of the city's
    own is no resident's report. A moment is ISO 8601, MM/DD/YYYY or DD.MM.YYYY with an optional
    time; one without a zone is in UTC. All dates with slashes have one order, the one that fits
    most of those which fit one alone.

    Raises Invalid: `file-unreadable`, `file-not-utf8`, `file-empty`, `file-not-csv`,
    `columns-missing`, `columns-repeated`, `no-readable-rows`; `day-order-unknown` where every such
    date fits both orders, and `rows-unreadable` where a tenth of the rows cannot be read.
    """
    reading = reading or LogReading()
    if reading.is_day_first is None:
        reading = replace(reading, is_day_first=_day_order(path, columns))
    rows: list[tuple[int, _Row]] = []
    unreadable: list[RowLeftOut] = []
    spoilt: list[RowLeftOut] = []
    lines, reader = _below_header(path, columns, reading)
    for line, cells in lines:
        try:
            rows.append((line, reader.row(cells)))
        except _CannotRead as error:
            unreadable.append(RowLeftOut(line, str(error)))
            if not isinstance(error, _KeyMissing):
                spoilt.append(unreadable[-1])
    names = (columns.at, *columns.until)
    moments = _moments([(row.at, *row.until) for _, row in rows]).reshape(-1, len(names))
    stray = stray_moments(moments, names, as_utc(now), as_utc(end) if end else None)
    used = [row for number, (_, row) in enumerate(rows) if number not in stray]
    left_out = [RowLeftOut(rows[number][0], reason) for number, reason in sorted(stray.items())]
    total = len(rows) + len(unreadable)
    if not used:
        all_out = (*unreadable, *left_out)
        raise Invalid("no-readable-rows", file=path, count=total, example=_examples(all_out[:1]))
    if len(spoilt) > _MANY * total:
        told = _examples(spoilt[:_EXAMPLES])
        raise Invalid("rows-unreadable", file=path, count=len(spoilt), rows=total, examples=told)
    return RequestLog(
        _requests(used, columns), len(used), tuple(unreadable), tuple(left_out), reader.missing
    )


def as_utc(moment: datetime) -> np.datetime64:
    """A moment that knows its zone, as the statistics take it."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us")


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


def _below_header(
    path: str, columns: LogColumns, reading: LogReading
) -> tuple[Iterator[tuple[int, list[str]]], "_Reader"]:
    """The lines below the header, and what reads them."""
    lines = _lines(path)
    _, header = next(lines, (0, None))
    if header is None:
        raise Invalid("file-empty", file=path)
    return lines, _Reader(columns, _positions(header, columns), len(header), reading)


def _day_order(path: str, columns: LogColumns) -> bool | None:
    lines, reader = _below_header(path, columns, LogReading())
    held = [reader.at[name] for name in (columns.at, *columns.until)]
    try:
        return day_order(
            cells[at] for _, cells in lines if len(cells) == reader.width for at in held
        )
    except OrderUnknown as error:
        names = ", ".join((columns.at, *columns.until))
        raise Invalid("day-order-unknown", columns=names, example=error.args[0]) from error


def _examples(rows: Sequence[RowLeftOut]) -> str:
    return "; ".join(f"line {row.line}: {row.reason}" for row in rows) or "none"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Rows from cells; `at` are the positions of columns, `missing` is as in `RequestLog`."""

    columns: LogColumns
    at: Mapping[str, int]
    width: int
    reading: LogReading
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)

    def row(self, cells: list[str]) -> _Row:
        """Raises _CannotRead."""
        if len(cells) != self.width:
            raise _CannotRead(f"it has {len(cells)} cells where the header has {self.width}")
        columns = self.columns

        def cell(name: str) -> str:
            return cells[self.at[name]].strip()

        def key(name: str) -> str:
            found = self._known(name, cell(name))
            if found is None:
                says = (
                    f"says {cell(name)!r}, which stands for nothing" if cell(name) else "is empty"
                )
                raise _KeyMissing(f"{name} {says}")
            return found

        return _Row(
            key(columns.incident),
            key(columns.request),
            self._ticks(columns.at, key(columns.at)),
            self._known(columns.area, cell(columns.area)),
            self._known(columns.category, cell(columns.category)),
            tuple(_number(name, cell(name)) for name in columns.covariates),
            tuple(
                _NOT_A_TIME if cell(name).lower() in MISSING else self._ticks(name, cell(name))
                for name in columns.until
            ),
            self._known(columns.reporter, cell(columns.reporter)) if columns.reporter else None,
            _OUTCOMES.get(cell(columns.outcome).lower(), UNKNOWN) if columns.outcome else UNKNOWN,
            cell(columns.channel).lower() not in OWN_CHANNELS if columns.channel else True,
        )

    def _known(self, name: str, text: str) -> str | None:
        """`text`, or None where it stands for nothing; counted where it is not just empty."""
        if not text:
            return None
        if text.lower() not in MISSING or text in self.reading.names:
            return text
        self.missing[name, text] += 1
        return None

    def _ticks(self, name: str, text: str) -> int:
        try:
            return (read_moment(text, self.reading.is_day_first) - _EPOCH) // _TICK
        except ValueError:
            raise _CannotRead(f"{name} is no moment: {text[:40]!r}") from None


def _number(name: str, text: str) -> float:
    if text.lower() in MISSING:
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
