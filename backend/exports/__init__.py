"""Open data for programs: whole files, the map's ground, and feeds of what is new."""

from flask import Flask

from backend.exports import audit_file, basemap_file, data_files, feeds, projects_file
from backend.exports.face import blueprint

# Importing a module of routes puts them on the blueprint.
_ROUTES = (audit_file, basemap_file, data_files, feeds, projects_file)


def register(app: Flask) -> None:
    """Put the face on `app`."""
    app.register_blueprint(blueprint)
