"""Doing what an actor asks for, in a transaction of its own."""

from typing import Any

from backend.core.actors import Actor
from backend.core.errors import DomainError
from backend.core.uow import unit_of_work


def do(actor: Actor, use_case: Any, command: Any) -> Any:
    """What the use case returns."""
    with unit_of_work(actor) as work:
        return use_case(work, command)


def refused(actor: Actor, use_case: Any, command: Any) -> str | None:
    """The slug it is refused with, None where it is done."""
    try:
        do(actor, use_case, command)
    except DomainError as error:
        return error.slug
    return None
