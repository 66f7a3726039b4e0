"""`log`: checking the decision log."""

import click

from backend.cli.city_context import in_city
from backend.core.db import current_session
from backend.core.decision_log import find_faults, log_end
from backend.core.runtime import current_runtime


@click.group()
def log() -> None:
    """The log of decisions."""


@log.command("verify")
@click.option("--head", help="A hash noted earlier that the log must still contain.")
@in_city()
def verify_command(head: str | None) -> None:
    """Find any entry that was edited, deleted or reordered; exit code 1 where there is one."""
    session = current_session()
    faults = list(find_faults(session, current_runtime().settings.hash_key, head))
    for fault in faults:
        click.echo(f"Entry {fault.sequence}: {fault.words}.", err=True)
    if faults:
        raise SystemExit(1)
    sequence, newest = log_end(session)
    click.echo(f"{sequence} entries, whole and in order. Head: {newest}")
