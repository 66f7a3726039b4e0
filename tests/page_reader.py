"""Reading a page as a browser does: its elements, their attributes, and what is wrong with them."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "link", "meta"}
_NOT_LABELLED = {"hidden", "submit", "button", "image"}
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls")


@dataclass
class Page(HTMLParser):
    """One parsed page."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _labelled_inside: int = 0

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        self.faults += [f"<{tag}> has {name} twice" for name, count in names.items() if count > 1]
        attributes = {name: value or "" for name, value in attrs}
        if "label" in self._open:
            attributes["in-label"] = ""
        self.elements.append((tag, attributes))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes what is not open")

    def finish(self) -> "Page":
        """Note what is wrong with the page as a whole."""
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        tags = Counter(tag for tag, _ in self.elements)
        for tag in ("h1", "main", "title"):
            self.faults += [f"{tags[tag]} <{tag}>"] * (tags[tag] != 1 and tag != "title")
        self._check_ids()
        self._check_fields()
        lang = next((attributes.get("lang") for tag, attributes in self.elements if tag == "html"))
        self.faults += ["the page names no language"] * (not lang)
        return self

    def _check_ids(self) -> None:
        ids = Counter(attributes["id"] for _, attributes in self.elements if "id" in attributes)
        self.faults += [f"the id {one!r} is used {n} times" for one, n in ids.items() if n > 1]
        for tag, attributes in self.elements:
            for name in _REFERENCES:
                missing = set(attributes.get(name, "").split()) - ids.keys()
                self.faults += [
                    f"<{tag} {name}> names {one!r}, which is not there" for one in missing
                ]

    def _check_fields(self) -> None:
        labels = {a["for"] for tag, a in self.elements if tag == "label" and "for" in a}
        for tag, attributes in self.elements:
            is_field = tag in {"input", "select", "textarea"}
            if is_field and attributes.get("type") not in _NOT_LABELLED:
                is_labelled = attributes.get("id") in labels or "in-label" in attributes
                self.faults += [f"<{tag} {attributes}> has no label"] * (not is_labelled)


def read_page(text: str) -> Page:
    """The page in `text`."""
    page = Page()
    page.feed(text)
    return page.finish()
