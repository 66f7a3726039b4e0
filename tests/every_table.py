"""A row in every table that a city has."""

from datetime import timedelta

import shapely
import sqlalchemy as sa
from budget_rows import fill_budget_tables
from desk_rows import fill_desk_tables
from worlds import ANALYST, IN_SE, STAFF, a_report

from backend.accounts.api_keys import IssueKey, client_of_key, issue_key
from backend.accounts.ask_for_code import ask_for_code
from backend.accounts.codes import code_of
from backend.accounts.contact_address import read_address
from backend.accounts.identify import register_device, resident_of_token
from backend.accounts.models import SignInCode
from backend.accounts.resident_sign_in import sign_in_with_code
from backend.accounts.sign_in import sign_in
from backend.audits.models import AreaRate, Finding, Preregistration, RateRun
from backend.ballots.import_election import import_election
from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.field_key_marks import mark_keys
from backend.core.uow import UnitOfWork
from backend.delivery.models import Webhook, WebhookDelivery
from backend.delivery.notices.models import (
    Notice,
    NoticeCarrier,
    NoticeCode,
    NoticeName,
    NoticeRegistration,
    NoticeResident,
)
from backend.open311.models import KeyedRequest, ReceivedUpdate, UnplacedReport, UpdatePicture
from backend.open311.push_target import SetPushTarget, set_push_target
from backend.photos.models import PhotoDecision
from backend.places.describe_city import lay_ground
from backend.places.import_places import import_places
from backend.places.place_file import PlaceFile, ReadAddress
from backend.places.typed_name import HouseNumber
from backend.reports.commands import InspectionOutcome, MergeIncidents, RecordInspection
from backend.reports.duplicates.candidates import Draft, likely_duplicates
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.note_exposure import note_exposure
from backend.reports.file_report import file_report
from backend.reports.intake.commands import KeepLead, LeadWords
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.intake.models import EnteredReport
from backend.reports.models import (
    Body,
    Comment,
    ExpectedTime,
    Follower,
    HazardWord,
    Holiday,
    ModeratedText,
    Note,
    OutcomeRating,
    ReportPolicy,
    RoutingRule,
    ServiceAttribute,
    Team,
)
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.queries import find_request
from backend.reports.record_inspection import record_inspection
from backend.triage.models import SavedView
from backend.triage.outreach.models import OutreachOuting, OutreachVisit
from backend.triage.sweeps.models import (
    Sweep,
    SweepFind,
    SweepNote,
    SweepOuting,
    SweepPlan,
    SweepStop,
    SweptStop,
)
from backend.triage.weight_sets import ProposeWeights, propose_weights
from equity.rates.reporting_rate import AreaRate as Fitted
from equity.rates.reporting_rate import Grade

ELECTION = """META
key;value
description;Playgrounds
unit;Testwick
country;Nowhere
num_projects;2
num_votes;11
budget;10
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;6;Swings
2;7;Slide
VOTES
voter_id;vote;sex
""" + "".join(f"{voter};{voter % 2 + 1};F\n" for voter in range(11))


def fill_every_table(work: UnitOfWork) -> None:
    mark_keys(work, work.runtime.keyring.ids)
    number = file_report(work, a_report(1, contact={"name": "Somebody"})).number
    target = file_report(work, a_report(2)).number
    file_report(work, a_report(3, IN_SE))
    work.actor = STAFF
    record_inspection(work, RecordInspection(target, InspectionOutcome.FOUND))
    merge_incidents(work, MergeIncidents(number, target, "the same hole"))
    shown = likely_duplicates(work.session, Draft("POTHOLE", *IN_SE), work.now)
    note_exposure(work, shown, "POTHOLE", Channel.APP)
    lay_ground(work, "green", [("Park", shapely.box(10, 50, 10.01, 50.01))])
    house = ReadAddress("Quay", HouseNumber("3", 3, 3), *IN_SE, is_exact=True)
    import_places(work, PlaceFile("houses.gpkg", "0" * 64, (), (house,)))
    sign_in(work, "analyst", "a lantern on the quay", "192.0.2.1")
    sign_in_resident(work)
    work.enqueue("fit_rates")
    import_election(work, ELECTION.encode())
    fill_budget_tables(work)
    run = RateRun(
        id=work.runtime.ids.uuid(),
        fitted_at=work.now,
        boundary_set_id=1,
        data_from=work.now - timedelta(days=9),
        data_until=work.now,
        data_sha256="0" * 64,
        parameters={"limit_days": 100},
        fitted="{}",
    )
    work.session.add(run)
    work.session.flush()
    figures = {"reports": 3, "incidents": 2, "duplicates": 1, "exposure_days": 5.5, "grade": "C"}
    figures |= {"recent_reports": 3, "least_expected": 1, "later_grade": "C", "later_rate": 0.5}
    work.session.add(AreaRate(rate_run_id=run.id, district_id=1, service_code="", **figures))
    audit_quarter(work)
    work.actor = ANALYST
    rates = [Fitted("1", Grade.C, 1, 2, 5.5, None, None, None)]
    propose_weights(work, ProposeWeights(str(run.id), rates, 1.0))
    sweep_streets(work)
    talk_about(work, target)
    take_photo(work, target)
    tell_others(work, target)
    tell_resident(work, target)
    connect_client(work, target)
    type_for_another(work, target)
    fill_desk_tables(work, target)


def type_for_another(work: UnitOfWork, number: str) -> None:
    """Who typed the report with `number`, and a message that waits."""
    report, said = find_request(work.session, number), LeadWords("a@lanterns.example", "A hole")
    entered = {"entered_by": STAFF.key, "may_tell": True, "batch": "12", "sheet": 1}
    work.session.add(EnteredReport(service_request_id=report.id, **entered))
    keep_lead(work, KeepLead(Channel.EMAIL, "1@lanterns.example", said, ("https://a.example/1",)))


def sweep_streets(work: UnitOfWork) -> None:
    """A plan with a day that was walked, what was found, and a visit."""
    at, by = work.now, {"recorded_at": work.now, "recorded_by": STAFF.key}
    taken = {"taken_at": at, "taken_by": STAFF.key}
    plan = SweepPlan(
        state="in_force",
        boundary_set_id=1,
        asked={"weeks": 1},
        figures={},
        proposed_at=at,
        proposed_by=STAFF.key,
    )
    work.session.add(plan)
    work.session.flush()
    where = {"district_id": 1, "stretch": "50.00000,10.00000", "name": "Quay"}
    stop = {"kind": "random", "metres": 90.0, "shape": shapely.to_wkb(shapely.Point(IN_SE))}
    walk = {"started_at": at, "ended_at": at, "metres_walked": 90.0}
    sweep = Sweep(plan_id=plan.id, day=1, **walk, **by)
    visit = {"visited_on": at.date(), "channel": "visit", "people": 3, "words": "x"}
    saved = {"owner": STAFF.key, "name": "late", "title": "Late", "query": "late=1"}
    work.session.add_all(
        [
            SavedView(is_shared=True, is_first=False, saved_at=at, **saved),
            SweepStop(plan_id=plan.id, day=1, place=1, **where, **stop),
            sweep,
            OutreachVisit(district_id=1, **visit, **by),
        ]
    )
    work.session.flush()
    work.session.add_all(
        [
            OutreachOuting(visit_on=at.date(), district_id=1, **taken),
            SweepOuting(plan_id=plan.id, day=1, walked_on=at.date(), **taken),
            SweepNote(
                entry_id=work.runtime.ids.uuid(),
                plan_id=plan.id,
                day=1,
                place=1,
                kind="walked",
                noted_at=at,
                noted_by=STAFF.key,
            ),
            SweptStop(sweep_id=sweep.id, place=1, reported=1),
            SweepFind(sweep_id=sweep.id, incident_id=1, place=1, is_reported=True),
        ]
    )


def audit_quarter(work: UnitOfWork) -> None:
    """What was promised, and what was found."""
    hashed, today = "0" * 64, work.now.date()
    quarter = {"starts_on": today, "ends_on": today}
    work.session.add(
        Preregistration(
            document="{}", sha256=hashed, signed_at=work.now, signed_by=STAFF.key, **quarter
        )
    )
    work.session.flush()
    found = {"parameters": "{}", "code_version": "1", "data": b"x", "result": "{}"}
    work.session.add(
        Finding(
            made_at=work.now,
            made_by=STAFF.key,
            preregistration_id=1,
            data_sha256=hashed,
            result_sha256=hashed,
            **quarter,
            **found,
        )
    )


def sign_in_resident(work: UnitOfWork) -> None:
    """An account with a device and a session, and a code that waits to be sent."""
    key, now = work.runtime.settings.hash_key, work.now
    device = resident_of_token(work.session, work.runtime, register_device(work), now)
    address = read_address("somebody@lanterns.example", "")
    staff, work.actor = work.actor, device
    ask_for_code(work, address)
    (code,) = work.session.scalars(sa.select(SignInCode))
    assert sign_in_with_code(work, address, code_of(key, code.id))
    ask_for_code(work, address)
    work.actor = staff


def take_photo(work: UnitOfWork, number: str) -> None:
    """A photo of the report with `number`, and that somebody looked at it."""
    ids, report = work.runtime.ids, find_request(work.session, number)
    photo = open_upload(work, OpenUpload(ids.uuid(), report.id, 9)).photo
    photo.rendering_id = ids.uuid()
    at, actor = work.now, STAFF.key
    work.session.add(PhotoDecision(photo_id=photo.id, at=at, verdict="refuse", actor=actor))


def tell_others(work: UnitOfWork, number: str) -> None:
    """A webhook, and something it is to be told of the report with `number`."""
    ids, at = work.runtime.ids, work.now
    url, events = "https://hooks.lanterns.example/", ["report.filed"]
    webhook = Webhook(
        id=ids.uuid(), url=url, sealed=b"sealed", events=events, created_at=at, created_by=STAFF.key
    )
    work.session.add(webhook)
    work.session.flush()
    about = {"event": events[0], "topic": "incident:1", "subject": number, "facts": {}}
    moments = {"happened_at": at, "waits_since": at, "due_at": at}
    work.session.add(
        WebhookDelivery(id=ids.uuid(), webhook_id=webhook.id, sequence=1, **about, **moments)
    )


def tell_resident(work: UnitOfWork, number: str) -> None:
    """A resident with an address that waits for its code, and something to be told."""
    ids, at = work.runtime.ids, work.now
    resident = NoticeResident(id=ids.uuid(), wishes={}, weekly_cap=5, created_at=at)
    carrier = NoticeCarrier(name="webpush", sealed=b"sealed")
    work.session.add_all([resident, carrier])
    work.session.flush()
    address = NoticeRegistration(
        id=ids.uuid(),
        resident_id=resident.id,
        kind="email",
        sealed=b"sealed",
        address_hash="0" * 64,
        language="en",
        created_at=at,
        last_seen_at=at,
    )
    work.session.add_all([NoticeName(person_hash="0" * 64, resident_id=resident.id), address])
    work.session.flush()
    of_address = {"id": ids.uuid(), "registration_id": address.id}
    about = {"topic": "report.answer", "subject": f"report:{number}", "facts": {}}
    moments = {"happened_at": at, "due_at": at}
    work.session.add_all(
        [
            NoticeCode(kind="email", sealed=b"sealed", expires_at=at, **of_address),
            Notice(is_important=False, **of_address, **about, **moments),
        ]
    )


def connect_client(work: UnitOfWork, number: str) -> None:
    """A key, and a row of everything that can come in and go out with it."""
    by, work.actor = work.actor, OPERATOR
    key = client_of_key(work.session, issue_key(work, IssueKey("Lanterns", Channel.APP)))
    set_push_target(work, SetPushTarget(key.prefix, "https://lanterns.example/v2", "secret"))
    report = find_request(work.session, number)
    work.session.add_all(
        [
            KeyedRequest(service_request_id=report.id, api_key_id=key.id, media_urls=[]),
            ReceivedUpdate(
                api_key_id=key.id, external_id="7", update_id=f"1.{number}", received_at=work.now
            ),
            UpdatePicture(
                act_id=work.runtime.ids.uuid(),
                position=0,
                service_request_id=report.id,
                url="https://lanterns.example/1.jpg",
            ),
            UnplacedReport(
                id=work.runtime.ids.uuid(),
                api_key_id=key.id,
                received_at=work.now,
                sealed=b"sealed",
            ),
        ]
    )
    work.actor = by


def talk_about(work: UnitOfWork, number: str) -> None:
    """Rows of who takes reports, and of what is said about the one with `number`."""
    add = work.session.add_all
    report = find_request(work.session, number)
    incident, at, ids = report.incident_id, work.now, work.runtime.ids
    words = {"text": "Soon", "actor": STAFF.key, "at": at, "incident_id": incident}
    add([Team(code="ROADS", name="Roads"), Body(code="COUNTY", name="The county")])
    work.session.flush()
    add(
        [
            RoutingRule(service_code="POTHOLE", team_code="ROADS"),
            HazardWord(language="en", word="gas"),
            Holiday(day=at.date(), name="Founding day"),
            ReportPolicy(id=1),
            ServiceAttribute(
                service_code="POTHOLE",
                code="DEPTH",
                position=1,
                datatype="number",
                description="How deep?",
                translations=[{"language": "es", "description": "¿Profundidad?"}],
            ),
            ExpectedTime(
                service_code="POTHOLE",
                median_hours=50.0,
                low_hours=40.0,
                closings=20,
                computed_at=at,
            ),
            Comment(id=ids.uuid(), kind="answer", **words),
            Note(id=ids.uuid(), **words),
            Follower(service_request_id=report.id, follower_hash="0" * 64, since=at),
            OutcomeRating(
                id=ids.uuid(),
                incident_id=incident,
                rater_hash="0" * 64,
                answer="no",
                sealed=b"sealed",
                closed_at=at,
                rated_at=at,
            ),
            ModeratedText(
                service_request_id=report.id,
                description="A hole",
                reason="a name",
                actor=STAFF.key,
                at=at,
            ),
        ]
    )
