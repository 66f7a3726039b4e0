"""The words of a problem: what a person reads when a `DomainError` reaches them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemText:
    """Three sentences about one slug; `detail` is a `str.format` template over the facts."""

    title: str
    detail: str
    remedy: str
