"""What is asked for around notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from backend.delivery.notices.rules import Kind


@dataclass(frozen=True, slots=True)
class Register:
    """Tell the resident at this address from now on.

    `address` has `endpoint`, `p256dh` and `auth` (RFC 8291) for web push, `token` for FCM, and
    `address` for mail. `id` comes from the phone: sent again, it is the same registration. `token`
    is the city's own that it was sent with, and ends a push address when it is forgotten.
    `is_agreed` is whether its owner gave it to somebody of the city and agreed: then no code is
    asked for.
    """

    id: UUID
    kind: Kind
    address: Mapping[str, str]
    language: str
    token: str | None
    is_agreed: bool = False
