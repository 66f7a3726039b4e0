"""The city's catalogue as a TOML file: services and what they ask, words of danger, who takes what,
which days count, and what the city decided.

A service, team or body in the file becomes what the file says, others stay. The tables of routes,
holidays and each language's words of danger are taken whole, in the place of those before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from backend.core.errors import Invalid
from backend.core.given_file import require_file
from backend.core.toml_lines import TomlLines, TomlPath, read_toml
from backend.reports.catalogue_fields import (
    ATTRIBUTE,
    BODY,
    HOLIDAY,
    LANGUAGE,
    NEEDED,
    OPEN311_WORDS,
    POLICY,
    ROUTE,
    SERVICE,
    TEAM,
    Field,
    Fields,
    attribute_fault,
    hazard_words,
)

Entry: TypeAlias = dict[str, Any]

_TABLES = ("policy", "service", "team", "body", "route", "holiday", "hazard_words")


@dataclass(frozen=True, slots=True)
class FileLines:
    """A file by its name and the lines of its keys, for saying where something is wrong."""

    name: str
    lines: TomlLines

    def refusal(self, path: TomlPath, why: str) -> Invalid:
        """What is wrong with the value at `path`."""
        line = self.lines.of(path)
        return Invalid("catalogue-not-valid", file=self.name, line=line, why=why)


@dataclass(frozen=True, slots=True)
class CatalogueFile:
    """A file's entries, by the names of the columns they are kept in; None for what it leaves out.

    `attributes` has what each service of the file asks, in order.
    """

    lines: FileLines
    services: tuple[Entry, ...]
    attributes: Mapping[str, tuple[Entry, ...]]
    teams: tuple[Entry, ...]
    bodies: tuple[Entry, ...]
    routes: tuple[Entry, ...] | None
    holidays: tuple[Entry, ...] | None
    hazard_words: Mapping[str, tuple[str, ...]]
    policy: Entry | None


def read_catalogue(path: Path) -> CatalogueFile:
    """The catalogue in a TOML file; raises `Invalid` with the first line that cannot be."""
    require_file(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Invalid("catalogue-not-readable", file=path.name, why=str(error)) from error
    return catalogue_of(path.name, data)


def catalogue_of(name: str, data: bytes) -> CatalogueFile:
    """The same of a file that was sent."""
    try:
        text = data.decode().replace("\r\n", "\n")
        document = read_toml(text)
    except ValueError as error:
        raise Invalid("catalogue-not-readable", file=name, why=str(error)) from error
    lines = FileLines(name, TomlLines(text))
    _refuse_unknown(lines, (), document, _TABLES)
    services = _entries(lines, document, "service", _SERVICE_TABLE)
    attributes = {
        service["code"]: _attributes(lines, at, service.pop("attributes"))
        for at, service in enumerate(services)
    }
    _refuse_repeated(lines, "service", services, "code")
    is_there = document.keys()
    policy = document.get("policy")
    return CatalogueFile(
        lines=lines,
        services=services,
        attributes=attributes,
        teams=_coded(lines, document, "team", TEAM),
        bodies=_coded(lines, document, "body", BODY),
        routes=_routes(lines, document) if "route" in is_there else None,
        holidays=_holidays(lines, document) if "holiday" in is_there else None,
        hazard_words=_hazard_words(lines, document.get("hazard_words", {})),
        policy=None if policy is None else _entry(lines, ("policy",), policy, POLICY),
    )


# The questions of a service are read once its code is known.
_SERVICE_TABLE: Fields = {**SERVICE, "attribute": Field("attributes", lambda found: found, ())}


def _attributes(lines: FileLines, at: int, tables: Any) -> tuple[Entry, ...]:
    path: TomlPath = ("service", at, "attribute")
    found = _list(lines, path, list(tables) if tables == () else tables, ATTRIBUTE)
    for position, why in attribute_fault(found):
        raise lines.refusal((*path, position), f"attribute is {why}")
    for position, one in enumerate(found):
        one |= {"position": position + 1, "choices": list(one["choices"])}
    return found


def _coded(lines: FileLines, document: Entry, name: str, fields: Fields) -> tuple[Entry, ...]:
    found = _entries(lines, document, name, fields)
    _refuse_repeated(lines, name, found, "code")
    return found


def _holidays(lines: FileLines, document: Entry) -> tuple[Entry, ...]:
    found = _entries(lines, document, "holiday", HOLIDAY)
    _refuse_repeated(lines, "holiday", found, "day")
    return found


def _routes(lines: FileLines, document: Entry) -> tuple[Entry, ...]:
    found = _entries(lines, document, "route", ROUTE)
    for at, one in enumerate(found):
        if (one["team_code"] is None) == (one["body_code"] is None):
            raise lines.refusal(("route", at), "a route leads to one team or to one body")
    _refuse_repeated(lines, "route", found, "service_code", "district_code")
    return found


def _hazard_words(lines: FileLines, table: Any) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(table, dict):
        raise lines.refusal(("hazard_words",), "hazard_words is a table of languages")
    found = {}
    for language, words in table.items():
        path = ("hazard_words", language)
        if not LANGUAGE.fullmatch(language) or not isinstance(words, list):
            raise lines.refusal(path, 'a language has a list of words, such as en = ["gas leak*"]')
        try:
            found[language] = hazard_words(words)
        except ValueError as error:
            raise lines.refusal(path, f"{language} is {error}") from error
    return found


def _entries(lines: FileLines, document: Entry, name: str, fields: Fields) -> tuple[Entry, ...]:
    return _list(lines, (name,), document.get(name, []), fields)


def _list(lines: FileLines, path: TomlPath, tables: Any, fields: Fields) -> tuple[Entry, ...]:
    if not isinstance(tables, list):
        raise lines.refusal(path, f"each {path[-1]} begins with [[{path[-1]}]]")
    return tuple(_entry(lines, (*path, at), one, fields) for at, one in enumerate(tables))


def _entry(lines: FileLines, path: TomlPath, table: Any, fields: Fields) -> Entry:
    if not isinstance(table, dict):
        raise lines.refusal(path, f"{path[0]} is a table")
    _refuse_unknown(lines, path, table, tuple(fields))
    entry = {}
    for name, field in fields.items():
        if name not in table:
            if field.default is NEEDED:
                raise lines.refusal(path, f"{name} is missing")
            entry[field.column] = field.default
            continue
        try:
            entry[field.column] = field.read(table[name])
        except ValueError as error:
            raise lines.refusal((*path, name), f"{name} is {error}") from error
    return entry


def _refuse_unknown(lines: FileLines, path: TomlPath, table: Entry, known: tuple[str, ...]) -> None:
    for name in table:
        if name not in known:
            why = f"there is no {name} here, only {', '.join(known)}"
            if known == tuple(ATTRIBUTE) and name in OPEN311_WORDS:
                why = f"what Open311 calls {name} is written here as {OPEN311_WORDS[name]}"
            raise lines.refusal((*path, name), why)


def _refuse_repeated(
    lines: FileLines, table: str, entries: tuple[Entry, ...], *columns: str
) -> None:
    seen = set()
    for at, entry in enumerate(entries):
        key = tuple(entry[column] for column in columns)
        if key in seen:
            words = " and ".join(str(part or "any") for part in key)
            raise lines.refusal((table, at), f"{words} stands in an earlier {table} too")
        seen.add(key)
