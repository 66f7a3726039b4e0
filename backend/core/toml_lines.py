"""What a TOML file says, and on which line, so that a refusal can name it. Pure."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, TypeAlias

TomlPath: TypeAlias = tuple[str | int, ...]

# Longest first: three quotes open a text over several lines. A text's own end may be quotes too.
_TOKEN = re.compile(
    r'(?P<text>"""(?:\\.|[^\\])*?"""(?!")|\'\'\'.*?\'\'\'(?!\')|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<comment>\#[^\n]*)|(?P<newline>\n)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<other>[^\s])",
    re.DOTALL,
)
_PART = re.compile(r'"((?:\\.|[^"\\])*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')


def read_toml(text: str) -> dict[str, Any]:
    """The document in `text`; raises `ValueError`, also on what no reader could follow."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ValueError("brackets stand in brackets too many times") from error


class TomlLines:
    """The lines of the keys of a document that `tomllib` has read without complaint."""

    def __init__(self, text: str) -> None:
        self._lines: dict[TomlPath, int] = {(): 1}
        self._counts: dict[TomlPath, int] = {}
        table: TomlPath = ()
        for line, statement in _statements(text):
            if statement.startswith("[["):
                table = self._next_of_array(statement[2:])
            elif statement.startswith("["):
                table = self._resolved(_parts(statement[1:]))
            else:
                self._lines.setdefault(table + _parts(statement), line)
                continue
            self._lines.setdefault(table, line)

    def of(self, path: TomlPath) -> int:
        """The line of `path`, such as ("service", 0, "code"), or of what holds it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _next_of_array(self, header: str) -> TomlPath:
        *above, name = _parts(header)
        path = (*self._resolved(tuple(above)), name)
        self._counts[path] = self._counts.get(path, 0) + 1
        return (*path, self._counts[path] - 1)

    def _resolved(self, parts: TomlPath) -> TomlPath:
        """A name of an array of tables stands for its latest table."""
        path: TomlPath = ()
        for part in parts:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each line on which a header or a key begins, with its number."""
    lines = text.split("\n")
    line, depth, is_begun = 1, 0, False
    for token in _TOKEN.finditer(text):
        kind, found = token.lastgroup, token.group()
        if not is_begun and kind not in {"newline", "comment"}:
            is_begun = True
            yield line, lines[line - 1].strip()
        depth += (kind == "open") - (kind == "close")
        if kind == "newline" and depth == 0:
            is_begun = False
        line += found.count("\n")


def _parts(header: str) -> TomlPath:
    """The parts of a dotted key at the beginning of `header`."""
    parts: list[str] = []
    rest = header.lstrip()
    while match := _PART.match(rest):
        parts.append(next(part for part in match.groups() if part is not None))
        rest = rest[match.end() :].lstrip()
        if not rest.startswith("."):
            break
        rest = rest[1:].lstrip()
    return tuple(parts)
