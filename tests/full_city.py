"""A city in which everything a person can write tries to be more than words."""

from dataclasses import dataclass, replace

from audited import promise_and_find
from cycles import A_CYCLE, DATES, LENGTH, PARTS, make_cycle
from proposing import ANNA, REVIEWER, SWINGS, an_id
from sweeping import sweep_and_visit
from worlds import ANALYST, FAR_AWAY, IN_SE, PASSWORD, STAFF, World, a_report, square_districts

from backend.accounts.add_staff import AddStaff, add_staff
from backend.audits.fit_rates import fit_rates
from backend.audits.queries import fitted_rate, rates_of
from backend.ballots.cycle.commands import MoveDate
from backend.ballots.cycle.move_date import move_date
from backend.ballots.cycle.phases import Phase, Span
from backend.ballots.import_election import import_election
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.change_cost import change_cost
from backend.ballots.proposals.commands import (
    Asked,
    ChangeCost,
    CostLine,
    Criterion,
    NoteFindings,
    Rearrange,
    Rearranging,
    Say,
    Source,
    SubmitProposal,
    Verdict,
    WritePack,
)
from backend.ballots.proposals.queries import find_proposal
from backend.ballots.proposals.rearrange import rearrange
from backend.ballots.proposals.review import note_findings
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.ballots.proposals.write_pack import write_pack
from backend.core.actors import ANONYMOUS, OPERATOR, Role
from backend.core.channels import Channel
from backend.core.db import db
from backend.core.uow import unit_of_work
from backend.places.describe_city import describe_city
from backend.places.import_boundaries import import_boundaries
from backend.reports.change_status import change_status
from backend.reports.commands import ChangeStatus
from backend.reports.file_report import file_report
from backend.reports.import_services import import_services
from backend.reports.models import Service
from backend.reports.reread_districts import reread_districts
from backend.reports.workflow import State
from backend.triage.weight_sets import (
    DecideWeights,
    ProposeWeights,
    decide_weights,
    propose_weights,
)

HOSTILE = """<script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7*7 }}"""
ELECTION = f"""META
key;value
description;{HOSTILE.replace('"', "")}
country;Worldwide
unit;Testwick
instance;2026
num_projects;2
num_votes;2
budget;100
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;60;{HOSTILE.replace('"', "")}
2;70;A tree
VOTES
voter_id;vote;sex
1;1;F
2;1,2;M
"""


@dataclass(frozen=True, slots=True)
class FullCity:
    """A world with something on every page, and the numbers and names its addresses need."""

    world: World
    open_number: str
    closed_number: str
    outside_number: str
    election: str
    weight_set: str
    proposal: str


def fill(world: World) -> FullCity:
    """Reports, a refusal, rates, weights and an election, with hostile words wherever they go."""
    numbers = _file_reports()
    file = square_districts()
    names = tuple(f"{name} {HOSTILE}" for name in file.boundaries.names)
    with unit_of_work(OPERATOR) as work:
        import_boundaries(work, replace(file, boundaries=replace(file.boundaries, names=names)))
        reread_districts(work)
        run = fit_rates(work)
        rates = [fitted_rate(row) for row in rates_of(work.session, run)]
        election = import_election(work, ELECTION.encode()).election.slug
    with unit_of_work(ANALYST) as work:
        weight_set = propose_weights(work, ProposeWeights(str(run.id), rates, 1.0)).id
    with unit_of_work(OPERATOR) as work:
        decide_weights(work, DecideWeights(weight_set, True, HOSTILE))
    sweep_and_visit(world, "HOLE", HOSTILE)
    promise_and_find()
    _hold_budget(election)
    proposal = _propose(election)
    db.session.remove()
    return FullCity(world, *numbers, election, str(weight_set), proposal)


def _hold_budget(slug: str) -> None:
    """A cycle at the election's own slug, with a date that was moved."""
    parts = [replace(part, name=f"{part.name} {HOSTILE}") for part in PARTS]
    stated = {"remit": HOSTILE, "out_of_scope": HOSTILE, "parts": parts}
    seed = {"ties": "cost-votes-lot", "seed": HOSTILE}
    make_cycle(slug=slug, title=HOSTILE, rule={**A_CYCLE.rule, **seed}, **stated)
    last = DATES[Phase.REASSESSMENT]
    later = Span(last.starts_at, last.ends_at + LENGTH)
    with unit_of_work(OPERATOR) as work:
        move_date(work, MoveDate(slug, Phase.REASSESSMENT, later, HOSTILE))


def _propose(slug: str) -> str:
    """A proposal that was asked about, found wanting and explained."""
    draft = replace(SWINGS, title=HOSTILE, summary=HOSTILE, description=HOSTILE, category=HOSTILE)
    person = {"display_name": HOSTILE[:80], "interests": HOSTILE}
    with unit_of_work(ANNA) as work:
        work.now = DATES[Phase.IDEAS].starts_at
        made = submit_proposal(work, SubmitProposal(an_id(1), slug, draft, Channel.APP, **person))
        add_comment(work, Say(an_id(2), made.number, HOSTILE, Asked.CITY))
    with unit_of_work(REVIEWER) as work:
        work.now = DATES[Phase.FEASIBILITY].starts_at
        split = Rearrange(an_id(3), slug, Rearranging.SPLIT, [made.number], [draft, draft], HOSTILE)
        rearrange(work, split)
        version = find_proposal(work.session, made.number).version
        found = dict.fromkeys(Criterion, (Verdict.MET_WITH_CHANGES, HOSTILE))
        version = note_findings(work, NoteFindings(made.number, version, found)).version
        change_cost(work, ChangeCost(made.number, version, 7, HOSTILE))
        work.session.flush()
        pack = WritePack(
            made.number,
            version + 1,
            pros=[HOSTILE],
            cons=[HOSTILE],
            cost_lines=[CostLine(HOSTILE, 7)],
            sources=[Source(HOSTILE, "https://example.org/plan")],
        )
        write_pack(work, pack)
    return made.number


def _file_reports() -> tuple[str, str, str]:
    with unit_of_work(OPERATOR) as work:
        describe_city(work, name=HOSTILE, emergency_number="112")
        name = f"Hole {HOSTILE}"
        hole = Service(code="HOLE", name=name, severity_band=0, target_hours=4, is_active=True)
        import_services(work, [hole])
        add_staff(work, AddStaff("mallory", HOSTILE, Role.ADMIN, PASSWORD))
    words = {"service_code": "HOLE", "description": HOSTILE, "address": HOSTILE}
    contact = {"name": HOSTILE, "phone": "030 5550100"}
    with unit_of_work(ANONYMOUS) as work:
        opened, near, closed, outside = (
            file_report(work, a_report(n, place, contact=contact, **words)).number
            for n, place in enumerate((IN_SE, IN_SE, IN_SE, FAR_AWAY), start=1)
        )
        file_report(work, a_report(9, IN_SE, repeat_of=near, **words))
    with unit_of_work(STAFF) as work:
        change_status(work, ChangeStatus(opened, State.TRIAGED, 1, HOSTILE))
        change_status(work, ChangeStatus(closed, State.REFUSED, 1, HOSTILE))
    return opened, closed, outside
