"""Merging and splitting at the desk: who is asked, and what people said who have no phone.

Choosing is a page of its own, by address alone; writing comes after it.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import find_cycle, part_names
from backend.ballots.proposals.asked_consent import asked_consent
from backend.ballots.proposals.commands import Consent, EndRearrangement, Rearranging
from backend.ballots.proposals.end_rearrangement import end_rearrangement
from backend.ballots.proposals.models import Proposal, Rearrangement
from backend.ballots.proposals.queries import (
    Listed,
    Wanted,
    cycle_of,
    endorsements_of,
    find_proposal,
    find_rearrangement,
    list_proposals,
    origins_of,
    proposals_by_id,
    rearrangements_in,
)
from backend.ballots.proposals.rearrange import carry_out, check_movable, consent, rearrange
from backend.ballots.proposals.rules import MOST_PARTS
from backend.ballots.proposals.windows import ARRANGING, require_one_of
from backend.ballots.proposals.workflow import MOVABLE
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import DomainError, Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.web.face import blueprint, notice
from backend.web.fact_words import describe_on_page
from backend.web.form_fields import text
from backend.web.proposals import proposal_form
from backend.web.proposals.proposal_view import line_view, part_choices
from backend.web.proposals.rearrangement_view import answer_views, wish_view
from backend.web.refused_form import returns_to

_DESK = (Role.WARD_STAFF, Role.ADMIN)
_MOST = 200
_DRAFT_POINTER = re.compile(r"drafts/(\d+)/(\w+)")
# What the parts of a split have in common, more often than not.
_SHARED = ("language", "category", "part")
_WHOLE = ("title", "summary", "description", "lat", "lon", *_SHARED)


@blueprint.get("/desk/budget/<string:slug>/rearrangements")
@access(*_DESK)
def rearrangements_desk(slug: str) -> Response:
    """What is asked of whom, and what came of what was asked."""
    return _desk_page(find_cycle(current_session(), slug))


@blueprint.get("/desk/budget/<string:slug>/rearrangements/new")
@access(*_DESK)
def new_rearrangement(slug: str) -> Response:
    """Choose the proposals; once there are enough of them, write what comes of them."""
    session = current_session()
    cycle, kind = find_cycle(session, slug), _kind()
    require_one_of(session, cycle, ARRANGING, current_runtime().clock.now())
    typed = request.args.get("further")
    try:
        proposals = _chosen(cycle, kind, [*request.args.getlist("number"), *(typed or "").split()])
    except DomainError as error:
        # Whoever comes from one proposal has not chosen yet.
        return _choosing_page(cycle, kind, error if typed is not None else None)
    return _writing_page(cycle, kind, proposals, _first_words(kind, proposals))


def _written(slug: str) -> Response:
    """What was typed, as the form holds it."""
    session, kind = current_session(), _kind()
    proposals = [find_proposal(session, one) for one in request.form.getlist("number")]
    return _writing_page(find_cycle(session, slug), kind, proposals, _typed())


@blueprint.post("/desk/budget/<string:slug>/rearrangements")
@access(*_DESK)
@returns_to(_written, at="web.rearrangements_desk")
def ask_rearrangement(slug: str) -> Response:
    """Ask; what cannot be is shown beside what was written, and so is room for more parts."""
    session, kind = current_session(), _kind()
    form = _typed()
    proposals = [find_proposal(session, one) for one in request.form.getlist("number")]
    if act := form.get("act"):
        values = _with_room(form, 1 if act == "more" else -1)
        return _writing_page(find_cycle(session, slug), kind, proposals, values)
    ids = [one.id for one in proposals]
    try:
        command = proposal_form.rearranging(find_cycle(session, slug))
        with unit_of_work(current_actor()) as work:
            is_open = rearrange(work, command).state == "open"
    except DomainError as error:
        # All that was read before is of a transaction that has ended.
        session = current_session()
        known = proposals_by_id(session, ids)
        return _writing_page(find_cycle(session, slug), kind, known, form, error)
    notice("done", _("It is asked.") if is_open else _("Nobody had to be asked, and it is done."))
    return redirect(url_for("web.rearrangements_desk", slug=slug))


@blueprint.get("/desk/rearrangements/<uuid:id>")
@access(*_DESK)
def rearrangement(id: UUID) -> Response:
    """Whoever is asked, with the forms beside them."""
    return _desk_page(_cycle_of(id))


@blueprint.post("/desk/rearrangements/<uuid:id>/consent")
@access(*_DESK)
@returns_to(rearrangement)
def note_consent(id: UUID) -> Response:
    """Write down the yes or no of a proposer without a phone."""

    def act(work: UnitOfWork) -> Rearrangement:
        said = proposal_form.answer()
        return consent(work, Consent(id, said is proposal_form.Answer.YES, proposal_form.asked()))

    return _done(id, act, _("The answer is written down."))


@blueprint.post("/desk/rearrangements/<uuid:id>/carrying-out")
@access(*_DESK)
@returns_to(rearrangement)
def carry_out_rearrangement(id: UUID) -> Response:
    """Do what all who are left have agreed to."""
    return _done(id, lambda work: carry_out(work, id), _("It is done."))


@blueprint.post("/desk/rearrangements/<uuid:id>/ending")
@access(*_DESK)
@returns_to(rearrangement)
def end_asking(id: UUID) -> Response:
    """Ask nobody any longer, and say why."""
    command = EndRearrangement(id, text("reason"))
    return _done(
        id, lambda work: end_rearrangement(work, command), _("Nobody is asked any longer.")
    )


def _done(id_: UUID, act: Callable[[UnitOfWork], Rearrangement], words: str) -> Response:
    with unit_of_work(current_actor()) as work:
        act(work)
    notice("done", words)
    return redirect(url_for("web.rearrangements_desk", slug=_cycle_of(id_).slug))


def _typed() -> dict[str, str]:
    """The form that was sent, with as many parts as can be."""
    return request.form.to_dict() | {"parts": str(proposal_form.parts_written())}


def _cycle_of(id_: UUID) -> Cycle:
    session = current_session()
    first, *_rest = origins_of(session, find_rearrangement(session, id_).id)
    return cycle_of(session, session.get_one(Proposal, first))


def _kind() -> Rearranging:
    return proposal_form.kind_of(request.values.get("kind", ""))


def _chosen(cycle: Cycle, kind: Rearranging, numbers: Sequence[str]) -> list[Proposal]:
    """The proposals, each once; raises where these cannot be merged or split."""
    session = current_session()
    found = {one.number: one for one in (find_proposal(session, number) for number in numbers)}
    are_enough = len(found) == 1 if kind is Rearranging.SPLIT else 2 <= len(found) <= MOST_PARTS
    if not are_enough or {one.cycle_id for one in found.values()} != {cycle.id}:
        raise Invalid("rearrangement-not-valid", pointer="/numbers")
    check_movable([*found.values()], kind)
    return [*found.values()]


def _first_words(kind: Rearranging, proposals: Sequence[Proposal]) -> dict[str, str]:
    """What the form begins with: the words of the first, or what its parts may have in common."""
    first, is_split = proposals[0], kind is Rearranging.SPLIT
    names = _SHARED if is_split else _WHOLE
    values = {name: getattr(first, "part_code" if name == "part" else name) for name in names}
    parts = 2 if is_split else 1
    return {
        "id": str(current_runtime().ids.uuid()),
        "parts": str(parts),
        **{
            f"{name}-{at}": "" if value is None else str(value)
            for at in range(1, parts + 1)
            for name, value in values.items()
        },
    }


def _with_room(form: dict[str, str], more: int) -> dict[str, str]:
    """What was typed, for one part more or fewer; a new one begins like the last."""
    before = proposal_form.parts_written()
    parts = min(max(before + more, 2), MOST_PARTS)
    begun = {f"{name}-{parts}": form.get(f"{name}-{before}", "") for name in _SHARED}
    return (begun if parts > before else {}) | form | {"parts": str(parts)}


def _choosing_page(cycle: Cycle, kind: Rearranging, error: DomainError | None) -> Response:
    session = current_session()
    total, found = list_proposals(session, cycle, Wanted(states=MOVABLE), limit=_MOST)
    names = part_names(session, cycle)
    return _page(
        "proposals/rearrangement_choose.html",
        cycle,
        error,
        kind=kind,
        is_split=kind is Rearranging.SPLIT,
        total=total,
        lines=[line_view(cycle, names, one) for one in found],
        chosen=set(request.args.getlist("number")),
        further=request.args.get("further", ""),
    )


def _writing_page(
    cycle: Cycle,
    kind: Rearranging,
    proposals: Sequence[Proposal],
    values: dict[str, str],
    error: DomainError | None = None,
) -> Response:
    session = current_session()
    names = part_names(session, cycle)
    return _page(
        "proposals/rearrangement_write.html",
        cycle,
        error,
        kind=kind,
        is_split=kind is Rearranging.SPLIT,
        values=values,
        error_field=_field_of(error),
        lines=[
            line_view(cycle, names, Listed(one, endorsements_of(session, one.id)))
            for one in proposals
        ],
        choices={
            at: part_choices(session, cycle, values.get(f"part-{at}"))
            for at in range(1, int(values["parts"]) + 1)
        },
        most=MOST_PARTS,
    )


def _desk_page(cycle: Cycle) -> Response:
    session, runtime = current_session(), current_runtime()
    now, names = runtime.clock.now(), part_names(session, cycle)
    asked = [
        asked_consent(session, one, now)
        for is_open in (True, False)
        for one in rearrangements_in(session, cycle, is_open=is_open, limit=_MOST)
    ]
    shown = [(wish_view(cycle, names, one), one) for one in asked]
    return _page(
        "proposals/rearrangements_desk.html",
        cycle,
        None,
        open_ones=[
            (view, answer_views(session, runtime, one)) for view, one in shown if view.is_open
        ],
        closed_ones=[view for view, _asked in shown if not view.is_open],
    )


def _field_of(error: DomainError | None) -> str:
    """The id of the field that is wrong; a place is said with the part it is for."""
    pointer = (error.pointer or "").lstrip("/") if error else ""
    in_draft = _DRAFT_POINTER.match(pointer)
    if in_draft:
        pointer = f"{in_draft[2]}-{int(in_draft[1]) + 1}"
    return re.sub(r"^(lat|lon)-", "part-", pointer) or "drafts"


def _page(name: str, cycle: Cycle, error: DomainError | None, **values: Any) -> Response:
    problem = describe_on_page(error) if error else None
    words = f"{problem.title}. {problem.detail} {problem.remedy}" if problem else ""
    text = render_template(name, cycle=cycle, error_words=words, **values)
    return make_response(text, problem.status if problem else 200)
