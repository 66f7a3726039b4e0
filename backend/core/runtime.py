"""What one running city's use cases need besides its database, in one place on the app."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import cast
from uuid import UUID

from flask import current_app

from backend.core.clock import Clock
from backend.core.config import Settings
from backend.core.events import HandlerTable
from backend.core.ids import Ids
from backend.core.keys import KeyRing
from backend.core.limits import RateLimits
from backend.core.ports import IdentityVerifier, MediaStore, MessageSender, PushSender

EXTENSION = "evenward"


def _no_nudge(_job_id: UUID, _kind: str) -> None:
    """Without a worker to nudge, the sweeper finds the row."""


@dataclass(slots=True)
class Runtime:
    """The ports of one city: time, identities, keys, and who hears of events and jobs."""

    settings: Settings
    clock: Clock
    ids: Ids
    keyring: KeyRing
    handlers: HandlerTable
    limits: RateLimits
    media: MediaStore
    identity: IdentityVerifier | None = None
    # By kind of address, email and phone; what is missing is not offered.
    messages: Mapping[str, MessageSender] = field(default_factory=dict)
    # None where the city does not use FCM.
    fcm: PushSender | None = None
    nudge: Callable[[UUID, str], None] = field(default=_no_nudge)
    # Held by the one thread of this process that writes to an SQLite database.
    writing: Lock = field(default_factory=Lock)


def current_runtime() -> Runtime:
    """The runtime of the city whose request, command or job is running."""
    return cast("Runtime", current_app.extensions[EXTENSION])
