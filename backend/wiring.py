"""The tables that join the slices: event -> handlers, job -> handler, slug -> words.

Reading this file tells what follows from what; nothing is joined anywhere else.
"""

from collections.abc import Mapping

from backend.accounts import hold_resident
from backend.accounts.events import PersonLeft
from backend.accounts.problem_texts import TEXTS as ACCOUNT_TEXTS
from backend.accounts.send_code import JOB as SEND_CODE
from backend.accounts.send_code import SEND_CODE_JOB
from backend.audits.findings.ask_audit import JOB as RUN_AUDIT
from backend.audits.findings.ask_audit import RUN_AUDIT_JOB
from backend.audits.findings.problem_texts import TEXTS as FINDING_TEXTS
from backend.audits.fit_rates import FIT_RATES_JOB, fit_rates_after_import
from backend.audits.fit_rates import JOB as FIT_RATES
from backend.audits.problem_texts import TEXTS as AUDIT_TEXTS
from backend.audits.vary_rates import JOB as VARY_RATES
from backend.audits.vary_rates import VARY_RATES_JOB
from backend.ballots import finish_analyses
from backend.ballots.analyse import ANALYSE_JOB
from backend.ballots.analyse import JOB as ANALYSE_ELECTION
from backend.ballots.cycle import tell_phases
from backend.ballots.cycle.notice_words import cycle_words
from backend.ballots.cycle.problem_texts import TEXTS as CYCLE_TEXTS
from backend.ballots.delivery import tell_photos as of_projects
from backend.ballots.delivery.problem_texts import TEXTS as PROJECT_TEXTS
from backend.ballots.events import ElectionImported
from backend.ballots.paper import leave_out
from backend.ballots.paper.clear_traces import CLEAR_JOB as CLEAR_PAPER_JOB
from backend.ballots.paper.clear_traces import JOB as CLEAR_PAPER
from backend.ballots.paper.problem_texts import TEXTS as PAPER_TEXTS
from backend.ballots.problem_texts import TEXTS as BALLOT_TEXTS
from backend.ballots.proposals import edit_proposal, forget_proposer
from backend.ballots.proposals import tell_photos as of_proposals
from backend.ballots.proposals import tell_residents as of_own_proposals
from backend.ballots.proposals.events import ProposalDiscussed, ProposalMoved
from backend.ballots.proposals.notice_words import proposal_words
from backend.ballots.proposals.problem_texts import TEXTS as PROPOSAL_TEXTS
from backend.ballots.voting.events import CountBegun
from backend.ballots.voting.problem_texts import TEXTS as VOTING_TEXTS
from backend.ballots.voting.vote_codes import JOB as SEND_VOTE_CODE
from backend.ballots.voting.vote_codes import SEND_VOTE_CODE_JOB
from backend.core.events import HandlerTable, ResidentCame
from backend.core.jobs import JobTable, Lanes
from backend.core.problem_text import ProblemText
from backend.core.problem_texts import TEXTS as CORE_TEXTS
from backend.core.prune_jobs import JOB as PRUNE_JOBS
from backend.core.prune_jobs import prune_jobs
from backend.delivery.announce import JOB as SEND_WEBHOOKS
from backend.delivery.notices import confirm_address, tidy_notices
from backend.delivery.notices.problem_texts import TEXTS as NOTICE_TEXTS
from backend.delivery.notices.send_notices import send_notices_job
from backend.delivery.notices.wake import JOB as SEND_NOTICES
from backend.delivery.problem_texts import TEXTS as DELIVERY_TEXTS
from backend.delivery.send_due import send_job
from backend.delivery.wake_waiting import JOB as WAKE_WEBHOOKS
from backend.delivery.wake_waiting import wake_waiting
from backend.exports.problem_texts import TEXTS as EXPORT_TEXTS
from backend.open311 import forget_pictures, forget_unplaced, push_update
from backend.open311.problem_texts import TEXTS as OPEN311_TEXTS
from backend.open311.unplaced import WAITING_TOKENS
from backend.photos.discard_files import DISCARD_JOB
from backend.photos.discard_files import JOB as DISCARD_FILES
from backend.photos.events import PhotoChanged, PhotoThere
from backend.photos.problem_texts import TEXTS as PHOTO_TEXTS
from backend.photos.process_photo import JOB as PROCESS_PHOTO
from backend.photos.process_photo import process_job
from backend.photos.subject import SubjectKind
from backend.photos.sweep_photos import JOB as SWEEP_PHOTOS
from backend.photos.sweep_photos import sweep_job
from backend.places.draw_basemap import DRAW_JOB
from backend.places.draw_basemap import JOB as DRAW_BASEMAP
from backend.places.events import BoundariesImported
from backend.places.problem_texts import TEXTS as PLACE_TEXTS
from backend.reports import give_due_moments, tell_residents, tell_webhooks
from backend.reports.catalogue import needs_photo_approval
from backend.reports.desk_acts.problem_texts import TEXTS as DESK_ACT_TEXTS
from backend.reports.duplicates import link_certain_repeat, note_exposure
from backend.reports.events import (
    CommentAdded,
    IncidentInspected,
    IncidentsReread,
    PersonErased,
    RepeatLinked,
    RepeatUnlinked,
    ReportFiled,
    ReportsImported,
    ServiceChanged,
    ServicesSet,
    SeverityChanged,
    StatusChanged,
    StepUndone,
)
from backend.reports.expected_closing import EXPECTED_JOB, expect_anew
from backend.reports.expected_closing import JOB as EXPECT_CLOSINGS
from backend.reports.import_texts import TEXTS as IMPORT_TEXTS
from backend.reports.intake import fetch_picture, forget_leads, tell_reporter
from backend.reports.intake.problem_texts import TEXTS as INTAKE_TEXTS
from backend.reports.intake.queries import KEPT_LEADS
from backend.reports.map_cells import keep_cells
from backend.reports.mark_catalogue import on_boundaries_imported, on_services_changed
from backend.reports.notice_words import report_words
from backend.reports.photos import claim_photos
from backend.reports.photos import tell_photos as of_reports
from backend.reports.privacy.apply_retention import JOB as APPLY_RETENTION
from backend.reports.privacy.apply_retention import RETENTION_JOB
from backend.reports.privacy.wipe_traces import JOB as WIPE_TRACES
from backend.reports.privacy.wipe_traces import WIPE_JOB
from backend.reports.problem_texts import TEXTS as REPORT_TEXTS
from backend.triage import hold_weights, keep_queue
from backend.triage.events import WeightsDecided
from backend.triage.problem_texts import TEXTS as TRIAGE_TEXTS

HANDLERS: HandlerTable = {
    ResidentCame: (hold_resident.on_resident_came,),
    PersonLeft: (forget_proposer.on_person_left,),
    BoundariesImported: (on_boundaries_imported,),
    ReportFiled: (
        keep_queue.on_report_filed,
        keep_cells.on_report_filed,
        claim_photos.on_report_filed,
        tell_webhooks.on_report_filed,
        link_certain_repeat.on_report_filed,
    ),
    ReportsImported: (
        on_services_changed,
        give_due_moments.on_reports_imported,
        keep_queue.on_reports_imported,
        keep_cells.on_reports_imported,
        fit_rates_after_import,
        expect_anew,
    ),
    ServicesSet: (
        on_services_changed,
        keep_queue.on_services_set,
        keep_cells.on_services_set,
    ),
    StatusChanged: (
        keep_queue.on_status_changed,
        keep_cells.on_status_changed,
        push_update.on_status_changed,
        tell_webhooks.on_status_changed,
        tell_residents.on_status_changed,
    ),
    StepUndone: (
        keep_queue.on_status_changed,
        keep_cells.on_status_changed,
        push_update.on_status_changed,
        tell_webhooks.on_status_changed,
        tell_residents.on_step_undone,
    ),
    SeverityChanged: (keep_queue.on_severity_changed, keep_cells.on_severity_changed),
    ServiceChanged: (keep_queue.on_severity_changed, keep_cells.on_service_changed),
    RepeatLinked: (
        keep_queue.on_repeat_linked,
        keep_cells.on_repeat_linked,
        push_update.on_repeat_linked,
        tell_webhooks.on_repeat_linked,
        tell_residents.on_repeat_linked,
    ),
    RepeatUnlinked: (
        keep_queue.on_repeat_unlinked,
        keep_cells.on_repeat_unlinked,
        push_update.on_repeat_unlinked,
        tell_webhooks.on_repeat_unlinked,
        tell_residents.on_repeat_unlinked,
    ),
    CommentAdded: (
        push_update.on_comment_added,
        tell_webhooks.on_comment_added,
        tell_residents.on_comment_added,
    ),
    IncidentInspected: (),
    PersonErased: (
        note_exposure.on_person_erased,
        forget_pictures.on_person_erased,
        tell_residents.on_person_erased,
        tell_reporter.on_person_erased,
    ),
    IncidentsReread: (
        keep_queue.on_incidents_reread,
        keep_cells.on_incidents_reread,
        fit_rates_after_import,
        expect_anew,
    ),
    PhotoThere: (keep_queue.on_photo_there,),
    PhotoChanged: (
        of_reports.on_photo_changed,
        of_proposals.on_photo_changed,
        of_projects.on_photo_changed,
    ),
    WeightsDecided: (keep_queue.on_weights_decided,),
    ElectionImported: (),
    CountBegun: (leave_out.on_count_begun,),
    ProposalMoved: (of_own_proposals.on_proposal_moved,),
    ProposalDiscussed: (of_own_proposals.on_proposal_discussed,),
}

JOBS: JobTable = {
    FIT_RATES: FIT_RATES_JOB,
    VARY_RATES: VARY_RATES_JOB,
    RUN_AUDIT: RUN_AUDIT_JOB,
    SEND_WEBHOOKS: send_job(tell_webhooks.webhook_document),
    EXPECT_CLOSINGS: EXPECTED_JOB,
    SEND_CODE: SEND_CODE_JOB,
    SEND_VOTE_CODE: SEND_VOTE_CODE_JOB,
    PROCESS_PHOTO: process_job(
        needs_photo_approval, {SubjectKind.PROPOSAL: edit_proposal.is_editable}
    ),
    DISCARD_FILES: DISCARD_JOB,
    SWEEP_PHOTOS: sweep_job(WAITING_TOKENS, KEPT_LEADS),
    push_update.JOB: push_update.PUSH_JOB,
    forget_unplaced.JOB: forget_unplaced.forget_unplaced_reports,
    fetch_picture.JOB: fetch_picture.FETCH_JOB,
    forget_leads.JOB: forget_leads.forget_leads,
    APPLY_RETENTION: RETENTION_JOB,
    WIPE_TRACES: WIPE_JOB,
    link_certain_repeat.JOB: link_certain_repeat.LINK_JOB,
    WAKE_WEBHOOKS: wake_waiting,
    PRUNE_JOBS: prune_jobs,
    ANALYSE_ELECTION: ANALYSE_JOB,
    finish_analyses.JOB: finish_analyses.finish_analyses,
    CLEAR_PAPER: CLEAR_PAPER_JOB,
    hold_weights.JOB: hold_weights.HOLD_WEIGHTS_JOB,
    DRAW_BASEMAP: DRAW_JOB,
    SEND_NOTICES: send_notices_job(
        {"report": report_words, "proposal": proposal_words, "cycle": cycle_words}
    ),
    confirm_address.JOB: confirm_address.SEND_NOTICE_CODE_JOB,
    tidy_notices.JOB: tidy_notices.tidy_notices,
    tell_phases.JOB: tell_phases.tell_phases,
}

# What must not wait for the rest: who stands at the door, for the city's own figures; anybody, for
# servers of others, which answer when they like, for strangers' photos, or for counting an
# election again for each of its projects.
LANES: Lanes = {
    "codes": frozenset({SEND_CODE, SEND_VOTE_CODE, confirm_address.JOB}),
    "notices": frozenset({SEND_NOTICES}),
    "programs": frozenset({SEND_WEBHOOKS, push_update.JOB, fetch_picture.JOB}),
    "photos": frozenset({PROCESS_PHOTO}),
    "counts": frozenset({ANALYSE_ELECTION}),
    "audits": frozenset({RUN_AUDIT, VARY_RATES}),
}

# Jobs every city wants once a night.
NIGHTLY = (
    hold_weights.JOB,
    FIT_RATES,
    EXPECT_CLOSINGS,
    SWEEP_PHOTOS,
    APPLY_RETENTION,
    WIPE_TRACES,
    forget_unplaced.JOB,
    forget_leads.JOB,
    WAKE_WEBHOOKS,
    DRAW_BASEMAP,
    tell_phases.JOB,
    tidy_notices.JOB,
    finish_analyses.JOB,
    PRUNE_JOBS,
)


def _joined(*tables: Mapping[str, ProblemText]) -> dict[str, ProblemText]:
    texts: dict[str, ProblemText] = {}
    for table in tables:
        twice = texts.keys() & table.keys()
        if twice:
            raise RuntimeError(f"two slices word the same problem: {sorted(twice)}")
        texts |= table
    return texts


PROBLEM_TEXTS = _joined(
    CORE_TEXTS,
    ACCOUNT_TEXTS,
    PLACE_TEXTS,
    REPORT_TEXTS,
    IMPORT_TEXTS,
    DESK_ACT_TEXTS,
    INTAKE_TEXTS,
    PHOTO_TEXTS,
    DELIVERY_TEXTS,
    NOTICE_TEXTS,
    EXPORT_TEXTS,
    BALLOT_TEXTS,
    CYCLE_TEXTS,
    VOTING_TEXTS,
    PAPER_TEXTS,
    PROPOSAL_TEXTS,
    PROJECT_TEXTS,
    TRIAGE_TEXTS,
    AUDIT_TEXTS,
    FINDING_TEXTS,
    OPEN311_TEXTS,
)
