"""What a reader finds wrong with a file, gathered so that a person sees it all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from backend.core.errors import Fact, Invalid

SHOWN_PROBLEMS = 20
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt or problem; its words are under `slug` in `backend.ballots.problem_texts`."""

    slug: str
    facts: Mapping[str, Fact]


class InvalidElection(Invalid):
    """A file that cannot be tallied; `problems` says why, at most `SHOWN_PROBLEMS` of `count`."""

    def __init__(self, problems: Sequence[Finding], count: int) -> None:
        super().__init__("invalid-election", count=count)
        self.problems = tuple(problems)


class Problems:
    """Collects problems while reading goes on, then refuses once."""

    def __init__(self) -> None:
        self._shown: list[Finding] = []
        self._count = 0

    def add(self, slug: str, **facts: str | int) -> None:
        self._count += 1
        if len(self._shown) < SHOWN_PROBLEMS:
            self._shown.append(Finding(slug, {name: _short(fact) for name, fact in facts.items()}))

    def refuse(self, slug: str, **facts: str | int) -> NoReturn:
        """Add a problem after which reading on is no use, and raise `InvalidElection`."""
        self.add(slug, **facts)
        raise InvalidElection(self._shown, self._count)

    def refuse_if_any(self) -> None:
        """Raise `InvalidElection` when anything was added."""
        if self._count:
            raise InvalidElection(self._shown, self._count)


def printable(text: str) -> str:
    """A file's own words without control characters, which could play tricks on a terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _short(fact: str | int) -> str | int:
    if isinstance(fact, int):
        return fact
    shown = printable(fact[:SHOWN_CHARACTERS])
    return shown if len(fact) <= SHOWN_CHARACTERS else shown[:-1] + "…"
