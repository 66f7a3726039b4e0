"""Proposals at the desk: what waits for a review, and the review itself."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from backend.ballots.cycle.queries import find_cycle, part_names
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.change_cost import change_cost
from backend.ballots.proposals.commands import (
    ChangeCost,
    CoverWords,
    Criterion,
    HideComment,
    ModerateProposal,
    PutOnBallot,
    Say,
    Translate,
    Verdict,
)
from backend.ballots.proposals.cover_words import cover_words
from backend.ballots.proposals.moderate import hide_comment, moderate_proposal
from backend.ballots.proposals.overdue import overdue_answers
from backend.ballots.proposals.put_on_ballot import put_on_ballot
from backend.ballots.proposals.queries import (
    Wanted,
    cycle_of,
    find_proposal,
    findings_of,
    list_proposals,
    outcomes_of,
    pack_of,
)
from backend.ballots.proposals.review import decide_feasibility, note_findings
from backend.ballots.proposals.staff_proposal import known_proposers
from backend.ballots.proposals.translate import translate
from backend.ballots.proposals.windows import may_propose
from backend.ballots.proposals.workflow import (
    FEASIBLE,
    MOVABLE,
    OUTCOMES,
    UNDECIDED,
    UNDER_REVIEW,
)
from backend.ballots.proposals.write_pack import write_pack
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.face import blueprint, notice
from backend.web.form_fields import amount, made_id, text, version
from backend.web.proposals import proposal_form
from backend.web.proposals.proposal_view import late_view, line_view, proposal_page_view
from backend.web.proposals.proposal_words import (
    criterion_words,
    proposal_state_words,
    verdict_words,
)
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice
from backend.web.words import contact_words

_DESK = (Role.WARD_STAFF, Role.ADMIN)
_MOST = 200


@blueprint.get("/desk/budget/<string:slug>/proposals")
@access(*_DESK)
def proposals_desk(slug: str) -> str:
    """What waits for the city: reviews and appeals, late answers, and packs to be written."""
    session, now = current_session(), current_runtime().clock.now()
    cycle = find_cycle(session, slug)
    names = part_names(session, cycle)
    lists = {}
    for name, states in (("waiting", UNDECIDED), ("feasible", FEASIBLE)):
        total, found = list_proposals(session, cycle, Wanted(states=states), limit=_MOST)
        lists[name] = (total, [line_view(cycle, names, one) for one in found])
    late = [late_view(one) for one in overdue_answers(session, cycle, now)]
    return render_template(
        "proposals/proposals_desk.html",
        cycle=cycle,
        late=late,
        may_propose=may_propose(session, cycle, now),
        **lists,
    )


@blueprint.get("/desk/proposals/<string:number>")
@access(*_DESK)
def proposal_desk(number: str) -> str:
    """Everything about one proposal, with the forms of its review."""
    session, runtime = current_session(), current_runtime()
    stored = find_proposal(session, number)
    cycle = cycle_of(session, stored)
    round_ = len(outcomes_of(session, stored.id)) + 1
    known = {one.criterion: one for one in findings_of(session, stored.id) if one.round == round_}
    pack = pack_of(session, stored.id)
    return render_template(
        "proposals/proposal_desk.html",
        view=proposal_page_view(session, number, runtime.clock.now()),
        currency=cycle.currency,
        may_review=stored.state in UNDECIDED,
        may_move=stored.state in MOVABLE,
        may_decide=stored.state in UNDER_REVIEW,
        is_settled=cycle.settled_at is not None,
        is_feasible=stored.state in FEASIBLE,
        criteria=[
            (
                one.value,
                criterion_words(one),
                known[one].words if one in known else "",
                [
                    Choice(v.value, verdict_words(v), one in known and known[one].verdict == v)
                    for v in Verdict
                ],
            )
            for one in Criterion
        ],
        outcomes=[Choice(one.value, proposal_state_words(one)) for one in OUTCOMES],
        contact_words=contact_words,
        people=known_proposers(session, runtime, stored),
        pack_text={} if pack is None else _pack_text(cycle.money_scale, pack),
        new_id=lambda: str(runtime.ids.uuid()),
    )


@blueprint.post("/desk/proposals/<string:number>/findings")
@access(*_DESK)
@returns_to(proposal_desk)
def note_proposal_findings(number: str) -> Response:
    """Note what was found."""
    return _done(
        number, note_findings, proposal_form.findings(number), _("The findings are noted.")
    )


@blueprint.post("/desk/proposals/<string:number>/outcome")
@access(*_DESK)
@returns_to(proposal_desk)
def decide_proposal(number: str) -> Response:
    """Decide."""
    return _done(number, decide_feasibility, proposal_form.outcome(number), _("It is decided."))


@blueprint.post("/desk/proposals/<string:number>/cost")
@access(*_DESK)
@returns_to(proposal_desk)
def change_proposal_cost(number: str) -> Response:
    """Another cost, and why."""
    session = current_session()
    cost = amount(cycle_of(session, find_proposal(session, number)), "cost")
    reason = text("reason")
    command = ChangeCost(number, version(), -1 if cost is None else cost, reason)
    return _done(number, change_cost, command, _("The cost is changed."))


@blueprint.post("/desk/proposals/<string:number>/pack")
@access(*_DESK)
@returns_to(proposal_desk)
def write_proposal_pack(number: str) -> Response:
    """What voters should know."""
    session = current_session()
    command = proposal_form.pack(number, cycle_of(session, find_proposal(session, number)))
    return _done(number, write_pack, command, _("What voters should know is written."))


@blueprint.post("/desk/proposals/<string:number>/translation")
@access(*_DESK)
@returns_to(proposal_desk)
def translate_proposal(number: str) -> Response:
    """Title and summary in another language."""
    fields = ("language", "title", "summary")
    command = Translate(number, **{name: text(name) for name in fields})
    return _done(number, translate, command, _("The translation is there."))


@blueprint.post("/desk/proposals/<string:number>/comments")
@access(*_DESK)
@returns_to(proposal_desk)
def comment_on_proposal(number: str) -> Response:
    """A word of the city, or its answer to a question."""
    answers = made_id("answers") if text("answers") else None
    words = text("text")
    command = Say(made_id(), number, words, answers=answers)
    return _done(number, add_comment, command, _("Everybody can read it now."))


@blueprint.post("/desk/proposals/<string:number>/comments/<uuid:id>/hiding")
@access(*_DESK)
@returns_to(proposal_desk)
def hide_proposal_comment(number: str, id: UUID) -> Response:
    """Hide somebody's words, and say why."""
    command = HideComment(id, text("reason"))
    return _done(number, hide_comment, command, _("It is hidden."))


@blueprint.post("/desk/proposals/<string:number>/words")
@access(*_DESK)
@returns_to(proposal_desk)
def moderate_proposal_words(number: str) -> Response:
    """Put other words in the place of those that must not be read."""
    fields = ("title", "summary", "description", "reason")
    command = ModerateProposal(number, **{name: text(name) for name in fields})
    return _done(number, moderate_proposal, command, _("The words are changed."))


@blueprint.post("/desk/proposals/<string:number>/covering")
@access(Role.ADMIN)
@returns_to(proposal_desk)
def cover_proposal_words(number: str) -> Response:
    """Cover a passage of a proposal whose ballot is settled."""
    command = CoverWords(number, text("passage"), text("reason"))
    return _done(number, cover_words, command, _("The words are covered."))


@blueprint.post("/desk/budget/<string:slug>/proposals/settling")
@access(*_DESK)
def settle_proposals(slug: str) -> Response:
    """Put every feasible proposal on the ballot."""
    with unit_of_work(current_actor()) as work:
        put_on_ballot(work, PutOnBallot(slug))
    notice("done", _("The ballot is settled."))
    return redirect(url_for("web.proposals_desk", slug=slug))


def _done(number: str, use_case: Callable[..., Any], command: Any, words: str) -> Response:
    with unit_of_work(current_actor()) as work:
        use_case(work, command)
    notice("done", words)
    return redirect(url_for("web.proposal_desk", number=number))


def _pack_text(scale: int, pack: Any) -> dict[str, str]:
    """A pack as its form holds it: one line for each entry."""
    places = len(str(scale)) - 1
    costs = (
        f"{one['words']}: {Decimal(one['cost']) / scale:.{places}f}" for one in pack.cost_lines
    )
    return {
        "pros": "\n".join(pack.pros),
        "cons": "\n".join(pack.cons),
        "minority_statements": "\n".join(pack.minority_statements),
        "cost_lines": "\n".join(costs),
        "sources": "\n".join(f"{one['title']} {one['url']}" for one in pack.sources),
        "is_undisputed": "yes" if pack.is_undisputed else "",
    }
