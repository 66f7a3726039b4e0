"""`notices`: the city's key for web push, and how notices to residents stand."""

import click

from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.delivery.notices.carriers import make_vapid_key
from backend.delivery.notices.queries import notice_counts


@click.group()
def notices() -> None:
    """Notices to residents: by push and by mail."""


@notices.command("keys")
@click.option("--new", "anew", is_flag=True, help="Another pair: every browser subscribes again.")
@in_city()
def keys_command(anew: bool) -> None:
    """Make the key pair for web push where there is none; prints the public key."""
    with unit_of_work(OPERATOR) as work:
        public = make_vapid_key(work, anew=anew)
    click.echo(public)


@notices.command("list")
@in_city(only_reads=True)
def list_command() -> None:
    """How many notices stand how, by kind of address; never to whom."""
    for kind, state, reason, count in notice_counts(current_session()):
        click.echo(f"{kind}\t{state}\t{reason or ''}\t{count}")
