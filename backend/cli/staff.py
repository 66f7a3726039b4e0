"""`staff`: accounts of people who work for the city."""

import click

from backend.accounts.add_staff import AddStaff, add_staff
from backend.accounts.change_staff import (
    change_role,
    disable_staff,
    enable_staff,
    end_sessions,
    set_password,
)
from backend.accounts.queries import staff_accounts
from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR, STAFF, Role
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.desk_acts.close_account import held_counts

_PASSWORD = click.password_option(help="At least 10 characters; asked for when not given.")


@click.group()
def staff() -> None:
    """Staff accounts."""


@staff.command("add")
@click.argument("username")
@click.option("--role", type=click.Choice(sorted(role.value for role in STAFF)), required=True)
@click.option("--name", "display_name", default="", help="How the person is shown.")
@_PASSWORD
@in_city()
def add_command(username: str, role: str, display_name: str, password: str) -> None:
    """Give somebody an account."""
    with unit_of_work(OPERATOR) as work:
        account = add_staff(work, AddStaff(username, display_name, Role(role), password))
        click.echo(f"{account.username} may sign in as {account.role}.")


@staff.command("list")
@in_city(only_reads=True)
def list_command() -> None:
    """List every account; who may sign in no more is marked."""
    for account in staff_accounts(current_session()):
        mark = "" if account.is_active else "  disabled"
        click.echo(f"{account.username}  {account.role}  {account.display_name}{mark}")


@staff.command("disable")
@click.argument("username")
@in_city()
def disable_command(username: str) -> None:
    """Let somebody sign in no more; where they are signed in, that ends."""
    with unit_of_work(OPERATOR) as work:
        account = disable_staff(work, username)
        click.echo(f"{account.username} can sign in no more.")
        if held := held_counts(work.session).get(account.key):
            click.echo(f"They have {held} open reports: give them on from the queue.")


@staff.command("enable")
@click.argument("username")
@in_city()
def enable_command(username: str) -> None:
    """Let somebody sign in again whose account was disabled."""
    with unit_of_work(OPERATOR) as work:
        account = enable_staff(work, username)
        click.echo(f"{account.username} may sign in as {account.role} again.")


@staff.command("password")
@click.argument("username")
@_PASSWORD
@in_city()
def password_command(username: str, password: str) -> None:
    """Give somebody another password; where they are signed in, that ends."""
    with unit_of_work(OPERATOR) as work:
        account = set_password(work, username, password)
        click.echo(f"{account.username} has a new password.")


@staff.command("role")
@click.argument("username")
@click.argument("role", type=click.Choice(sorted(role.value for role in STAFF)))
@in_city()
def role_command(username: str, role: str) -> None:
    """Let somebody do what another role may."""
    with unit_of_work(OPERATOR) as work:
        account = change_role(work, username, Role(role))
        click.echo(f"{account.username} is {account.role}.")


@staff.command("sign-out")
@click.argument("username")
@in_city()
def sign_out_command(username: str) -> None:
    """End somebody's sessions wherever they are signed in."""
    with unit_of_work(OPERATOR) as work:
        account = end_sessions(work, username)
        click.echo(f"{account.username} is signed out everywhere.")
