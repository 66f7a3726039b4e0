"""`config`: every setting, what it is for, and what is in force."""

from dataclasses import fields

import click

from backend.cli.city_context import refusals_in_words
from backend.core.config import Settings, environment_name, read_settings
from backend.core.keys import new_keys


@click.group(invoke_without_command=True)
@click.pass_context
def config(ctx: click.Context) -> None:
    """Print every setting with its value and one sentence; secrets are masked."""
    if ctx.invoked_subcommand is not None:
        return
    with refusals_in_words():
        settings = read_settings()
    for item in fields(Settings):
        value = getattr(settings, item.name)
        shown = "(set)" if value and item.metadata["is_secret"] else _shown(value)
        click.echo(f"{environment_name(item.name)} = {shown}")
        click.echo(f"    {item.metadata['sentence']}")


@config.command("new-keys")
def new_keys_command() -> None:
    """Print a fresh set of keys for production; keep them out of the backups of the database."""
    for name, value in new_keys().items():
        click.echo(f"{environment_name(name)}={value}")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "(not set)"
    return "(not set)" if value in {None, ""} else str(value)
