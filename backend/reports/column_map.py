"""The map of a request file: which column is what, and what its words mean here.

Without a map the names of the Open311 bulk file apply (GeoReport Bulk, open311.org).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.core.channels import Channel
from backend.core.errors import Invalid
from backend.core.given_file import require_file
from backend.core.toml_lines import read_toml


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's column for each Open311 bulk field; the five without default must be there."""

    service_request_id: str = "service_request_id"
    requested_datetime: str = "requested_datetime"
    service_name: str = "service_name"
    lat: str = "lat"
    long: str = "long"
    closed_date: str = "closed_date"
    service_code: str = "service_code"
    description: str = "description"
    address: str = "address"
    source: str = "source"
    parent_service_request_id: str = "parent_service_request_id"

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns no row can do without."""
        return (
            self.service_request_id,
            self.requested_datetime,
            self.service_name,
            self.lat,
            self.long,
        )


@dataclass(frozen=True, slots=True)
class NewService:
    """What a service becomes that the file names and the city does not have yet."""

    severity_band: int = 3
    target_hours: int = 240


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """How to read one file; `source` names the system its ids come from.

    `time_zone` is where moments without an offset were written down. In the hour that its clocks
    show twice, the first of the two is meant.
    """

    source: str = "open311-bulk"
    columns: Columns = field(default_factory=Columns)
    encoding: str = "utf-8-sig"
    delimiter: str = ","
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    datetime_format: str | None = None
    channels: Mapping[str, Channel] = field(default_factory=dict)
    new_services: NewService = field(default_factory=NewService)
    services: Mapping[str, NewService] = field(default_factory=dict)

    def channel_of(self, words: str) -> Channel:
        """The channel a file's word stands for; `other` where nobody said."""
        plain = words.strip().lower()
        return self.channels.get(plain) or _CHANNELS.get(plain, Channel.OTHER)

    def new_service(self, name: str) -> NewService:
        """Band and target for a service the city does not have yet."""
        return self.services.get(name, self.new_services)


# Ten years: a longer target promises nothing.
LONGEST_TARGET_HOURS = 87_600
_WORDS = ("source", "encoding", "delimiter", "time_zone", "datetime_format")
_MAX_SOURCE = 60
_CHANNELS = {channel.value: channel for channel in Channel} | {
    "website": Channel.WEB,
    "mobile app": Channel.APP,
    "e-mail": Channel.EMAIL,
    # As open data has what the city found by itself.
    "city": Channel.STAFF,
}


def read_column_map(path: Path) -> ColumnMap:
    """The map in a TOML file; raises `Invalid` saying which line of it cannot be."""
    require_file(path)
    try:
        document = read_toml(path.read_text(encoding="utf-8"))
        return _column_map(document)
    except (OSError, UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
        raise Invalid("import-map-not-valid", file=path.name, why=str(error)) from error


def _column_map(document: dict[str, Any]) -> ColumnMap:
    unknown = document.keys() - {item.name for item in fields(ColumnMap)}
    if unknown:
        raise ValueError(f"there is no setting {', '.join(sorted(unknown))}")
    values = dict(document)
    _check_words(values)
    if "columns" in values:
        values["columns"] = Columns(**values["columns"])
    if "time_zone" in values:
        try:
            values["time_zone"] = ZoneInfo(values["time_zone"])
        except ZoneInfoNotFoundError as error:
            raise ValueError(f"{values['time_zone']} is not a time zone") from error
    if "channels" in values:
        said = values["channels"].items()
        values["channels"] = {word.strip().lower(): Channel(channel) for word, channel in said}
    if "new_services" in values:
        values["new_services"] = _new_service(values["new_services"])
    if "services" in values:
        said = values["services"].items()
        values["services"] = {name: _new_service(table) for name, table in said}
    return ColumnMap(**values)


def _check_words(values: Mapping[str, Any]) -> None:
    words = [(name, values[name]) for name in _WORDS if name in values]
    for name, value in [*words, *values.get("columns", {}).items()]:
        if not isinstance(value, str) or not value:
            raise ValueError(f"{name} is text in quotes")
    if len(values.get("delimiter", ",")) > 1:
        raise ValueError("delimiter is one character")
    if len(values.get("source", "")) > _MAX_SOURCE:
        raise ValueError(f"source has at most {_MAX_SOURCE} characters")


def _new_service(table: Mapping[str, int]) -> NewService:
    service = NewService(**table)
    is_whole = type(service.severity_band) is int and type(service.target_hours) is int
    is_within = service.severity_band in range(5) and (
        1 <= service.target_hours <= LONGEST_TARGET_HOURS
    )
    if not (is_whole and is_within):
        raise ValueError(
            f"severity_band is 0 to 4 and target_hours 1 to {LONGEST_TARGET_HOURS}, both whole"
        )
    return service
