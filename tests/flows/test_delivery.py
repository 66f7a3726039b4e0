"""After the vote: plans, delays, money, and what a second look found, also when it failed."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest
import sqlalchemy as sa
from acting import do, refused
from cycles import go_to, make_cycle
from winners import BUILDER, SLUG, SPENDING, TODAY, begin, count_winners, now, of
from worlds import ANALYST, World

from backend.ballots.cycle.phases import Phase
from backend.ballots.cycle.queries import find_cycle
from backend.ballots.delivery.change_project_state import change_project_state
from backend.ballots.delivery.commands import (
    AddMilestone,
    ChangeProjectState,
    MoveMilestone,
    NameDeliverer,
    RecordResult,
    SetReassessment,
    SettleMilestone,
    StatePurpose,
    TakeBackSpending,
)
from backend.ballots.delivery.describe_project import project_document
from backend.ballots.delivery.name_deliverer import name_deliverer
from backend.ballots.delivery.overdue import overdue_steps
from backend.ballots.delivery.overview import delivery_overview
from backend.ballots.delivery.plan_milestones import (
    add_milestone,
    move_milestone,
    settle_milestone,
)
from backend.ballots.delivery.reassess import record_result, set_reassessment
from backend.ballots.delivery.record_spending import record_spending, take_back_spending
from backend.ballots.delivery.state_purpose import state_purpose
from backend.ballots.delivery.workflow import MilestoneState, ProjectState, Result
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session, db
from backend.core.decision_log import Decision
from backend.core.errors import NotFound
from backend.core.runtime import current_runtime

NAMED = NameDeliverer(SLUG, "PARK", 0, "Parks", "parks@town.example")
UNDER_WAY = ChangeProjectState(SLUG, "PARK", 0, ProjectState.UNDER_WAY)
DONE = SettleMilestone(SLUG, "PARK", 0, 1, MilestoneState.DONE)
WEEK = timedelta(days=7)


def test_nothing_is_built_before_the_count(sqlite_city: World) -> None:
    make_cycle()
    assert refused(BUILDER, name_deliverer, NAMED) == "cycle-not-counted"


def test_who_may_and_what_is_missing_is_said_before_work_begins(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    for actor in (ANALYST, ANONYMOUS):
        assert refused(actor, name_deliverer, NAMED) == "role-not-allowed"
    assert refused(BUILDER, name_deliverer, replace(NAMED, code="MOON")) == "project-not-found"
    assert refused(BUILDER, change_project_state, UNDER_WAY) == "plan-incomplete"
    do(BUILDER, name_deliverer, NAMED)
    assert refused(BUILDER, name_deliverer, NAMED) == "project-moved-on"
    other = of(NAMED, deliverer="Roads")
    assert refused(BUILDER, name_deliverer, other) == "reason-missing"
    do(BUILDER, name_deliverer, replace(other, reason="Parks has no crew"))
    assert [one.before for one in now("PARK").changes] == [None, "Parks"]


def test_a_delay_keeps_the_first_day_and_its_reason_in_sight(city: World) -> None:
    count_winners(city)
    begin("PARK", TODAY - WEEK, TODAY + WEEK)
    move = MoveMilestone(SLUG, "PARK", 0, 1, TODAY + 2 * WEEK, "The ground is wet")
    assert now("PARK").late_days == 7
    assert refused(BUILDER, move_milestone, of(move, reason=" ")) == "reason-missing"
    do(BUILDER, move_milestone, of(move))
    assert refused(BUILDER, move_milestone, of(move)) == "day-is-the-same"
    found = now("PARK")
    [delay] = found.delays
    assert (delay.days, delay.words) == (21, "The ground is wet")
    assert (found.progress.late_days, found.progress.delay_days) == (0, 7)
    # What was promised by now was promised, wherever it was moved to.
    assert (found.progress.planned_by_now, found.progress.milestones_done) == (1, 0)
    [told] = current_session().scalars(
        sa.select(Decision).where(Decision.action == "project.milestone_moved")
    )
    assert told.subject == f"project:{SLUG}/PARK"
    assert "The ground is wet" in told.facts


def test_a_project_is_built_when_its_steps_are_settled_and_long_after_the_cycle(
    sqlite_city: World,
) -> None:
    count_winners(sqlite_city)
    begin("PARK", TODAY, TODAY + WEEK)
    go_to(sqlite_city, Phase.REASSESSMENT, days=400)
    built = ChangeProjectState(SLUG, "PARK", 0, ProjectState.BUILT)
    do(BUILDER, settle_milestone, of(DONE, done_on=TODAY + WEEK))
    assert refused(BUILDER, settle_milestone, of(DONE)) == "milestone-step-not-possible"
    assert refused(BUILDER, change_project_state, of(built)) == "milestones-open"
    drop = of(DONE, number=2, state=MilestoneState.DROPPED)
    assert refused(BUILDER, settle_milestone, drop) == "reason-missing"
    do(BUILDER, settle_milestone, replace(drop, words="The fence was not needed"))
    do(BUILDER, change_project_state, of(built))
    late = of(AddMilestone(SLUG, "PARK", 0, "One more", TODAY))
    assert refused(BUILDER, add_milestone, late) == "project-finished"
    future = of(DONE, number=2, done_on=date(2199, 1, 1))
    assert refused(BUILDER, settle_milestone, future) == "project-finished"
    progress = now("PARK").progress
    assert (progress.milestones, progress.milestones_done, progress.delay_days) == (1, 1, 7)


def test_spending_is_taken_back_by_an_entry_against_it_and_too_much_is_seen(city: World) -> None:
    count_winners(city)
    do(BUILDER, record_spending, SPENDING)
    assert do(BUILDER, record_spending, SPENDING).number == 1
    assert refused(BUILDER, record_spending, replace(SPENDING, amount=1)) == "spending-id-taken"
    for slug, changes in {
        "purpose-unknown": {"purpose": "yachts"},
        "amount-not-valid": {"amount": 0},
        "day-to-come": {"spent_on": TODAY + timedelta(days=1)},
        "text-missing": {"words": " "},
    }.items():
        wrong = replace(SPENDING, id=UUID(int=9), **changes)
        assert refused(BUILDER, record_spending, wrong) == slug
    do(BUILDER, record_spending, replace(SPENDING, id=UUID(int=2), amount=25_000_00))
    assert now("PARK").overspent == 5_000_00
    back = TakeBackSpending(SLUG, "PARK", UUID(int=3), 2, "Two bills in one")
    for _again in range(2):
        assert do(BUILDER, take_back_spending, back).amount == -25_000_00
    for number in (2, 3):
        other = replace(back, id=UUID(int=8), number=number)
        assert refused(BUILDER, take_back_spending, other) == "spending-taken-back"
    found = now("PARK")
    assert [one.amount for one in found.spending] == [10_000_00, 25_000_00, -25_000_00]
    assert (found.spent, found.overspent) == (10_000_00, 0)


def test_a_purpose_keeps_its_name_and_a_closed_one_takes_nothing_new(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    assert refused(BUILDER, state_purpose, StatePurpose("works", "Parties")) == "purpose-has-a-name"
    do(BUILDER, state_purpose, StatePurpose("works", "Building works", is_open=False))
    assert refused(BUILDER, record_spending, SPENDING) == "purpose-unknown"
    do(BUILDER, state_purpose, StatePurpose("09.6", "Subsidiary services to education"))
    do(BUILDER, record_spending, replace(SPENDING, purpose="09.6"))
    assert [one.code for one in now("PARK").purposes] == ["09.6"]


def test_what_failed_is_said_on_its_day_and_stays(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    begin("PARK", TODAY)
    failed = RecordResult(SLUG, "PARK", 0, Result.FAILED, "Nobody sits there: no shade")
    assert refused(BUILDER, record_result, of(failed)) == "reassessment-not-due"
    sooner = SetReassessment(SLUG, "PARK", 0, TODAY)
    assert refused(BUILDER, set_reassessment, of(sooner)) == "reason-missing"
    do(BUILDER, set_reassessment, of(sooner, reason="Neighbours asked"))
    achieved = of(failed, result=Result.ACHIEVED)
    assert refused(BUILDER, record_result, achieved) == "choice-not-offered"
    do(BUILDER, record_result, of(failed))
    assert refused(BUILDER, set_reassessment, of(sooner)) == "project-reassessed"
    do(BUILDER, record_result, of(failed, result=Result.PARTLY, words="Trees have grown"))
    found = now("PARK")
    assert (found.result, found.result_words) == ("partly", "Trees have grown")
    results = [(one.after, one.words) for one in found.changes if one.kind == "result"]
    assert results[0] == ("failed", "Nobody sits there: no shade")


def test_what_is_abandoned_says_why_and_can_be_taken_up_again(sqlite_city: World) -> None:
    count_winners(sqlite_city)
    give_up = ChangeProjectState(SLUG, "PARK", 0, ProjectState.ABANDONED, "The ground slides")
    assert refused(BUILDER, change_project_state, replace(give_up, reason="")) == "reason-missing"
    do(BUILDER, change_project_state, give_up)
    assert refused(BUILDER, change_project_state, of(UNDER_WAY)) == "project-step-not-possible"
    given_up = RecordResult(SLUG, "PARK", 0, Result.ABANDONED, "It cannot be built there")
    do(BUILDER, record_result, of(given_up))
    again = of(give_up, state=ProjectState.PLANNED, reason="Another place was found")
    do(BUILDER, change_project_state, again)
    found = now("PARK")
    assert (found.state, found.result) == ("planned", None)
    assert "It cannot be built there" in [one.words for one in found.changes]


def test_the_overview_adds_up_and_shows_what_is_late_first(city: World) -> None:
    count_winners(city)
    begin("SWING", TODAY - WEEK, TODAY + WEEK)
    begin("TREES", TODAY - 2 * WEEK)
    for number, code, amount in ((1, "SWING", 5), (2, "TREES", 7), (3, "SWING", 11)):
        purpose = "land" if number == 3 else "works"
        entry = replace(SPENDING, id=UUID(int=number), code=code, amount=amount, purpose=purpose)
        do(BUILDER, record_spending, entry)
    session, moment = current_session(), current_runtime().clock.now()
    cycle = find_cycle(session, SLUG)
    found = delivery_overview(session, cycle, moment)
    assert [one.code for one in found.projects] == ["TREES", "SWING", "PARK"]
    assert (found.late, found.milestones, found.planned_by_now) == (2, 3, 2)
    assert {one.code: one.spent for one in found.parts} == {"citywide": 0, "SW": 16, "SE": 7}
    assert {one.code: one.spent for one in found.purposes} == {"land": 11, "works": 12}
    assert (found.cost, found.spent) == (51_000_00, 23)
    with pytest.raises(NotFound):
        project_document(session, cycle, "PARK\0", moment)
    late = overdue_steps(session, cycle, moment)
    assert [(one.code, one.milestone, one.late_days) for one in late] == [
        ("TREES", "Step 1", 14),
        ("SWING", "Step 1", 7),
    ]


def test_of_many_at_once_one_is_first_and_the_rest_too_late(postgis_city: World) -> None:
    count_winners(postgis_city)
    db.session.remove()
    count = 6
    start, slugs = Barrier(count), list[str | None]()

    def name(number: int) -> None:
        with postgis_city.app.app_context():
            start.wait()
            slugs.append(refused(BUILDER, name_deliverer, replace(NAMED, deliverer=f"{number}")))
            entry = replace(SPENDING, id=UUID(int=number + 1))
            do(BUILDER, record_spending, entry)

    threads = [Thread(target=name, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, slugs)) == ["None"] + ["project-moved-on"] * (count - 1)
    assert [one.number for one in now("PARK").spending] == list(range(1, count + 1))
