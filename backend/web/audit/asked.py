"""What the address of a page here asks for, and the page that says what nobody knows of it."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import make_response, request
from werkzeug.wrappers import Response

from backend.core.i18n import gettext as _
from backend.web.address_filters import read_filters
from backend.web.fact_words import read_facts
from backend.web.refused_form import refusal_words, returns_to


def asked_for(*names: str) -> dict[str, str]:
    """What the address says under each of `names`, empty where it says nothing.

    Raises `Invalid` for any other name; where a page is drawn to say so, nothing was asked for.
    """
    return dict.fromkeys(names, "") if refusal_words() else read_filters(request.args, names)


def told_here(page: Callable[..., str]) -> Callable[..., Response]:
    """Decorator: what a page refuses of its address is said on it, drawn as without an address.

    Stands below `@access` and `@open_page`. The page has a place for what was refused.
    """

    @returns_to(page)
    @wraps(page)
    def view(**values: Any) -> Response:
        return make_response(page(**values))

    return view


def _names(names: Sequence[str]) -> Sequence[str]:
    return names or [_("none")]


read_facts("queue-filter-unknown", names=_names)
