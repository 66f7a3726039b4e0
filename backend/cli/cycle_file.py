"""A cycle as a TOML file that a city can write: read into the command that drafts it.

Amounts are in whole units of the currency, or in quotes with decimals. Moments are the city's time;
a day stands for its first moment as a start and for its last as an end.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from backend.ballots.cycle.commands import CreateCycle, PartPlan
from backend.ballots.cycle.phases import ORDER, Phase, Span
from backend.ballots.tally.amounts import LARGEST_EXACT, read_amount
from backend.core.errors import DomainError, Invalid
from backend.core.toml_lines import TomlLines, TomlPath, read_toml

Reader: TypeAlias = Callable[[Any], Any]
_POSITION = re.compile(r"[0-9]+")
# TOML 1.0 has no moment without seconds.
_NO_SECONDS = re.compile(r"=\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?![:0-9])")
_A_MOMENT = '2027-05-31, 2027-05-31T18:00:00 or "2027-05-31T18:00"'


@dataclass(frozen=True, slots=True)
class CycleFile:
    """The command a file says, and where it says what."""

    name: str
    lines: TomlLines
    command: CreateCycle

    def located(self, error: DomainError) -> DomainError:
        """`error` about a part of the command, with the line of the file it stands on."""
        if error.pointer is None:
            return error
        path: TomlPath = tuple(
            int(step) if _POSITION.fullmatch(step) else step
            for step in error.pointer.strip("/").split("/")
        )
        return Invalid("cycle-file-refused", error, file=self.name, line=self.lines.of(path))


def read_cycle(path: Path, zone: ZoneInfo) -> CycleFile:
    """Raises `Invalid` at the first thing that cannot be, with its line."""
    try:
        text = path.read_text(encoding="utf-8")
        document = read_toml(text)
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("cycle-file-not-readable", file=path.name, why=str(error)) from error
    except ValueError as error:
        why = _why_not_toml(text, str(error))
        raise Invalid("cycle-file-not-readable", file=path.name, why=why) from error
    lines = TomlLines(text)
    return CycleFile(path.name, lines, _Reading(path.name, lines, zone).command(document))


def _why_not_toml(text: str, told: str) -> str:
    """What the parser told, and where a moment lacks its seconds that instead."""
    for number, line in enumerate(text.split("\n"), start=1):
        if f"at line {number}," in told and _NO_SECONDS.search(line):
            return f"line {number}: without quotes an hour needs its seconds; write {_A_MOMENT}"
    return told


class _Reading:
    """Reads the tables of one file; `_table` checks keys and values, and knows the lines."""

    def __init__(self, name: str, lines: TomlLines, zone: ZoneInfo) -> None:
        self._name, self._lines, self._zone = name, lines, zone

    def command(self, document: dict[str, Any]) -> CreateCycle:
        scale = {"money_scale": 100} | document
        money = _money(scale["money_scale"])
        fields: dict[str, Reader] = {
            "slug": _text,
            "title": _text,
            "currency": _text,
            "money_scale": _whole,
            "budget": money,
            "remit": _text,
            "out_of_scope": _text,
            "participation_level": _text,
            "parts": _tables,
            "phases": _mapping,
            "ballot_form": _mapping,
            "rule": _mapping,
            "budget_formula": _mapping,
        }
        needed = ("slug", "title", "currency", "budget", "parts", "phases")
        values = self._table((), document, fields, needed)
        formula = values.get("budget_formula")
        if formula and "citywide_budget" in formula:
            at = ("budget_formula", "citywide_budget")
            formula["citywide_budget"] = self._read(at, formula["citywide_budget"], money)
        for name in ("ballot_form", "rule", "budget_formula"):
            for term, value in values.get(name, {}).items():
                self._read((name, term), value, _term)
        parts = [self._part(place, one, money) for place, one in enumerate(values.pop("parts"))]
        dates = self._dates(values.pop("phases"))
        return replace(CreateCycle("", "", "", 0, parts, dates), **values)

    def _part(self, place: int, table: dict[str, Any], money: Reader) -> PartPlan:
        fields = {"code": _text, "name": _text, "budget": money, "population": _whole}
        return PartPlan(**self._table(("parts", place), table, fields, ("code", "name")))

    def _dates(self, table: dict[str, Any]) -> dict[Phase, Span]:
        phases = [phase.value for phase in ORDER]
        found = self._table(("phases",), table, dict.fromkeys(phases, _mapping), phases)
        return {phase: self._span(phase, found[phase]) for phase in ORDER}

    def _span(self, phase: Phase, table: dict[str, Any]) -> Span:
        fields: dict[str, Reader] = {
            "starts": lambda value: _moment(value, self._zone, is_end=False),
            "ends": lambda value: _moment(value, self._zone, is_end=True),
        }
        read = self._table(("phases", phase.value), table, fields, ("starts", "ends"))
        return Span(read["starts"], read["ends"])

    def _table(
        self,
        path: TomlPath,
        table: Mapping[str, Any],
        fields: Mapping[str, Reader],
        needed: Any,
    ) -> dict[str, Any]:
        for name in needed:
            if name not in table:
                raise self._refusal(path, f"{name} is missing")
        for name in table:
            if name not in fields:
                raise self._refusal((*path, name), f"there is no {name}, only {', '.join(fields)}")
        return {
            name: self._read((*path, name), value, fields[name]) for name, value in table.items()
        }

    def _read(self, path: TomlPath, value: Any, read: Reader) -> Any:
        try:
            return read(value)
        except (ValueError, OverflowError) as error:
            raise self._refusal(path, f"{path[-1]} is {error}") from error

    def _refusal(self, path: TomlPath, why: str) -> Invalid:
        line = self._lines.of(path)
        return Invalid("cycle-file-not-valid", file=self._name, line=line, why=why)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("a text in quotes")
    return value.strip()


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise ValueError("a whole number without quotes")
    return value


def _term(value: Any) -> Any:
    """What JSON can say and every program reads alike, however deep."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            _term(one)
    elif isinstance(value, int | float):
        # Said so that what is no number is refused as well.
        if not abs(value) <= LARGEST_EXACT:
            raise ValueError(f"no number that can be used; the largest is {LARGEST_EXACT}")
    elif not isinstance(value, str):
        raise ValueError("a day; write it in quotes")
    return value


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a table")
    return value


def _tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError("a list of tables, each beginning with [[parts]]")
    return value


def _money(scale: Any) -> Reader:
    def read(value: Any) -> int:
        amount = read_amount(str(value)) if type(value) in (int, str) else None
        if type(scale) is not int or amount is None or 10**amount.places > scale:
            raise ValueError('an amount such as 250000, or "1250.50" in quotes')
        return amount.at(scale)

    return read


def _moment(value: Any, zone: ZoneInfo, *, is_end: bool) -> datetime:
    if isinstance(value, str):
        value = _quoted(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if not isinstance(value, date):
        raise ValueError(f"a day or a moment: {_A_MOMENT}")
    # The whole of the last day belongs to it.
    return datetime.combine(value + timedelta(days=is_end), time(), zone)


def _quoted(text: str) -> date | None:
    """The day or the moment a text says, None where it says neither."""
    for kind in (date, datetime):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return None
