"""A mail or a text message comes in and waits for somebody to read it."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from backend.core.db import lock_id, table_of
from backend.core.keys import keyed_hash
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.hazard_words import first_hazard
from backend.reports.intake.commands import KeepLead, LeadState, LeadWords
from backend.reports.intake.fetch_picture import await_pictures
from backend.reports.intake.models import Lead
from backend.reports.intake.rules import MOST_SENDER, MOST_SUBJECT, MOST_WORDS, readable
from backend.reports.suggest_service import Suggestible, suggest_services

_LEAD = table_of(Lead)


@dataclass(frozen=True, slots=True)
class Kept:
    """The message, and whether this call stored it."""

    id: UUID
    is_new: bool


def keep_lead(work: UnitOfWork, command: KeepLead) -> Kept:
    """Seal a message until somebody has read it; the same one sent again is the same row.

    Raises `TooManyRequests` where one sender sends too many.
    """
    settings, said = work.runtime.settings, command.said
    external = keyed_hash(settings.hash_key, f"lead {command.channel}", command.external_id)
    lock_id(work.session, UUID(external[:32]))
    known = work.session.scalar(
        sa.select(_LEAD.c.id).where(
            _LEAD.c.channel == command.channel, _LEAD.c.external_hash == external
        )
    )
    if known is not None:
        return Kept(known, is_new=False)
    sender = keyed_hash(settings.hash_key, "lead from", said.sender.casefold())
    work.runtime.limits.check(settings.device_report_limit, "lead", sender)
    id_ = work.runtime.ids.uuid()
    row = {
        "id": id_,
        "channel": command.channel.value,
        "external_hash": external,
        "sender_hash": sender,
        "received_at": work.now,
        "sealed": work.runtime.keyring.seal(_fields(said), id_.bytes),
        "is_danger": _is_danger(work, f"{said.subject} {said.words}"),
        "state": LeadState.NEW.value,
    }
    work.session.execute(sa.insert(_LEAD), row)
    await_pictures(work, id_, command.pictures)
    return Kept(id_, is_new=True)


def _is_danger(work: UnitOfWork, words: str) -> bool:
    """Whether its words mean danger or point to a kind that is one, in any of the languages."""
    catalogue = city_catalogue(work.session)
    if first_hazard(catalogue.hazards, words) is not None:
        return True
    services = [one for one in catalogue.services.values() if one.is_active]
    for language in work.runtime.settings.languages:
        known = (
            Suggestible(one.code, one.severity_band, one.in_language(language).keywords)
            for one in services
        )
        found = suggest_services(words, known)
        if found and catalogue.services[found[0].code].severity_band == HAZARD_BAND:
            return True
    return False


def _fields(said: LeadWords) -> dict[str, str]:
    return {
        "sender": readable(said.sender, MOST_SENDER),
        "words": readable(said.words, MOST_WORDS),
        "subject": readable(said.subject, MOST_SUBJECT),
        "left_out": str(said.left_out),
        "automatic": "yes" if said.is_automatic else "",
    }
