"""Every migration up and down with rows in every table, on both databases."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from cycles import A_CYCLE, DATES
from worlds import ANALYST, IN_SE, STAFF, World, a_report

from backend.accounts.ask_for_code import ask_for_code
from backend.accounts.codes import code_of
from backend.accounts.contact_address import read_address
from backend.accounts.identify import register_device, resident_of_token
from backend.accounts.models import SignInCode
from backend.accounts.resident_sign_in import sign_in_with_code
from backend.accounts.sign_in import sign_in
from backend.audits.models import AreaRate, Finding, Preregistration, RateRun
from backend.ballots.cycle.create_cycle import create_cycle
from backend.ballots.cycle.models import CITYWIDE, Cycle, CycleDateMove, CycleProject
from backend.ballots.cycle.phases import Phase
from backend.ballots.delivery.commands import AddMilestone, RecordSpending
from backend.ballots.delivery.plan_milestones import add_milestone
from backend.ballots.delivery.record_spending import record_spending
from backend.ballots.import_election import import_election
from backend.ballots.paper.models import PaperBatch, PaperDoubt, PaperKeying, PaperSheet
from backend.ballots.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalComment,
    ProposalContact,
    ProposalCostChange,
    ProposalEndorsement,
    ProposalFinding,
    ProposalInvitation,
    ProposalOrigin,
    ProposalOutcome,
    ProposalPack,
    ProposalProposer,
    ProposalTranslation,
    Rearrangement,
    RearrangementConsent,
    RearrangementOrigin,
)
from backend.ballots.voting.models import (
    CountedPart,
    RollEntry,
    SealedBallot,
    VoteCode,
    VotingSecret,
)
from backend.core.actors import OPERATOR
from backend.core.channels import Channel
from backend.core.db import Base, current_session, db
from backend.core.schema import current_revision, downgrade, is_ours, newest_revision, upgrade
from backend.core.uow import UnitOfWork, unit_of_work
from backend.delivery.models import Webhook, WebhookDelivery
from backend.delivery.notices.models import (
    Notice,
    NoticeCarrier,
    NoticeCode,
    NoticeName,
    NoticeRegistration,
    NoticeResident,
)
from backend.open311.keys import IssueKey, client_of_key, issue_key
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
from backend.reports.models import (
    Body,
    Comment,
    ExpectedTime,
    Follower,
    HazardWord,
    Holiday,
    Incident,
    ModeratedText,
    Note,
    OutcomeRating,
    ReportPolicy,
    RoutingRule,
    ServiceAttribute,
    Team,
)
from backend.reports.near import open_incidents_near
from backend.reports.photos.commands import OpenUpload
from backend.reports.photos.open_upload import open_upload
from backend.reports.queries import find_request
from backend.reports.record_inspection import record_inspection
from backend.triage.outreach.models import OutreachVisit
from backend.triage.sweeps.models import Sweep, SweepFind, SweepPlan, SweepStop, SweptStop
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

NEW_TABLES = {
    "0001": {"job", "decision", "decision_head"},
    "0002": {"staff_account", "staff_session", "device"},
    "0003": {"city", "boundary_set", "district", "census_figure", "ground_shape"},
    "0004": {"service", "incident", "service_request", "contact", "inspection", "incident_change"},
    "0005": set(),
    "0006": {"queue_entry", "weight_set", "district_weight"},
    "0007": {"rate_run", "area_rate"},
    "0008": {"election", "election_project", "ballot", "participation"},
    "0009": {
        "service_attribute",
        "hazard_word",
        "team",
        "body",
        "routing_rule",
        "holiday",
        "report_policy",
        "catalogue",
        "comment",
        "note",
        "follower",
        "moderated_text",
        "expected_time",
    },
    "0010": {"exposure", "incident_merge", "merged_request"},
    "0011": {"photo", "photo_decision"},
    "0012": {"resident_account", "account_device", "sign_in_code", "resident_session"},
    "0013": {
        "api_key",
        "push_target",
        "keyed_request",
        "received_update",
        "unplaced_report",
    },
    "0014": {"webhook", "webhook_delivery"},
    "0015": {"update_picture"},
    "0016": set(),
    "0017": {"election_file"},
    "0018": {"cycle", "cycle_part", "cycle_phase", "cycle_date_move", "cycle_project"},
    "0019": {
        "proposal",
        "proposal_proposer",
        "proposal_contact",
        "proposal_invitation",
        "proposal_origin",
        "proposal_change",
        "proposal_translation",
        "proposal_endorsement",
        "proposal_comment",
        "proposal_finding",
        "proposal_outcome",
        "proposal_cost_change",
        "proposal_pack",
        "rearrangement",
        "rearrangement_origin",
        "rearrangement_consent",
    },
    "0020": {"voting_secret", "roll_entry", "vote_code", "sealed_ballot", "counted_part"},
    "0021": {"paper_batch", "paper_doubt", "paper_sheet", "paper_keying"},
    "0022": {
        "project_delivery",
        "project_milestone",
        "spending_purpose",
        "project_spending",
        "project_change",
    },
    "0023": set(),
    "0024": set(),
    "0025": set(),
    "0026": set(),
    "0027": {"preregistration", "finding"},
    "0028": {
        "sweep_plan",
        "sweep_stop",
        "sweep",
        "swept_stop",
        "sweep_find",
        "outreach_visit",
    },
    "0029": set(),
    "0030": set(),
    "0031": {
        "notice_resident",
        "notice_name",
        "notice_registration",
        "notice_code",
        "notice_carrier",
        "notice",
    },
    "0032": {"place_source", "named_place", "address"},
    "0033": {"outcome_rating"},
    "0034": set(),
}

# PostGIS's own column type is not one SQLAlchemy knows by name; nothing of ours reads it back.
pytestmark = [
    pytest.mark.both,
    pytest.mark.filterwarnings("ignore:Did not recognize type 'geometry'"),
]


@pytest.mark.slow
def test_each_step_down_drops_its_own_rows_and_keeps_those_below(city: World) -> None:
    with unit_of_work(OPERATOR) as work:
        fill_every_table(work)
    before = rows_by_table()
    assert [name for name, rows in before.items() if not rows] == []
    assert newest_revision() == max(NEW_TABLES)
    assert before.keys() == set().union(*NEW_TABLES.values())
    kept = set(before)
    for revision, undone in reversed(list(pairwise(NEW_TABLES))):
        kept -= NEW_TABLES[undone]
        downgrade(db.engine, revision)
        below = rows_by_table()
        assert below == {name: as_wide_as(before[name], below[name]) for name in kept}
        upgrade(db.engine)
        after = rows_by_table()
        assert after.keys() == before.keys()
        for name in before:
            assert as_wide_as(after[name], below.get(name, [])) == below.get(name, [])
        assert the_index_finds_every_open_incident()
    downgrade(db.engine, "base")
    assert rows_by_table() == {}
    with db.engine.connect() as connection:
        assert current_revision(connection) is None


def test_the_model_is_what_the_migrations_make(city: World) -> None:
    with db.engine.connect() as connection:
        options = {"include_object": is_ours, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def fill_every_table(work: UnitOfWork) -> None:
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
    sign_in(work, "analyst", "a lantern on the quay")
    sign_in_resident(work)
    work.enqueue("fit_rates")
    import_election(work, ELECTION.encode())
    draw_up_budget(work)
    build_winner(work)
    propose_together(work)
    hold_vote(work)
    key_paper(work)
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


def sweep_streets(work: UnitOfWork) -> None:
    """A plan with a day that was walked, what was found, and a visit."""
    at, by = work.now, {"recorded_at": work.now, "recorded_by": STAFF.key}
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
    work.session.add_all(
        [
            SweepStop(plan_id=plan.id, day=1, place=1, **where, **stop),
            sweep,
            OutreachVisit(district_id=1, **visit, **by),
        ]
    )
    work.session.flush()
    work.session.add_all(
        [
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


def draw_up_budget(work: UnitOfWork) -> None:
    """A cycle with a date that was moved and a project on its ballot."""
    cycle, span = create_cycle(work, A_CYCLE), DATES[Phase.VOTE]
    moved = {"old_starts_at": span.starts_at, "old_ends_at": span.ends_at}
    moved |= {"starts_at": span.starts_at, "ends_at": span.ends_at + timedelta(days=1)}
    told = {"reason": "Post is late", "at": work.now, "actor": STAFF.key}
    swings = {"position": 0, "code": "1", "title": "Swings", "cost": 6}
    work.session.add_all(
        [
            CycleDateMove(cycle_id=cycle.id, phase=Phase.VOTE.value, **moved, **told),
            CycleProject(cycle_id=cycle.id, part_code=CITYWIDE, **swings),
        ]
    )


def build_winner(work: UnitOfWork) -> None:
    """The project won, somebody builds it, and a bill is paid."""
    work.session.execute(sa.update(Cycle).values(counted_at=work.now))
    work.session.execute(sa.update(CycleProject).values(is_winner=True))
    key, today = (A_CYCLE.slug, "1"), work.now.date()
    add_milestone(work, AddMilestone(*key, 0, "Dig", today))
    bill = RecordSpending(*key, work.runtime.ids.uuid(), today, 6, "works", "Chains")
    record_spending(work, bill)


def propose_together(work: UnitOfWork) -> None:
    """Two proposals, one of which came from the other, and everything that can be said of them."""
    session, by = work.session, {"actor": STAFF.key, "at": work.now}
    first, second = (proposed(work, number) for number in ("00000001", "00000002"))
    session.add_all([first, second])
    session.flush()
    person = ProposalProposer(proposal_id=first.id, interests="", joined_at=work.now)
    wish = Rearrangement(
        id=work.runtime.ids.uuid(),
        cycle_id=1,
        kind="split",
        state="done",
        reason="x",
        drafts=[],
        **by,
    )
    session.add_all([person, wish])
    session.flush()
    seen = {"proposal_id": first.id, "at": work.now}
    words = {"title": "x", "summary": "x"}
    lists = dict.fromkeys(("pros", "cons", "cost_lines", "minority_statements", "sources"), ())
    packed = {name: list(items) for name, items in lists.items()}
    found = {"reviewer": STAFF.key, **seen}
    session.add_all(
        [
            ProposalContact(proposer_id=person.id, sealed=b"x"),
            ProposalInvitation(token_hash="x", proposal_id=first.id, expires_at=work.now),
            ProposalOrigin(proposal_id=second.id, origin_id=first.id),
            ProposalChange(kind="submitted", actor=STAFF.key, **seen),
            ProposalTranslation(language="pl", actor=STAFF.key, **words, **seen),
            ProposalEndorsement(person_hash="x", **seen),
            ProposalFinding(round=1, criterion="legal", verdict="met", words="x", **found),
            ProposalOutcome(round=1, state="accepted", **found),
            ProposalCostChange(cost=7, reason="x", actor=STAFF.key, **seen),
            ProposalPack(is_undisputed=True, actor=STAFF.key, **packed, **seen),
            RearrangementOrigin(rearrangement_id=wish.id, proposal_id=first.id),
            RearrangementConsent(
                rearrangement_id=wish.id, proposer_id=person.id, agrees=True, **by
            ),
            ProposalComment(
                id=work.runtime.ids.uuid(),
                kind="comment",
                by="city",
                actor=STAFF.key,
                text="x",
                **seen,
            ),
        ]
    )


def proposed(work: UnitOfWork, number: str) -> Proposal:
    words = {"language": "en", "title": "Swings", "summary": "Three", "description": ""}
    kept = {"channel": "app", "state": "submitted", "fingerprint": "x", "version": 1}
    moments = {"submitted_at": work.now, "changed_at": work.now}
    where = {"cycle_id": 1, "part_code": CITYWIDE}
    return Proposal(id=work.runtime.ids.uuid(), number=number, **words, **kept, **moments, **where)


def hold_vote(work: UnitOfWork) -> None:
    """A row of a roll and of a box, and where the result of a part stands."""
    [cycle_id] = work.session.scalars(sa.select(Cycle.id))
    hashed, of_cycle = {"cycle_id": cycle_id, "is_test": False}, {"cycle_id": cycle_id}
    work.session.add_all(
        [
            VotingSecret(secret="a secret", **of_cycle),
            RollEntry(voter_key="0" * 64, state="eligible", code_hash="1" * 64, **hashed),
            VoteCode(
                id=work.runtime.ids.uuid(),
                key="2" * 64,
                is_of_voter=True,
                kind="email",
                expires_at=work.now,
                **of_cycle,
            ),
            SealedBallot(
                box_key="3" * 64, sequence=1, attempt_hash="4" * 64, sealed=b"sealed", **hashed
            ),
            CountedPart(part_code="citywide", election_id=1, **of_cycle),
        ]
    )


def key_paper(work: UnitOfWork) -> None:
    """A batch of paper ballots with a voter in doubt and a sheet that one person keyed."""
    [cycle_id] = work.session.scalars(sa.select(Cycle.id))
    kept = {"state": "counted", "checked_in": 1, "faults": {}, "causes": {}}
    work.session.add(PaperBatch(cycle_id=cycle_id, number=1, place="Town hall", **kept))
    work.session.flush()
    of_batch, hashed = {"cycle_id": cycle_id, "batch": 1}, "5" * 64
    work.session.add_all(
        [
            PaperDoubt(number=1, kind="unreadable", state="waiting", **of_batch),
            PaperSheet(sheet_hash=hashed, **of_batch),
            PaperKeying(look=1, sheet_hash=hashed, sealed=b"sealed", **of_batch),
        ]
    )


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


def rows_by_table() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table there is, without the columns only one database has."""
    with db.engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        return {
            name: sorted(
                (
                    {key: value for key, value in row._mapping.items() if key != "position"}
                    # As the database gives them: to learn every column's type takes far longer.
                    for row in connection.execute(sa.text(f'SELECT * FROM "{name}"'))
                ),
                key=repr,
            )
            for name in names
            if is_ours(None, name, "table", True, None)
        }


def as_wide_as(rows: list[dict[str, Any]], other: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with only the columns that `other`, of an older revision, has too."""
    narrow = [{key: row[renamed(key, row)] for key in other[0]} for row in rows] if other else []
    return sorted(narrow, key=repr)


def renamed(column: str, row: dict[str, Any]) -> str:
    """What a column of an older revision is called in a row of a newer one."""
    return column if column in row else {"request_id": "subject_id"}[column]


def the_index_finds_every_open_incident() -> bool:
    """Of the spatial index, made anew over rows that were there."""
    session = current_session()
    incidents = session.scalars(sa.select(Incident)).all()
    found = {
        near.id
        for one in incidents
        for near in open_incidents_near(session, one.lon, one.lat, 1.0, one.service_code)
    }
    is_open = {one.id for one in incidents if one.closed_at is None}
    session.rollback()
    return found == is_open
