"""The words of a problem: what a person reads when a `DomainError` reaches them."""

from dataclasses import dataclass


def N_(message: str) -> str:
    """Mark a string for translation where it is written; it is translated where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class ProblemText:
    """Three sentences about one slug; `detail` is a `str.format` template over the facts."""

    title: str
    detail: str
    remedy: str
