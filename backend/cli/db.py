"""`db`: the schema of one city's database."""

import click

from backend.cli.city_context import in_city
from backend.cli.own_key import require_own_field_keys, require_own_key
from backend.core.actors import OPERATOR
from backend.core.db import db as database
from backend.core.found_city import found_city
from backend.core.schema import current_revision, downgrade, newest_revision, upgrade
from backend.core.uow import unit_of_work


@click.group()
def db() -> None:
    """Move the database's schema."""


@db.command("upgrade")
@in_city(is_schema_needed=False, may_begin=True)
def upgrade_command() -> None:
    """Create the tables, or bring them up to this program."""
    with database.engine.connect() as connection:
        is_empty = current_revision(connection) is None
    if not is_empty:
        require_own_key()
    upgrade(database.engine)
    require_own_field_keys()
    with unit_of_work(OPERATOR) as work:
        found_city(work)
    click.echo(f"The database is at revision {newest_revision()}.")


@db.command("downgrade")
@click.argument("revision")
@click.confirmation_option(prompt="Tables above this revision are dropped with their data. Go on?")
@in_city(is_schema_needed=False)
def downgrade_command(revision: str) -> None:
    """Take the schema down to REVISION ("base" drops everything)."""
    downgrade(database.engine, revision)
    click.echo(f"The database is at revision {revision}.")


@db.command("show")
@in_city(is_schema_needed=False, only_reads=True)
def show_command() -> None:
    """Say where the schema stands."""
    with database.engine.connect() as connection:
        revision = current_revision(connection)
    click.echo(f"database {revision or 'empty'}, program {newest_revision()}")
