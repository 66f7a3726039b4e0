"""`staff`: accounts of people who work for the city."""

import click

from backend.accounts.add_staff import AddStaff, add_staff
from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR, STAFF, Role
from backend.core.uow import unit_of_work


@click.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF)), required=True)
@click.option("--name", "display_name", default="", help="How the person is shown.")
@click.password_option(help="At least 10 characters; asked for when not given.")
@in_city()
def add_command(username: str, role: str, display_name: str, password: str) -> None:
    """Give somebody an account."""
    with unit_of_work(OPERATOR) as work:
        account = add_staff(work, AddStaff(username, display_name, Role(role), password))
        click.echo(f"{account.username} may sign in as {account.role}.")
