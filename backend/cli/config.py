"""`config`: every setting, what it is for, and what is in force."""

import click

from backend.cli.city_context import refusals_in_words
from backend.core.config import environment_name, read_settings
from backend.core.keys import new_keys
from backend.core.shown_settings import shown_settings


@click.group(invoke_without_command=True)
@click.pass_context
def config(ctx: click.Context) -> None:
    """Print every setting with its value and one sentence; secrets are masked."""
    if ctx.invoked_subcommand is not None:
        return
    with refusals_in_words():
        settings = read_settings()
    for one in shown_settings(settings):
        click.echo(f"{one.name} = {one.value or '(not set)'}")
        click.echo(f"    {one.sentence}")


@config.command("new-keys")
def new_keys_command() -> None:
    """Print a fresh set of keys for production; keep them out of the backups of the database."""
    for name, value in new_keys().items():
        click.echo(f"{environment_name(name)}={value}")
