"""`openapi`: the description of the mobile API, as checked in."""

import json

import click
from mobile_api import openapi_document


@click.command()
def openapi() -> None:
    """Print mobile-api/openapi.json as generated from the routes and schemas."""
    click.echo(json.dumps(openapi_document(), indent=2, ensure_ascii=False, sort_keys=True))
