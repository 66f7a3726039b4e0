"""The made-up city with what its year leaves out, so that every page has something to show."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from worlds import FIELD_KEY

from backend.accounts.add_staff import AddStaff, add_staff
from backend.accounts.start_link import make_start_link
from backend.app import create_app
from backend.audits.findings.parameters import Kind
from backend.audits.findings.period import quarter_after, quarter_before
from backend.audits.findings.preregister import Preregister, PromisedMetric, preregister
from backend.audits.findings.run_audit import RunAudit, compute_finding, store_finding
from backend.ballots.paper.commands import OpenBatch
from backend.ballots.paper.open_batch import open_batch
from backend.ballots.proposals.models import Proposal
from backend.cli.demo import make_up_city
from backend.core.actors import ANONYMOUS, OPERATOR, Actor, Role
from backend.core.channels import Channel
from backend.core.config import Settings
from backend.core.db import current_session, db
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.mail import unsubscribe_token
from backend.demo.posts import PASSWORD
from backend.demo.visitors import read_codes
from backend.places.draw_basemap import draw_basemap
from backend.places.models import District
from backend.reports.administration.set_template import SetTemplate, set_template
from backend.reports.desk_acts.act_in_bulk import act_in_bulk
from backend.reports.desk_acts.commands import ActInBulk, BulkAct, Chosen
from backend.reports.intake.commands import KeepLead, LeadWords
from backend.reports.intake.keep_lead import keep_lead
from backend.reports.models import Incident, Service
from backend.reports.workflow import State
from backend.triage.outreach.commands import RecordVisit
from backend.triage.outreach.record_visit import record_visit
from backend.triage.sweeps.commands import DecideSweeps, ProposeSweeps
from backend.triage.sweeps.decide_plan import decide_plan
from backend.triage.sweeps.propose_plan import draw_plan, propose_plan

WARD = Actor("staff:ward", Role.WARD_STAFF, "Ward officer")
ANALYST = Actor("staff:analyst", Role.ANALYST, "Analyst")
LAST_BUDGET = "town-budget-2025"
_THANKS = "Thank you. We came to look on the day, and the crew will be there within the week."
_CHOSEN = 12
# Crews who can do all that is reported, and walk besides.
_CREWS = ProposeSweeps(
    weeks=8,
    seed=7,
    days_per_week=10.0,
    hours_per_day=6.0,
    walking_km_per_hour=2.0,
    travel_km_per_hour=20.0,
    jobs_per_week=1000.0,
)


@dataclass(frozen=True, slots=True)
class BusyCity:
    """The city's app, and by the name of an argument of an address what is there."""

    app: Flask
    known: dict[str, str]


def make_busy_city(folder: Path) -> BusyCity:
    """Make it up in an empty folder, with its ground drawn and its last quarter audited."""
    settings = Settings(
        data_dir=folder,
        secret_keys=("secret",),
        field_keys=(FIELD_KEY,),
        hash_key="hash",
        sign_in_limit="1000 per minute",
        account_sign_in_limit="1000 per minute",
    )
    make_up_city(settings, 1)
    app = create_app(settings)
    with app.app_context():
        draw_basemap(current_session(), folder)
        known = {
            "open_number": _number(State.TRIAGED),
            "closed_number": _number(State.RESOLVED),
            "most_told": _most_told(),
            "bulk": _act_on_many(),
            "lead": _take_messages(),
            "template": _write_template(),
            "service": _first(Service.code),
            "district": _first(District.code),
            "proposal": _first(Proposal.number),
            "token": _start_link(),
            "mail": unsubscribe_token(settings.hash_key, current_runtime().ids.uuid()),
            "past": LAST_BUDGET,
            "finding": _audit(),
            "project": "1",
        }
        codes = read_codes(folder)
        assert codes is not None
        known["vote"] = codes.slug
        with unit_of_work(WARD) as work:
            open_batch(work, OpenBatch(codes.slug, "Box in the town hall", None))
        _plan_sweeps(known["district"])
        db.session.remove()
    return BusyCity(app, known)


def _first(column: sa.orm.InstrumentedAttribute[str]) -> str:
    return current_session().scalars(sa.select(column).order_by(column).limit(1)).one()


def _number(state: State) -> str:
    newest = (
        sa.select(Incident.number)
        .where(Incident.state == state)
        .order_by(Incident.opened_at.desc())
    )
    return current_session().scalars(newest.limit(1)).one()


def _most_told() -> str:
    """Of what most people reported of what is open."""
    most = sa.select(Incident.number).where(Incident.closed_at.is_(None))
    return current_session().scalars(most.order_by(Incident.request_count.desc()).limit(1)).one()


def _act_on_many() -> str:
    """Reports taken on together, with one note."""
    session, id_ = current_session(), current_runtime().ids.uuid()
    waiting = sa.select(Incident.number, Incident.version).where(
        Incident.state == State.RECEIVED, Incident.is_outside.is_(False)
    )
    rows = session.execute(waiting.order_by(Incident.opened_at).limit(_CHOSEN)).all()
    act = BulkAct(State.TRIAGED, "A crew looks at all of these streets this week.")
    with unit_of_work(WARD) as work:
        act_in_bulk(work, ActInBulk(id_, act, [Chosen(*row) for row in rows]))
    return str(id_)


def _take_messages() -> str:
    said = (
        ("r1@mail.example", "A lamp is out in front of the school in Mill Street", "Lamp"),
        ("r2@mail.example", "Branches hang over the pavement. " * 12, "Overgrown path by the park"),
    )
    with unit_of_work(ANONYMOUS) as work:
        kept = [
            keep_lead(work, KeepLead(Channel.EMAIL, f"<{n}@mail.example>", LeadWords(*words)))
            for n, words in enumerate(said)
        ]
    return str(kept[0].id)


def _write_template() -> str:
    id_ = current_runtime().ids.uuid()
    with unit_of_work(OPERATOR) as work:
        words = [("en", _THANKS)]
        set_template(
            work, SetTemplate(id_, "We were there", "triaged", [], words, is_active=True, seen="")
        )
    return str(id_)


def _start_link() -> str:
    with unit_of_work(OPERATOR) as work:
        add_staff(work, AddStaff("newcomer", "Somebody new", Role.WARD_STAFF, PASSWORD))
        return make_start_link(work, "newcomer")


def _audit() -> str:
    now = current_runtime().clock.now()
    quarter = quarter_before(now.date())
    kinds = frozenset({Kind.CLOSING, Kind.PARTICIPATION})
    computed = compute_finding(current_session(), now, RunAudit(quarter, kinds))
    with unit_of_work(OPERATOR) as work:
        finding = store_finding(work, computed).id
    with unit_of_work(ANALYST) as work:
        promised = (PromisedMetric("turnout"),)
        coming = quarter_after(now.date()).starts_on
        preregister(work, Preregister(coming, promised, ("districts",)))
    return str(finding)


def _plan_sweeps(district: str) -> None:
    now = current_runtime().clock.now()
    drawn = draw_plan(current_session(), _CREWS, now)
    with unit_of_work(ANALYST) as work:
        plan = propose_plan(work, drawn).id
        decide_plan(work, DecideSweeps(plan, True, "Every district is walked within eight weeks."))
        yesterday = (now - timedelta(days=1)).date()
        words = "The steps by the river are slippery, and nobody knew whom to tell."
        record_visit(work, RecordVisit(district, yesterday, "phone", 3, words))
