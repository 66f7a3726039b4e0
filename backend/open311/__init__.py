"""The Open311 face: GeoReport v2 with the extensions clients use, as XML and as JSON."""

from flask import Flask

from backend.open311 import bulk, create_request, discovery, list_requests, services, updates
from backend.open311.face import (
    PREFIXES,
    blueprint,
    errors_document,
    is_asked,
    open_to_other_sites,
)

__all__ = ["errors_document", "is_asked", "register"]

# Importing a module of routes puts them on the blueprint.
_ROUTES = (bulk, create_request, discovery, list_requests, services, updates)


def register(app: Flask) -> None:
    """Put the face on `app`: discovery, the production endpoint and the one for tests."""
    for name, prefix in PREFIXES.items():
        app.register_blueprint(blueprint, url_prefix=prefix, name=name)
    app.register_blueprint(discovery.root_blueprint)
    open_to_other_sites(app)
