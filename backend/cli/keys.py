"""`keys`: moving personal fields to the newest key."""

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.uow import unit_of_work
from backend.reports.rotate_keys import reseal_contacts


@click.group()
def keys() -> None:
    """Keys of personal fields."""


@keys.command("rotate")
@in_city()
def rotate_command() -> None:
    """Seal every personal field again with the first key of EVENWARD_FIELD_KEYS.

    Put a new key in front of the old ones, restart, run this, then remove the old ones.
    """
    with unit_of_work(OPERATOR) as work:
        count = reseal_contacts(work)
    click.echo(f"{count} contacts were sealed again; older keys are no longer needed.")
