"""Which carriers a city has, and the city's key for web push."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy.orm import Session

from backend.adapters.guarded_post import GuardedPoster
from backend.core.ports import PushSender
from backend.core.runtime import Runtime
from backend.core.uow import UnitOfWork
from backend.delivery.notices.mail import MailNotices
from backend.delivery.notices.models import NoticeCarrier
from backend.delivery.notices.public_base import public_base
from backend.delivery.notices.rules import Carrier
from backend.delivery.notices.wake import hold_carrier

VAPID = b"vapid"
"""What the key for web push is sealed together with."""
# Push services answer at once; whoever does not holds up the others for no longer.
_MOST_SECONDS = 4.0


def offered_carriers(runtime: Runtime) -> frozenset[Carrier]:
    """What the settings make possible; mail and push say where the city is, so it must be known."""
    offered = set()
    if _contact(runtime):
        offered.add(Carrier.WEBPUSH)
    if runtime.fcm is not None:
        offered.add(Carrier.FCM)
    if "email" in runtime.messages and public_base(runtime.settings):
        offered.add(Carrier.EMAIL)
    return frozenset(offered)


def sender_of(session: Session, runtime: Runtime, carrier: Carrier) -> PushSender | None:
    """Who hands over for `carrier`; None where the city has it no more."""
    if carrier not in offered_carriers(runtime):
        return None
    if carrier is Carrier.FCM:
        return runtime.fcm
    if carrier is Carrier.EMAIL:
        return MailNotices(runtime)
    private = _opened(runtime, session.get(NoticeCarrier, Carrier.WEBPUSH.value))
    if private is None:
        return None
    # Slow to import, and only whoever sends needs it.
    from backend.adapters.push_webpush import WebPush

    settings = runtime.settings
    is_plain_allowed = not settings.is_production
    poster = GuardedPoster(
        settings.push_networks, is_plain_allowed=is_plain_allowed, seconds=_MOST_SECONDS
    )
    return WebPush(poster, runtime.clock, private, _contact(runtime))


def vapid_public_key(session: Session, runtime: Runtime) -> str | None:
    """What browsers subscribe with: the point on P-256 in base64 for addresses; None before it is
    made."""
    private = _opened(runtime, session.get(NoticeCarrier, Carrier.WEBPUSH.value))
    if private is None:
        return None
    number = int.from_bytes(base64.urlsafe_b64decode(private + "="))
    public = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _written(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def make_vapid_key(work: UnitOfWork, *, anew: bool = False) -> str:
    """The public key, with its pair made and sealed where there is none, or `anew`.

    With another pair every browser must subscribe again, which its app does at its next start.
    """
    row = hold_carrier(work, Carrier.WEBPUSH)
    if row.sealed is None or anew:
        number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
        private = _written(number.to_bytes(32))
        row.sealed = work.runtime.keyring.seal({"private": private}, associated=VAPID)
        work.session.flush()
    public = vapid_public_key(work.session, work.runtime)
    assert public is not None  # noqa: S101 - it was made above
    return public


def _contact(runtime: Runtime) -> str:
    settings = runtime.settings
    base = public_base(settings)
    if settings.push_contact or base.startswith("https:"):
        return settings.push_contact or base
    # A developer's machine has nobody to be asked, and its push services know that.
    return "" if settings.is_production else "mailto:nobody@localhost.localdomain"


def _opened(runtime: Runtime, row: NoticeCarrier | None) -> str | None:
    if row is None or row.sealed is None:
        return None
    return runtime.keyring.open(row.sealed, VAPID)["private"]


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
