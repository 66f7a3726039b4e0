"""What is kept of people, for how long and who receives it: from the catalogue and the settings.

Nothing here is a promise written by hand: a setting that is changed changes the page.
"""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.accounts.codes import LIFETIME
from backend.accounts.resident_sign_in import SESSION_LENGTH as RESIDENT_SESSION
from backend.accounts.sign_in import SESSION_LENGTH as STAFF_SESSION
from backend.core.config import Settings
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.core.runtime import Runtime
from backend.delivery.notices.rules import EMAIL_KEPT, PUSH_KEPT
from backend.delivery.notices.tidy_notices import FINISHED_KEPT
from backend.photos.sweep_photos import PATIENCE, REFUSED_FOR
from backend.reports.models import Service


@dataclass(frozen=True, slots=True)
class KeptOfKind:
    """One kind of report: how long its words are kept after it is closed, and how near its place
    is shown."""

    name: str
    kept_words: str
    place_words: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody besides the city, what it is told, and whether this city uses it."""

    name: str
    words: str
    is_used: bool


@dataclass(frozen=True, slots=True)
class PrivacyView:
    """The page."""

    kinds: tuple[KeptOfKind, ...]
    ends: tuple[tuple[str, str], ...]
    receivers: tuple[Receiver, ...]


def privacy_view(session: Session, runtime: Runtime) -> PrivacyView:
    """As it is now."""
    services = session.scalars(
        sa.select(Service).where(Service.is_active).order_by(Service.name, Service.code)
    )
    return PrivacyView(
        kinds=tuple(map(_kind, services)),
        ends=tuple((words, _span(span)) for words, span in _ends()),
        receivers=_receivers(runtime),
    )


def _kind(service: Service) -> KeptOfKind:
    days, grid = service.retention_days, service.public_grid_metres
    return KeptOfKind(
        service.name,
        _("kept until you erase them: no end is set")
        if days is None
        else ngettext("%(num)s day after it is closed", "%(num)s days after it is closed", days),
        _("as reported, with its address")
        if grid is None
        else _("to within %(metres)s metres, without an address", metres=grid),
    )


def _ends() -> tuple[tuple[str, timedelta], ...]:
    return (
        (_("A code to sign in with"), LIFETIME),
        (_("Your session, where you signed in"), RESIDENT_SESSION),
        (_("A session of staff"), STAFF_SESSION),
        (_("A photo that was not finished, or whose report never came"), PATIENCE),
        (_("The picture of a photo that was refused"), REFUSED_FOR),
        (_("What we know of a notice we sent you"), FINISHED_KEPT),
        (_("A push address no app showed itself with"), PUSH_KEPT),
        (_("An e-mail address no app showed itself with"), EMAIL_KEPT),
    )


def _span(span: timedelta) -> str:
    if span.days:
        return ngettext("%(num)s day", "%(num)s days", span.days)
    minutes = round(span.total_seconds() / 60)
    if minutes % 60:
        return ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)


def _receivers(runtime: Runtime) -> tuple[Receiver, ...]:
    """Those in use first; the others too, so that nobody has to guess."""
    settings, is_real = runtime.settings, runtime.settings.is_production
    found = (
        Receiver(
            _("The push service of your browser"),
            _(
                "That there is a notice, sealed so that only your browser reads it. Only where you "
                "ask for notices."
            ),
            True,
        ),
        Receiver(
            _("Google (Firebase Cloud Messaging)"),
            _("Notices to apps that were built with it, and the address of the app."),
            runtime.fcm is not None,
        ),
        Receiver(
            _("Google (Firebase sign-in)"),
            _("How you sign in, where you choose to sign in that way."),
            runtime.identity is not None,
        ),
        Receiver(
            _("A mail server"),
            _("Your e-mail address, with codes and notices you asked for."),
            "email" in runtime.messages and (is_real or bool(settings.smtp_url)),
        ),
        Receiver(
            _("A provider of text messages"),
            _(
                "Your phone number, with the codes you asked for, and what you send to the city by "
                "text message."
            ),
            bool(settings.sms_url or settings.inbound_text_url),
        ),
        Receiver(
            _("A store for photos outside of the city's own machine"),
            _("Photos of reports and proposals, without what the camera wrote into them."),
            bool(settings.s3_bucket),
        ),
        _ground(settings),
    )
    return tuple(sorted(found, key=lambda one: not one.is_used))


def _ground(settings: Settings) -> Receiver:
    return Receiver(
        _("Whoever draws the ground of the maps"),
        _("Your internet address and which part of the map you look at, from your own browser."),
        bool(settings.basemap.outside_sources()),
    )
