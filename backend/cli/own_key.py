"""Whether a city is run with the keys it was begun with.

The hash key sealed the end of the decision log. The field keys sealed marks of themselves; a city
that has sealed personal fields and has no mark yet takes any of those for one.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.models import ResidentAccount
from backend.ballots.proposals.models import ProposalContact, ProposalProposer
from backend.core.actors import OPERATOR
from backend.core.cities import place_in_server, read_cities
from backend.core.config import ConfigError, Settings, environment_name, read_settings
from backend.core.db import current_session
from backend.core.decision_log import is_sealed_with
from backend.core.field_key_marks import mark_keys, marked_keys, missing_keys
from backend.core.keys import DEVELOPMENT_KEYS, KeyRing
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.models import Webhook
from backend.delivery.notices.models import NoticeRegistration
from backend.open311.models import PushTarget, UnplacedReport
from backend.reports.intake.models import Lead
from backend.reports.models import Contact, OutcomeRating

# What a row is bound to, and its sealed value.
_SEALED: tuple[sa.Select[*tuple[Any, ...]], ...] = (
    sa.select(Contact.service_request_id, Contact.sealed),
    sa.select(ResidentAccount.id, ResidentAccount.sealed),
    sa.select(NoticeRegistration.id, NoticeRegistration.sealed),
    sa.select(Webhook.id, Webhook.sealed),
    sa.select(PushTarget.api_key_id, PushTarget.sealed),
    sa.select(ProposalProposer.proposal_id, ProposalContact.sealed).join(
        ProposalContact, ProposalContact.proposer_id == ProposalProposer.id
    ),
    *(
        sa.select(model.id, model.sealed).where(model.sealed.is_not(None))
        for model in (Lead, UnplacedReport, OutcomeRating)
    ),
)


class OtherKeyError(ConfigError):
    """The city was begun with other keys."""


def require_own_key() -> None:
    """Raise `OtherKeyError` unless the hash key is the one that sealed the log's last entry."""
    settings, session = current_runtime().settings, current_session()
    try:
        if not is_sealed_with(session, settings.hash_key):
            raise OtherKeyError(_refusal(session, settings))
    finally:
        # No change of the schema has to wait for this reading.
        session.rollback()


def require_own_field_keys(*, only_reads: bool = False) -> None:
    """Raise `OtherKeyError` unless every key that has sealed for this city is here.

    The key that seals from now on is marked, and where there is no mark yet every one that is here;
    not where it `only_reads`. Asked of a database at the newest revision.
    """
    runtime, session = current_runtime(), current_session()
    try:
        marked, missing = marked_keys(session), missing_keys(session, runtime.keyring)
        if missing or not (marked or _opens_something(session, runtime.keyring)):
            raise OtherKeyError(_field_refusal(session, runtime.settings, missing))
    finally:
        session.rollback()
    keyring = runtime.keyring
    if keyring.newest not in marked and not only_reads:
        with unit_of_work(OPERATOR) as work:
            mark_keys(work, (keyring.newest,) if marked else keyring.ids)


@contextmanager
def no_keys_beside_others(settings: Settings) -> Iterator[None]:
    """Take keys that were made on the way away again where the city was begun with others."""
    kept = settings.data_dir / DEVELOPMENT_KEYS
    is_kept = kept.exists()
    try:
        yield
    except OtherKeyError:
        if not is_kept:
            kept.unlink(missing_ok=True)
        raise


def _refusal(session: Session, settings: Settings) -> str:
    if neighbour := _city_in_same_database(settings):
        return (
            f"The database of this city is that of {neighbour} too, under another name of its "
            "server. Give each city a database of its own."
        )
    kept = settings.data_dir / DEVELOPMENT_KEYS
    where = _kept_there(kept) if is_sealed_with(session, _kept_key(kept, "hash_key")) else ""
    return (
        f"{environment_name('hash_key')} is not the key that sealed this city's decision log: "
        f"nothing could be added to it. Set the keys the city began with.{where} If the key is "
        "right, the log was changed: python -m backend log verify tells where."
    )


def _opens_something(session: Session, keyring: KeyRing) -> bool:
    """Whether anything that is sealed can be read, or nothing is sealed yet.

    Not all of it: what another key has sealed by mistake must not keep a city from starting.
    """
    is_empty = True
    for query in _SEALED:
        with session.execute(query.execution_options(yield_per=1000)) as rows:
            for row_id, sealed in rows:
                if keyring.open_if_possible(sealed, row_id.bytes) is not None:
                    return True
                is_empty = False
    return is_empty


def _field_refusal(session: Session, settings: Settings, missing: tuple[str, ...]) -> str:
    lost = f" Missing, or another key under its name: {', '.join(missing)}." if missing else ""
    kept = settings.data_dir / DEVELOPMENT_KEYS
    key = _kept_key(kept, "field_keys")
    where = _kept_there(kept) if key and not missing_keys(session, KeyRing((key,))) else ""
    return (
        f"{environment_name('field_keys')} is not what sealed this city's personal fields: nobody "
        f"could read them, and what came in now would be lost later.{lost} Set the keys the city "
        f"began with, a new one in front of them and not in their place.{where} Where one "
        "is lost for good: python -m backend keys forget ID."
    )


def _kept_there(path: Path) -> str:
    return f" Those it made for itself are in {path}: it needs all three."


def _kept_key(path: Path, name: str) -> str:
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads(path.read_text())[name])
    return ""


def _city_in_same_database(own: Settings) -> str:
    """The host of another city of the installation that has `own`'s database; empty for none."""
    others = {
        host: city
        for host, city in read_cities(read_settings()).items()
        if city.data_dir != own.data_dir
    }
    place = place_in_server(own) if others else None
    hosts = (host for host, city in others.items() if place and place_in_server(city) == place)
    return next(hosts, "")
