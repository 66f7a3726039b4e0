"""Addresses that leave the program, built on the city's public address rather than a request's."""

from typing import Any

from flask import current_app, g, url_for

from backend.core.runtime import current_runtime


def public_address(endpoint: str, **values: Any) -> str:
    """The full address of a page; the request's host stands in where none is configured.

    A job has no request: there an address must be configured.
    """
    base = current_runtime().settings.public_url.rstrip("/")
    if not base:
        g.names_host = True
        return url_for(endpoint, _external=True, **values)
    return base + current_app.url_map.bind("").build(endpoint, values)


def names_host() -> bool:
    """Whether what was made for this request holds the host that was asked."""
    return bool(g.get("names_host"))
