"""What an address may ask a list or a figure for, and the refusal of what nobody knows.

Nothing is left out silently: who asked for less would take a longer list for what they asked for.
"""

from collections.abc import Collection, Iterable

from flask import request
from werkzeug.datastructures import MultiDict

from backend.core.errors import Invalid
from backend.web.face import whole_number


def unreadable(name: str, text: str) -> Invalid:
    """The refusal of what a filter cannot be."""
    return Invalid("queue-filter-not-valid", pointer=f"/{name}", name=name, value=text[:60])


def check_names(
    given: Iterable[str], known: Collection[str], besides: Collection[str] = ()
) -> None:
    """Raise `Invalid` for a filter there is none of; `besides` are names that are no filters."""
    for name in given:
        if name not in known and name not in besides:
            raise Invalid("queue-filter-unknown", pointer="/", name=name[:60], names=tuple(known))


def check_place(name: str) -> None:
    """Raise `Invalid` where the address says a place in a list that `whole_number` cannot read."""
    text = request.args.get(name, "")
    if text and whole_number(name) is None:
        raise unreadable(name, text)


def read_filters(args: MultiDict[str, str], names: Collection[str]) -> dict[str, str]:
    """What an address says under each of `names`, empty where it says nothing.

    Raises `Invalid` for any other name, and for one that is said twice in two ways.
    """
    check_names(args, names)
    said = {name: [*dict.fromkeys(filter(None, args.getlist(name)))] for name in names}
    for name, values in said.items():
        if len(values) > 1:
            raise unreadable(name, ", ".join(values))
    return {name: "".join(values) for name, values in said.items()}
