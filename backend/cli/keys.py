"""`keys`: moving personal fields to the newest key."""

import click

from backend.accounts.rotate_keys import reseal_addresses
from backend.ballots.paper.rotate_keys import reseal_keyings
from backend.ballots.proposals.rotate_keys import reseal_proposers
from backend.cli.city_context import in_city
from backend.core.actors import OPERATOR
from backend.core.uow import unit_of_work
from backend.delivery.notices.rotate_keys import reseal_notices
from backend.delivery.rotate_keys import reseal_secrets
from backend.open311.rotate_keys import reseal_open311
from backend.reports.intake.rotate_keys import reseal_leads
from backend.reports.rotate_keys import reseal_contacts, reseal_ratings


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
        count = sum(
            reseal(work)
            for reseal in (
                reseal_contacts,
                reseal_ratings,
                reseal_addresses,
                reseal_secrets,
                reseal_open311,
                reseal_proposers,
                reseal_keyings,
                reseal_notices,
                reseal_leads,
            )
        )
    click.echo(f"{count} sealed fields are under the newest key; older keys are not needed now.")
