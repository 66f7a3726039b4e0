"""Somebody of the city types what a resident told: on the telephone, at a counter, on paper."""

from dataclasses import replace
from uuid import NAMESPACE_OID, uuid5

import sqlalchemy as sa

from backend.core.channels import Channel
from backend.core.db import lock_id, table_of
from backend.core.errors import Conflict, Invalid
from backend.core.uow import UnitOfWork
from backend.reports.duplicates.candidates import Draft, likely_duplicates
from backend.reports.duplicates.note_exposure import note_exposure
from backend.reports.file_report import LONGEST_OFFLINE, LONGEST_ON_PAPER, Filed, file_report
from backend.reports.intake.check_reachable import check_reachable
from backend.reports.intake.commands import EnterReport, LeadState
from backend.reports.intake.models import EnteredReport, Lead
from backend.reports.intake.queries import sheet_is_report
from backend.reports.intake.rules import (
    ENTERED_CHANNELS,
    check_sheet,
    check_written_at,
    plain_batch,
)
from backend.reports.intake.settle_lead import accept_lead, require_desk
from backend.reports.intake.tell_reporter import begin_to_tell, promise_to_tell
from backend.reports.models import ServiceRequest

_ENTERED = table_of(EnteredReport)


def enter_report(work: UnitOfWork, command: EnterReport) -> Filed:
    """File the report like any other, and keep for the desk who typed it.

    Raises what `file_report` raises, `Invalid` on a contact that reaches nobody, `Forbidden` for
    whoever does not work at the desk, and `Conflict` where the sheet
    was typed before or the message is settled.
    """
    require_desk(work)
    report = command.report
    if report.channel not in ENTERED_CHANNELS:
        raise Invalid("choice-not-offered", pointer="/channel", choices=ENTERED_CHANNELS)
    check_reachable(report.contact)
    check_sheet(command.batch, command.sheet)
    longest = LONGEST_ON_PAPER if report.channel is Channel.PAPER else LONGEST_OFFLINE
    check_written_at(report.requested_at, work.now, longest)
    _check_sheet_is_new(work, command)
    lock_id(work.session, report.id)
    lead = work.session.get(Lead, report.id, with_for_update=True)
    if lead is not None and lead.state == LeadState.SET_ASIDE:
        raise Conflict("lead-settled", state=lead.state)
    if lead is not None:
        report = replace(report, requested_at=lead.received_at)
    if work.session.get(ServiceRequest, report.id) is None:
        _note_shown(work, command)
    is_told_by_mail = promise_to_tell(work, command)
    filed = file_report(work, report)
    if filed.is_new:
        entered = {
            "service_request_id": report.id,
            "entered_by": work.actor.key,
            "may_tell": command.may_tell,
            "is_told_by_mail": is_told_by_mail,
            "batch": command.batch or None,
            "sheet": command.sheet,
        }
        work.session.execute(sa.insert(_ENTERED), entered)
        if is_told_by_mail:
            begin_to_tell(work, report, filed.number)
        if lead is not None:
            accept_lead(work, lead, report.channel, filed.number)
    return filed


def _check_sheet_is_new(work: UnitOfWork, command: EnterReport) -> None:
    if not command.batch or command.sheet is None:
        return
    batch = plain_batch(command.batch)
    # Of two who type the same sheet at once, the second is told.
    lock_id(work.session, uuid5(NAMESPACE_OID, f"sheet {batch} {command.sheet}"))
    number = sheet_is_report(work.session, command.batch, command.sheet, apart=command.report.id)
    if number is not None:
        raise Conflict("sheet-typed-already", pointer="/sheet", number=number)


def _note_shown(work: UnitOfWork, command: EnterReport) -> None:
    """Whoever told it was asked whether it is one of these."""
    if not command.shown:
        return
    report = command.report
    draft = Draft(
        report.service_code, report.lon, report.lat, report.description.strip(), report.id
    )
    found = likely_duplicates(work.session, draft, work.now)
    if shown := [one for one in found if one.number in command.shown]:
        note_exposure(work, shown, report.service_code, report.channel)
