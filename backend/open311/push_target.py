"""Staff say where the holder of a key wants to be told of updates."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from backend.accounts.api_keys import check_admin, find_key
from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork
from backend.open311.models import PushTarget

# The same machine: nobody reads what goes there unencrypted.
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MAX_URL = 300
_MAX_WORD = 120


@dataclass(frozen=True, slots=True)
class SetPushTarget:
    """Updates go to the endpoint at `url`, which ends before `/servicerequestupdates.xml`.

    `api_key` and `jurisdiction_id` are what that endpoint wants to see.
    """

    prefix: str
    url: str
    api_key: str
    jurisdiction_id: str = ""


def set_push_target(work: UnitOfWork, command: SetPushTarget) -> None:
    """From now on tell the key's holder of updates to the reports it sent; raises `Invalid`."""
    check_admin(work)
    key = find_key(work.session, command.prefix)
    url = command.url.rstrip("/")
    if not _is_safe(url) or max(map(len, (command.api_key, command.jurisdiction_id))) > _MAX_WORD:
        raise Invalid("push-target-not-valid")
    sealed = work.runtime.keyring.seal({"api_key": command.api_key}, key.id.bytes)
    target = PushTarget(
        api_key_id=key.id, url=url, jurisdiction_id=command.jurisdiction_id, sealed=sealed
    )
    work.session.merge(target)
    work.decide("push_target.set", f"api_key:{key.prefix}")


def remove_push_target(work: UnitOfWork, prefix: str) -> None:
    """Tell the key's holder nothing more."""
    check_admin(work)
    key = find_key(work.session, prefix)
    work.session.execute(sa.delete(PushTarget).where(PushTarget.api_key_id == key.id))
    work.decide("push_target.removed", f"api_key:{key.prefix}")


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    is_plain = url.isprintable() and " " not in url and not (parts.query or parts.fragment)
    return is_private and bool(parts.hostname) and is_plain and len(url) <= _MAX_URL
