"""The words of a problem: what a person reads when a `DomainError` reaches them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.core.errors import Fact


@dataclass(frozen=True, slots=True)
class ProblemText:
    """Three sentences about one slug; `detail` is a `str.format` template over the facts.

    `on_page` are those for whoever filled in a form, where what a program must do would only
    puzzle them.
    """

    title: str
    detail: str
    remedy: str
    on_page: "ProblemText | None" = None

    def about(self, facts: Mapping[str, Fact]) -> str:
        """`detail` with its facts."""
        return with_facts(self.detail, facts)


def with_facts(template: str, facts: Mapping[str, Fact]) -> str:
    """`template` with each fact in it; lists are written with commas."""
    return template.format_map({name: _in_words(value) for name, value in facts.items()})


def _in_words(value: Fact) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
