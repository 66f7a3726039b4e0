"""`keys`: moving personal fields to the newest key."""

from collections.abc import Sequence

import click

from backend.accounts.rotate_keys import reseal_addresses
from backend.ballots.paper.rotate_keys import reseal_keyings
from backend.ballots.proposals.rotate_keys import reseal_proposers
from backend.cli.city_context import in_city
from backend.cli.own_key import require_own_key
from backend.core.actors import OPERATOR
from backend.core.field_key_marks import forget_keys, mark_keys, marked_keys
from backend.core.keys import KeyRing
from backend.core.reseal import Unread
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.rotate_keys import reseal_notices
from backend.delivery.rotate_keys import reseal_secrets
from backend.open311.rotate_keys import reseal_open311
from backend.reports.intake.rotate_keys import reseal_leads
from backend.reports.rotate_keys import reseal_contacts, reseal_ratings

_RESEAL = (
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


@click.group()
def keys() -> None:
    """Keys of personal fields."""


@keys.command("rotate")
@in_city()
def rotate_command() -> None:
    """Seal every personal field again with the first key of EVENWARD_FIELD_KEYS.

    Put a new key in front of the old ones, restart, run this, then remove the old ones. What cannot
    be opened is named and left as it is; the exit code is 1 then.
    """
    with unit_of_work(OPERATOR) as work:
        done = [reseal(work) for reseal in _RESEAL]
        unread = [one for each in done for one in each.unread]
        needed = {work.runtime.keyring.newest, *(one.key_id for one in unread)}
        forget_keys(work, [one for one in marked_keys(work.session) if one not in needed])
    moved = f"{sum(each.count for each in done)} sealed fields were moved to the newest key"
    if not unread:
        click.echo(f"{moved}; older keys are not needed now.")
        return
    click.echo(f"{moved}.")
    _say_unread(unread, work.runtime.keyring)
    raise SystemExit(1)


def _say_unread(unread: Sequence[Unread], keyring: KeyRing) -> None:
    """Name what could not be opened by its row, never by what it holds, and say what to do."""
    click.echo(f"{len(unread)} could not be opened and are as they were:", err=True)
    for one in unread:
        key = f"sealed with the key {one.key_id}" if one.key_id else "damaged"
        click.echo(f"  {one.table} {one.name}, {key}", err=True)
    for key_id in sorted({one.key_id for one in unread}):
        click.echo(_what_to_do(key_id, keyring), err=True)


def _what_to_do(key_id: str, keyring: KeyRing) -> str:
    if not key_id:
        return "What is damaged cannot be read with any key: bring back its rows from a backup."
    if key_id == keyring.newest:
        return (
            f"What EVENWARD_FIELD_KEYS has under {key_id} is not the key that sealed them, or they "
            "were changed since. Bring back the rows from a backup, and run this again. Keep the "
            "key in any case: it is the newest, and opens what was sealed with it."
        )
    lost = f"python -m backend keys forget {key_id}"
    if key_id in keyring.ids:
        return (
            f"What EVENWARD_FIELD_KEYS has under {key_id} is not the key that sealed them, or they "
            "were changed since. Keep it listed, bring back the key or the rows from a backup, and "
            "run this again. If they are lost for good, take the key from the list and run: "
            f"{lost}"
        )
    return (
        f"The key {key_id} is missing. List it again in EVENWARD_FIELD_KEYS, behind the newest, "
        f"and run this again. If it is lost for good, and the city still asks for it, run: {lost}"
    )


@keys.command("forget")
@click.argument("key_id", metavar="ID")
@click.confirmation_option(prompt="What this key sealed can never be read without it. Go on?")
@in_city(is_key_needed=False)
def forget_command(key_id: str) -> None:
    """Go on without the field key ID, which is lost for good."""
    require_own_key()
    if key_id in current_runtime().keyring.ids:
        raise click.ClickException(
            f"{key_id} is still listed in EVENWARD_FIELD_KEYS, so the city would go on asking for "
            "it. Take it from the list first, and leave another key there, with a name of its own. "
            "Then run this again."
        )
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
