"""How severe an incident is, other than its service says: by judgement, or by its words."""

from backend.core.errors import Forbidden, Invalid
from backend.core.public_words import checked_reason
from backend.core.uow import UnitOfWork
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.commands import ChangeSeverity
from backend.reports.due_again import due_again
from backend.reports.events import SeverityChanged
from backend.reports.models import Incident
from backend.reports.note_change import note_change
from backend.reports.queries import find_incident
from backend.reports.take_step import check_not_appealed, check_version, severity_of
from backend.reports.workflow import DESK

_BANDS = range(5)


def change_severity(work: UnitOfWork, command: ChangeSeverity) -> Incident:
    """Put an incident in another band; to a less severe one, with a reason the resident can read.

    Raises `Forbidden`, also where the actor's own decision is appealed against, `Conflict` when
    somebody else was faster, `Invalid`.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    incident = find_incident(work.session, command.number, lock=True)
    check_version(work, incident, command.version)
    if command.severity_band not in _BANDS:
        raise Invalid("band-unknown", pointer="/severity_band", band=command.severity_band)
    is_downgrade = command.severity_band > severity_of(incident)
    if is_downgrade:
        check_not_appealed(work, incident)
    reason = checked_reason(command.reason, is_needed=is_downgrade)
    _set_band(work, incident, command.severity_band, reason)
    return incident


def heed_danger(work: UnitOfWork, incident: Incident, band: int | None) -> None:
    """Raise an open incident to the `band` that words about it call for; None calls for nothing.

    Whoever saw it last saw danger, so this holds against an earlier judgement too.
    """
    if band is not None:
        _set_band(work, incident, band, None)


def heed_words(work: UnitOfWork, incident: Incident, words: str) -> None:
    """The same for what somebody said about an open incident."""
    catalogue = city_catalogue(work.session)
    heed_danger(
        work, incident, catalogue.own_band(catalogue.services[incident.service_code], words)
    )


def _set_band(work: UnitOfWork, incident: Incident, band: int, reason: str | None) -> None:
    before = severity_of(incident)
    if band == before:
        return
    _hurry(work, incident, before, band)
    incident.own_severity_band = None if band == incident.service.severity_band else band
    incident.changed_at = work.now
    note_change(work, incident, "severity", values=(str(before), str(band)), reason=reason)
    incident.changed_sequence = work.decide(
        "severity.changed",
        f"report:{incident.number}",
        before=before,
        after=band,
        has_reason=reason is not None,
    )
    work.emit(SeverityChanged(incident.id))


def _hurry(work: UnitOfWork, incident: Incident, before: int, band: int) -> None:
    """What becomes a danger is due as one from now on; what is none is due as its service says."""
    if incident.due_at is None or HAZARD_BAND not in (before, band):
        return
    catalogue = city_catalogue(work.session)
    if band == HAZARD_BAND:
        service = catalogue.services[incident.service_code]
        incident.due_at = min(incident.due_at, catalogue.due_in_danger(service, work.now))
    else:
        incident.due_at = due_again(work, incident, catalogue, band)
