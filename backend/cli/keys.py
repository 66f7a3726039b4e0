"""`keys`: moving personal fields to the newest key."""

import click

from backend.accounts.rotate_keys import reseal_addresses
from backend.ballots.paper.rotate_keys import reseal_keyings
from backend.ballots.proposals.rotate_keys import reseal_proposers
from backend.cli.city_context import in_city
from backend.cli.own_key import require_own_key
from backend.core.actors import OPERATOR
from backend.core.field_key_marks import forget_keys, mark_keys, marked_keys
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
        newest = work.runtime.keyring.newest
        forget_keys(work, [one for one in marked_keys(work.session) if one != newest])
    click.echo(f"{count} sealed fields are under the newest key; older keys are not needed now.")


@keys.command("forget")
@click.argument("key_id", metavar="ID")
@click.confirmation_option(prompt="What this key sealed can never be read without it. Go on?")
@in_city(is_key_needed=False)
def forget_command(key_id: str) -> None:
    """Go on without the field key ID, which is lost for good."""
    require_own_key()
    with unit_of_work(OPERATOR) as work:
        known = marked_keys(work.session)
        if known and key_id not in known:
            raise click.ClickException(
                f"No field key of this city is called {key_id}; there is {', '.join(known)}."
            )
        forget_keys(work, [key_id])
        mark_keys(work, work.runtime.keyring.ids)
        work.decide("keys.forgotten", "city", key=key_id)
    click.echo(f"The city goes on without {key_id}.")
