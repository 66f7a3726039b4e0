"""The texts of `docs/method` as HTML: as much of CommonMark as they are written in, and no more.

Everything is escaped first: a text can hold no markup of its own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup, escape

import backend

ROOT = Path(backend.__file__).parent.parent
# In a checkout, and where the program was installed as a wheel (`pyproject.toml` puts them there).
_FOLDERS = ("docs/method", "evenward_method")
_HEADING = re.compile(r"(#{1,4}) (.+)")
_BULLET = re.compile(r"(?:[-*]|\d+\.) (.+)")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|(?<!\w)\*(?P<em>[^*\s][^*]*)\*(?!\w)"
    r"|\[(?P<words>[^\]]+)\]\((?P<address>[^)\s]+)\)"
)
# A line by itself that says what something is: shown apart, as it is written.
_FORMULA = re.compile(r"[A-Za-z_][\w (),.'-]{0,40} = \S.*")
_OTHER_TEXT = re.compile(r"(?:\./)?([a-z0-9-]+)\.md(#[\w-]+)?")


@dataclass(frozen=True, slots=True)
class MethodText:
    """One text: its name in addresses, its title, and the whole without it."""

    name: str
    title: str
    body: Markup


def method_names() -> list[str]:
    """What there is."""
    return sorted(path.stem for path in _folder().glob("*.md"))


def method_text(name: str) -> MethodText:
    """The text of this name, which must be one of `method_names`."""
    lines = (_folder() / f"{name}.md").read_text(encoding="utf-8").splitlines()
    title = lines[0].lstrip("# ")
    return MethodText(name, title, Markup("\n").join(map(_block, _blocks(lines[1:]))))


def _folder() -> Path:
    there = (ROOT / name for name in _FOLDERS)
    return next((one for one in there if one.is_dir()), ROOT / _FOLDERS[0])


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines that belong together; code keeps its empty lines."""
    block: list[str] = []
    is_code = False
    for line in lines:
        if line.startswith("```"):
            if not is_code and block:
                yield block
                block = []
            block.append(line)
            is_code = not is_code
            if not is_code:
                yield block
                block = []
        elif line.strip() or is_code:
            if not is_code and _HEADING.fullmatch(line):
                if block:
                    yield block
                yield [line]
                block = []
            else:
                block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _block(lines: list[str]) -> Markup:
    first = lines[0]
    if heading := _HEADING.fullmatch(first):
        # The title is the page's own.
        shape = Markup("<h2>{}</h2>") if len(heading[1]) <= 2 else Markup("<h3>{}</h3>")
        return shape.format(_inline(heading[2]))
    if first.startswith("```"):
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format("\n".join(lines[1:-1]))
    if first.startswith("|"):
        return _table(lines)
    if first.startswith("    "):
        code = "\n".join(line[4:] for line in lines)
        return Markup('<pre tabindex="0"><code>{}</code></pre>').format(code)
    start = next((at for at, line in enumerate(lines) if _BULLET.match(line)), len(lines))
    before = " ".join(line.strip() for line in lines[:start])
    parts = [_paragraph(before)] if before else []
    return Markup("\n").join([*parts, *([_list(lines[start:])] if lines[start:] else [])])


def _paragraph(text: str) -> Markup:
    if _FORMULA.fullmatch(text) and "`" not in text:
        return Markup('<p class="formula" tabindex="0">{}</p>').format(_inline(text))
    return Markup("<p>{}</p>").format(_inline(text))


def _list(lines: list[str]) -> Markup:
    items: list[str] = []
    for line in lines:
        if found := _BULLET.match(line.strip()):
            items.append(found[1])
        elif items:
            items[-1] += " " + line.strip()
    shape = Markup("<ol>{}</ol>") if lines[0][0].isdigit() else Markup("<ul>{}</ul>")
    said = Markup("").join(Markup("<li>{}</li>").format(_inline(item)) for item in items)
    return shape.format(said)


def _table(lines: list[str]) -> Markup:
    head, _rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    titles = Markup("").join(Markup('<th scope="col">{}</th>').format(_inline(one)) for one in head)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td>{}</td>").format(_inline(cell)) for cell in row)
        )
        for row in rows
    )
    return Markup(
        '<div class="table-scroll" role="region" aria-label="{}" tabindex="0"><table class="table">'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(", ".join(head), titles, body)


def _inline(text: str) -> Markup:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[at : found.start()]), _marked(found)]
        at = found.end()
    return Markup("").join([*parts, escape(text[at:])])


def _marked(found: re.Match[str]) -> Markup:
    if found["code"]:
        return _linked(found["code"], Markup("<code>{}</code>").format(found["code"]))
    if found["strong"]:
        return Markup("<strong>{}</strong>").format(_inline(found["strong"]))
    if found["em"]:
        return Markup("<em>{}</em>").format(_inline(found["em"]))
    return _linked(found["address"], _inline(found["words"]))


def _linked(address: str, words: Markup) -> Markup:
    """Between the texts there are links; what lies elsewhere in the repository is named only."""
    other = _OTHER_TEXT.fullmatch(address)
    if other is None or other[1] not in method_names():
        return words
    return Markup('<a href="{}">{}</a>').format(other[1], words)
