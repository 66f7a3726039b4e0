"""`openapi`: the description of the mobile API, as checked in."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import click
from mobile_api import openapi_document

from backend.app import create_app
from backend.cli.city_context import refusals_in_words
from backend.core.config import Settings


@click.command()
def openapi() -> None:
    """Print mobile-api/openapi.json as generated from the routes and schemas."""
    # The description depends on code alone, so it is made away from any city's data.
    with refusals_in_words(), tempfile.TemporaryDirectory() as folder:
        document = openapi_document(create_app(replace(Settings(), data_dir=Path(folder))))
    click.echo(json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True))
