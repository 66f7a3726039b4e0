"""What can go wrong in the city's business, as slugs and facts.

An error carries no sentence. Each slug has its words in the `problem_texts` table of the slice
that raises it, so that a person reads them in their own language and a program reads the slug.
"""

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

Fact: TypeAlias = str | int | float | bool | Sequence[str] | Sequence[int] | None


class DomainError(Exception):
    """A refusal the caller can act on.

    `slug` names the problem (`unknown-service`); `facts` are the values its sentence needs;
    `pointer` is a JSON Pointer (RFC 6901) to the offending part of the input, where there is one.
    `faults` are the single problems, where one refusal is for several.
    """

    status: ClassVar[int]

    def __init__(
        self, slug: str, /, *faults: "DomainError", pointer: str | None = None, **facts: Fact
    ) -> None:
        super().__init__(slug)
        self.slug = slug
        self.faults = faults
        self.pointer = pointer
        self.facts = facts

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP answer says besides (RFC 9110)."""
        return {}

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.slug}({facts})"


class Invalid(DomainError):
    """The input is understood and cannot be right."""

    status = 422


class Unauthenticated(DomainError):
    """Nobody has signed in, and somebody must."""

    status = 401


class Forbidden(DomainError):
    """This person may not do this."""

    status = 403


class NotFound(DomainError):
    """There is no such thing here."""

    status = 404


class Conflict(DomainError):
    """The input is fine but what it acts on has moved on."""

    status = 409


class Gone(DomainError):
    """It was here and has been removed on purpose."""

    status = 410


class TooLarge(DomainError):
    """There is more of it than is taken."""

    status = 413


class UnsupportedMedia(DomainError):
    """It does not come in the form that is taken here."""

    status = 415


class TooManyRequests(DomainError):
    """Slow down and come back; the fact `seconds` says when there is room again."""

    status = 429

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.facts["seconds"])}


class Unavailable(DomainError):
    """Something that is needed for this does not answer; it may well in half a minute."""

    status = 503

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": "30"}
