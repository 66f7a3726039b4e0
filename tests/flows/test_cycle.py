"""A cycle from draft to settled ballot: what must be said, what stands, what may still move."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from acting import do, refused
from cycles import A_CYCLE, DATES, LENGTH, PARTS, go_to, make_cycle
from worlds import World

from backend.ballots.cycle.commands import (
    CreateCycle,
    MoveDate,
    PartPlan,
    ProjectOnBallot,
    SetBudgets,
    SettleVote,
)
from backend.ballots.cycle.create_cycle import create_cycle, redraft_cycle
from backend.ballots.cycle.models import CITYWIDE, Cycle
from backend.ballots.cycle.move_date import move_date
from backend.ballots.cycle.phases import ORDER, Phase, Span
from backend.ballots.cycle.publish_cycle import publish_cycle
from backend.ballots.cycle.queries import (
    calendar_of,
    date_moves_of,
    find_cycle,
    parts_of,
    projects_of,
    public_cycles,
)
from backend.ballots.cycle.require_phase import require_phase
from backend.ballots.cycle.set_budgets import set_budgets
from backend.ballots.cycle.settle_vote import settle_vote
from backend.ballots.cycle.statement import statement_sha256
from backend.ballots.voting.form_faults import form_faults
from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.errors import Invalid
from backend.core.uow import UnitOfWork, unit_of_work

AtOnce = Callable[..., list[Any]]
SLUG = A_CYCLE.slug
PROJECTS = (
    ProjectOnBallot("C1", CITYWIDE, "Ferry shelter", 50_000_00, "water", 10.002, 50.002),
    ProjectOnBallot("W1", "SW", "Trees in Mill Lane", 4_000_00),
    ProjectOnBallot("E1", "SE", "Swings", 30_000_00),
)
FORMULA = {
    "citywide_percent": 50,
    "population_weight": 50,
    "need_weight": 25,
    "equity_weight": 25,
    "floor_percent": 80,
    "need_measure": "share_65_plus",
    "need_unit": "share",
    "equity_measure": "hardship",
}
BY_FORMULA = replace(
    A_CYCLE,
    parts=tuple(replace(part, budget=0, population=None) for part in PARTS),
    budget_formula=FORMULA,
)


def publish(work: UnitOfWork, slug: str = SLUG) -> Cycle:
    return publish_cycle(work, slug, form_faults)


def draft_and_publish(work: UnitOfWork, command: CreateCycle) -> None:
    publish(work, create_cycle(work, command).slug)


def publishing_faults(command: CreateCycle) -> dict[str, str | None]:
    """What stands against publishing a draft, with pointers; nothing of it stays."""
    with pytest.raises(Invalid) as refusal:
        do(OPERATOR, draft_and_publish, command)
    assert refusal.value.slug == "cycle-not-stated"
    return {fault.slug: fault.pointer for fault in refusal.value.faults}


def decisions(action: str) -> list[dict[str, Any]]:
    of_action = sa.select(Decision.facts).where(Decision.action == action)
    wanted = of_action.order_by(Decision.sequence)
    return [json.loads(facts) for facts in current_session().scalars(wanted)]


def put_off(phase: Phase, days: float, reason: str = "The hall is flooded") -> MoveDate:
    """A later end for a phase with the usual dates."""
    span = DATES[phase]
    return MoveDate(SLUG, phase, Span(span.starts_at, span.ends_at + timedelta(days=days)), reason)


def test_nothing_opens_before_everything_is_said(sqlite_city: World) -> None:
    """One list with every gap, and none of it once each is filled."""
    bare = replace(A_CYCLE, remit=" ", out_of_scope="", participation_level="listen", rule={})
    bare = replace(bare, ballot_form={}, parts=(replace(PARTS[0], budget=1), *PARTS[1:]))
    faults = publishing_faults(bare)
    assert faults.pop("ballot-form-not-valid", "missing") != "missing"
    assert faults == {
        "cycle-remit-missing": "/remit",
        "cycle-scope-missing": "/out_of_scope",
        "cycle-level-missing": "/participation_level",
        "cycle-parts-do-not-add-up": "/parts",
        "rule-term-missing": "/rule/rule",
    }
    points = {**A_CYCLE.rule, "ranking": "points"}
    [pointer] = publishing_faults(replace(A_CYCLE, rule=points)).values()
    assert pointer == "/ballot_form/kind"
    none = {**A_CYCLE.ballot_form, "districts": "none"}
    assert publishing_faults(replace(A_CYCLE, ballot_form=none)) == {
        "districts-without-votes": "/ballot_form/districts"
    }
    for name in FORMULA:
        less = {term: value for term, value in FORMULA.items() if term != name}
        faults = publishing_faults(replace(BY_FORMULA, budget_formula=less))
        assert f"/budget_formula/{name}" in faults.values()
    do(OPERATOR, create_cycle, A_CYCLE)
    assert do(OPERATOR, publish, SLUG).published_at


def test_what_was_published_stands(sqlite_city: World) -> None:
    do(OPERATOR, create_cycle, replace(A_CYCLE, remit="Trees"))
    assert public_cycles(current_session()) == []
    do(OPERATOR, redraft_cycle, A_CYCLE)
    do(OPERATOR, publish, SLUG)
    assert refused(OPERATOR, redraft_cycle, replace(A_CYCLE, remit="Roads")) == "cycle-is-published"
    assert refused(OPERATOR, create_cycle, A_CYCLE) == "cycle-slug-taken"
    assert refused(OPERATOR, publish, SLUG) == "cycle-is-published"
    session = current_session()
    [cycle] = public_cycles(session)
    sha256 = statement_sha256(cycle, parts_of(session, cycle))
    assert [facts["statement_sha256"] for facts in decisions("cycle.published")] == [sha256]
    cycle.remit = "Roads"
    assert statement_sha256(cycle, parts_of(session, cycle)) != sha256


def test_a_cycle_is_published_before_it_begins(sqlite_city: World) -> None:
    do(OPERATOR, create_cycle, A_CYCLE)
    sqlite_city.clock.advance(seconds=1)
    assert refused(OPERATOR, publish, SLUG) == "cycle-published-too-late"
    faults = publishing_faults(replace(A_CYCLE, slug="late", remit=""))
    assert faults == {"cycle-remit-missing": "/remit", "cycle-published-too-late": "/phases"}


def test_no_part_is_published_that_is_no_district(sqlite_city: World) -> None:
    parts = (*PARTS, PartPlan("MOON", "The moon", 0))
    faults = publishing_faults(replace(A_CYCLE, slug="moon", parts=parts))
    assert faults["cycle-part-unknown"] == f"/parts/{len(PARTS)}/code"


@pytest.mark.parametrize(
    ("change", "slug"),
    [
        ({"slug": "Town Budget"}, "bad-cycle-slug"),
        ({"title": " "}, "text-missing"),
        ({"title": "x" * 301}, "text-too-long"),
        ({"currency": "Euro"}, "bad-cycle-currency"),
        ({"money_scale": 60}, "bad-cycle-currency"),
        ({"budget": -1}, "bad-cycle-budget"),
        ({"parts": ()}, "bad-cycle-parts"),
        ({"parts": (*PARTS, PARTS[1])}, "bad-cycle-parts"),
        ({"parts": (PartPlan("S W", "South", 5),)}, "bad-cycle-part"),
        ({"parts": (PartPlan("SW", "South", 5, population=0),)}, "bad-cycle-part"),
        ({"dates": {**DATES, Phase.VOTE: DATES[Phase.FEEDBACK]}}, "phases-overlap"),
        ({"dates": {phase: DATES[phase] for phase in ORDER[1:]}}, "phase-missing"),
    ],
)
def test_what_cannot_be_is_no_draft(sqlite_city: World, change: dict[str, Any], slug: str) -> None:
    assert refused(OPERATOR, create_cycle, replace(A_CYCLE, **change)) == slug


def test_each_phase_opens_in_its_turn_and_nothing_else_does(sqlite_city: World) -> None:
    """At every moment exactly the acts of one phase are possible; a draft has none."""
    do(OPERATOR, create_cycle, A_CYCLE)
    assert_open(None, "cycle-not-published")
    do(OPERATOR, publish, SLUG)
    for phase in ORDER:
        go_to(sqlite_city, phase, days=0)
        assert_open(phase, "phase-not-open")
    sqlite_city.clock.advance(seconds=LENGTH.total_seconds())
    assert_open(None, "phase-not-open")


def assert_open(only: Phase | None, slug: str) -> None:
    found = {phase: refused(OPERATOR, enter, phase) for phase in ORDER}
    assert found == {phase: None if phase is only else slug for phase in ORDER}


def enter(work: UnitOfWork, phase: Phase) -> None:
    require_phase(work.session, find_cycle(work.session, SLUG), phase, work.now)


def test_a_moved_date_is_told_with_its_reason(city: World) -> None:
    make_cycle()
    go_to(city, Phase.DELIVERY, days=-1)
    with unit_of_work(OPERATOR) as work:
        cycle = find_cycle(work.session, SLUG)
        cycle.settled_at, cycle.voting_key = work.now, "key"
    assert refused(OPERATOR, move_date, put_off(Phase.VOTE, 2, reason=" ")) == "reason-missing"
    assert refused(OPERATOR, move_date, put_off(Phase.VOTE, 2)) == "phases-overlap"
    delivery = DATES[Phase.DELIVERY]
    later = Span(delivery.starts_at + timedelta(days=5), delivery.ends_at)
    do(OPERATOR, move_date, MoveDate(SLUG, Phase.DELIVERY, later, "The vote needs longer"))
    do(OPERATOR, move_date, put_off(Phase.VOTE, 2))
    session = current_session()
    cycle = find_cycle(session, SLUG)
    assert calendar_of(session, cycle).spans[Phase.VOTE] == put_off(Phase.VOTE, 2).span
    assert calendar_of(session, cycle).spans[Phase.DELIVERY] == later
    told = [(move.phase, move.reason, move.old_ends_at) for move in date_moves_of(session, cycle)]
    assert told[-1] == ("vote", "The hall is flooded", DATES[Phase.VOTE].ends_at)
    assert [facts["phase"] for facts in decisions("cycle.date_moved")] == ["delivery", "vote"]
    session.rollback()
    assert refused(OPERATOR, move_date, put_off(Phase.VOTE, 1)) == "vote-cannot-be-shortened"
    assert refused(OPERATOR, move_date, put_off(Phase.IDEAS, 1)) == "phase-is-over"
    with unit_of_work(OPERATOR) as work:
        find_cycle(work.session, SLUG).counted_at = work.now
    assert refused(OPERATOR, move_date, put_off(Phase.VOTE, 3)) == "phase-is-over"


def test_a_vote_that_opened_for_nobody_can_be_put_off(sqlite_city: World) -> None:
    make_cycle()
    go_to(sqlite_city, Phase.VOTE)
    assert refused(OPERATOR, settle_vote, SettleVote(SLUG, PROJECTS)) == "vote-day-has-come"
    span = DATES[Phase.VOTE]
    later = Span(span.starts_at + timedelta(days=2), span.ends_at)
    do(OPERATOR, move_date, MoveDate(SLUG, Phase.VOTE, later, "The list was late"))
    do(OPERATOR, settle_vote, SettleVote(SLUG, PROJECTS))


def test_districts_get_their_money_by_the_published_formula(city: World) -> None:
    """The city halves the money; hardship 3:1 in a quarter of it, equal residents and need."""
    do(OPERATOR, create_cycle, BY_FORMULA)
    do(OPERATOR, publish, SLUG)
    assert refused(OPERATOR, set_budgets, SetBudgets(SLUG)) == "district-figure-missing"
    figures = {"hardship": {"SW": "3", "SE": "1"}}
    do(OPERATOR, set_budgets, SetBudgets(SLUG, figures, "hardship.csv"))
    session = current_session()
    cycle = find_cycle(session, SLUG)
    city_part, west, east = parts_of(session, cycle)
    # By residents and need 1/2 each; by hardship 3/4 and 1/4: 3/8 + 3/16 against 3/8 + 1/16.
    assert (city_part.budget, west.budget, east.budget) == (50_000_00, 28_125_00, 21_875_00)
    assert sum(part.budget for part in (city_part, west, east)) == cycle.budget
    assert west.share is not None
    assert west.share["by_equity"] == "3/4"
    assert west.share["figures"] == {
        "population": "1000.0",
        "share_65_plus": "0.2",
        "hardship": "3",
    }
    assert cycle.budget_sources == {
        "population": "census:census.csv",
        "share_65_plus": "census:census.csv",
        "hardship": "given:hardship.csv",
    }
    assert decisions("cycle.budgets_set")[0]["budgets"]["SW"] == 28_125_00
    session.rollback()
    # Hardship 9:0 would leave the east 3/8 of the money; the floor is 80 % of one half.
    do(OPERATOR, set_budgets, SetBudgets(SLUG, {"hardship": {"SW": "9", "SE": "0"}}, "new.csv"))
    east = parts_of(current_session(), find_cycle(current_session(), SLUG))[2]
    assert east.budget == 20_000_00
    assert east.share is not None
    assert east.share["is_lifted"] is True


def test_stated_budgets_are_not_computed(sqlite_city: World) -> None:
    make_cycle()
    assert refused(OPERATOR, set_budgets, SetBudgets(SLUG)) == "budgets-are-stated"


def test_the_ballot_is_settled_once_and_in_its_time(city: World) -> None:
    make_cycle()
    settle = SettleVote(SLUG, PROJECTS[::-1])
    go_to(city, Phase.FEASIBILITY)
    assert refused(OPERATOR, settle_vote, settle) == "settled-too-early"
    go_to(city, Phase.FEEDBACK)
    do(OPERATOR, settle_vote, settle)
    session = current_session()
    cycle = find_cycle(session, SLUG)
    assert [project.code for project in projects_of(session, cycle)] == ["C1", "W1", "E1"]
    [facts] = decisions("cycle.settled")
    assert facts["budgets"] == {part.code: part.budget for part in PARTS}
    session.rollback()
    assert refused(OPERATOR, settle_vote, settle) == "cycle-is-settled"
    assert refused(OPERATOR, set_budgets, SetBudgets(SLUG)) == "cycle-is-settled"


def test_of_two_lists_settled_at_once_one_stands(city: World, at_once: AtOnce) -> None:
    make_cycle()
    go_to(city, Phase.FEEDBACK)
    settle = SettleVote(SLUG, PROJECTS)
    slugs = at_once(city, [lambda: refused(OPERATOR, settle_vote, settle)] * 4)
    assert sorted(map(str, slugs)) == ["None", *3 * ["cycle-is-settled"]]
    assert len(projects_of(current_session(), find_cycle(current_session(), SLUG))) == 3


def test_a_ballot_that_cannot_be_is_refused_with_every_fault(sqlite_city: World) -> None:
    make_cycle()
    go_to(sqlite_city, Phase.FEEDBACK)
    wrong: dict[str, Callable[[ProjectOnBallot], ProjectOnBallot]] = {
        "bad-project-code": lambda one: replace(one, code="a;b"),
        "project-part-unknown": lambda one: replace(one, part_code="NW"),
        "project-cost-not-positive": lambda one: replace(one, cost=0),
        "project-can-never-win": lambda one: replace(one, cost=30_000_01),
        "project-title-missing": lambda one: replace(one, title=" "),
        "project-text-not-valid": lambda one: replace(one, category="a\u202eb"),
        "project-place-not-valid": lambda one: replace(one, lon=10.0),
        "project-code-twice": lambda one: replace(one, code="C1"),
    }
    extra = [change(replace(PROJECTS[2], code="E9")) for change in wrong.values()]
    with pytest.raises(Invalid) as refusal:
        do(OPERATOR, settle_vote, SettleVote(SLUG, (*PROJECTS[:2], *extra)))
    slugs = {fault.slug for fault in refusal.value.faults}
    assert slugs == {*wrong}
    with pytest.raises(Invalid) as refusal:
        do(OPERATOR, settle_vote, SettleVote(SLUG, PROJECTS[:1]))
    assert [fault.slug for fault in refusal.value.faults] == 2 * ["part-without-projects"]
    assert projects_of(current_session(), find_cycle(current_session(), SLUG)) == []
