"""Paper ballots: what everybody reads of them, and where staff check voters in and key sheets.

Whatever a voter or a sheet is called travels in the body of a form: addresses are in logs.
"""

from collections.abc import Callable
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.ballots.cycle.models import CITYWIDE, Cycle
from backend.ballots.cycle.queries import (
    find_cycle,
    part_names,
    parts_of,
    projects_of,
    public_cycle,
)
from backend.ballots.paper.check_in import check_in, note_doubt, settle_doubt
from backend.ballots.paper.close_mistake import close_mistake
from backend.ballots.paper.commands import Holds
from backend.ballots.paper.differences import differences
from backend.ballots.paper.key_sheets import drop_sheet, finish_keying, key_again, key_sheet
from backend.ballots.paper.models import PaperBatch
from backend.ballots.paper.open_batch import count_box, open_batch
from backend.ballots.paper.queries import (
    batches_of,
    doubts_of,
    find_batch,
    keyed_sheets,
    other_givers,
)
from backend.ballots.paper.rights import room_in_batch
from backend.ballots.paper.rules import write_marks
from backend.ballots.paper.seal_batch import seal_batch
from backend.ballots.paper.settle_sheet import settle_sheet
from backend.ballots.paper.sheets import Sheet
from backend.ballots.paper.take_back_sheet import take_back_sheet
from backend.ballots.paper.workflow import DONE, LOOKS, BatchState, Cause, DoubtKind, Surplus
from backend.ballots.voting.ballot_form import BallotForm, BallotPart, parts_of_voter
from backend.ballots.voting.queries import ballot_paper
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import Conflict, DomainError
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.budget.election_words import money
from backend.web.face import blueprint, notice
from backend.web.fact_words import describe_on_page
from backend.web.form_fields import pressed
from backend.web.kept_pages import open_page
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice
from backend.web.voting import paper_form
from backend.web.voting.paper_words import (
    batch_mark,
    batch_state_words,
    cause_words,
    doubt_kind_words,
    doubt_state_words,
    fault_words,
    surplus_words,
)

_DESK = (Role.WARD_STAFF, Role.ADMIN)
_BATCH = "/desk/budget/<string:slug>/paper/<int:number>"


@blueprint.get("/budget/<string:slug>/paper")
@access()
@open_page
def paper(slug: str) -> str:
    """Every batch with its numbers, and why they do not add up where they do not."""
    session = current_session()
    cycle = public_cycle(session, slug)
    batches = batches_of(session, cycle.id)
    return render_template("voting/paper.html", cycle=cycle, batches=batches, **_words(cycle))


@blueprint.get("/desk/budget/<string:slug>/paper")
@access(*_DESK)
def paper_desk(slug: str) -> Response:
    """All batches, and a form for the next."""
    return _desk_page(slug)


@blueprint.post("/desk/budget/<string:slug>/paper")
@access(*_DESK)
@returns_to(paper_desk)
def open_paper_batch(slug: str) -> Response:
    """Begin a batch."""
    with unit_of_work(current_actor()) as work:
        number = open_batch(work, paper_form.batch(slug)).number
    return redirect(url_for("web.paper_batch", slug=slug, number=number))


@blueprint.get("/desk/budget/<string:slug>/paper/sheets")
@access(*_DESK)
def paper_sheets(slug: str) -> Response | str:
    """Sheets to print, each with a number of its own; nothing of them is kept.

    Numbers are drawn: in a row, they would tell in which order sheets were given out.
    """
    session, ids = current_session(), current_runtime().ids
    cycle = find_cycle(session, slug)
    try:
        count = paper_form.sheets_to_print()
    except DomainError as error:
        return _desk_page(slug, error)
    whole = ballot_paper(session, cycle)
    mine = parts_of_voter(whole.form, whole.parts, request.args.get("district"))
    codes, projects = {part.code for part in mine}, projects_of(session, cycle)
    return render_template(
        "voting/paper_sheets.html",
        cycle=cycle,
        form=whole.form,
        money=money,
        numbers=[ids.public_number() for _ in range(count)],
        parts=[
            (part, [one for one in projects if one.part_code == part.code])
            for part in parts_of(session, cycle)
            if part.code in codes
        ],
    )


@blueprint.get(_BATCH)
@access(*_DESK)
def paper_batch(slug: str, number: int) -> Response:
    """Where a batch stands, and its next step."""
    return _batch_page(slug, number)


@blueprint.post(f"{_BATCH}/voters")
@access(*_DESK)
def check_in_paper_voter(slug: str, number: int) -> Response:
    """Give somebody a sheet, or take an unused one back."""
    is_back = False
    try:
        is_back = pressed("back") == "back"
        with unit_of_work(current_actor()) as work:
            if is_back:
                given = take_back_sheet(work, paper_form.taken_back(slug, number))
            else:
                given = check_in(work, paper_form.voter(slug, number))
    except DomainError as error:
        return _batch_page(slug, number, error)
    told = _("The sheet is back.") if is_back else _("Give out one sheet.")
    notice("done", f"{told} {_('Checked in: %(count)s', count=given)}")
    return redirect(url_for("web.paper_batch", slug=slug, number=number))


@blueprint.post(f"{_BATCH}/doubts")
@access(*_DESK)
@returns_to(paper_batch)
def note_paper_doubt(slug: str, number: int) -> Response:
    """Put somebody on the list to settle."""
    command = paper_form.doubt(slug, number)
    return _done(note_doubt, command, _("It is on the list to settle."))


@blueprint.post(f"{_BATCH}/doubts/<int:at>")
@access(*_DESK)
@returns_to(paper_batch)
def settle_paper_doubt(slug: str, number: int, at: int) -> Response:
    """Say who it was, or why it is refused."""
    return _done(settle_doubt, paper_form.settled_doubt(slug, number, at), _("It is settled."))


@blueprint.post(f"{_BATCH}/box")
@access(*_DESK)
@returns_to(paper_batch)
def count_paper_box(slug: str, number: int) -> Response:
    """Say how many sheets are in the box."""
    return _done(count_box, paper_form.box(slug, number), _("The sheets can be keyed."))


@blueprint.get(f"{_BATCH}/keying")
@access(*_DESK)
def key_paper(slug: str, number: int) -> Response:
    """Where one person keys sheet after sheet."""
    return _keying_page(slug, number)


@blueprint.post(f"{_BATCH}/keying")
@access(*_DESK)
def key_paper_sheet(slug: str, number: int) -> Response:
    """Key one sheet, or take one out that is not there."""
    is_drop = False
    try:
        is_drop = pressed("drop") == "drop"
        form, parts = _paper_of(slug, number)
        with unit_of_work(current_actor()) as work:
            if is_drop:
                drop_sheet(work, paper_form.dropped(slug, number))
            else:
                key_sheet(work, paper_form.sheet(slug, number, form, parts))
    except DomainError as error:
        return _keying_page(slug, number, error)
    told = _("Taken out: %(sheet)s") if is_drop else _("Keyed: %(sheet)s")
    notice("done", told % {"sheet": request.form.get("sheet", "")})
    return redirect(url_for("web.key_paper", slug=slug, number=number))


@blueprint.post(f"{_BATCH}/finish")
@access(*_DESK)
def finish_paper_keying(slug: str, number: int) -> Response:
    """Nothing is left to key."""
    try:
        with unit_of_work(current_actor()) as work:
            finish_keying(work, paper_form.finished(slug, number))
    except DomainError as error:
        return _keying_page(slug, number, error)
    notice("done", _("Your part of the keying is done."))
    return redirect(url_for("web.paper_batch", slug=slug, number=number))


@blueprint.post(f"{_BATCH}/again")
@access(*_DESK)
@returns_to(paper_batch)
def key_paper_again(slug: str, number: int) -> Response:
    """Throw away what was keyed."""
    command = paper_form.again(slug, number)
    return _done(key_again, command, _("What was keyed is gone. Begin with the number of sheets."))


@blueprint.get(f"{_BATCH}/differences")
@access(*_DESK)
def paper_differences(slug: str, number: int) -> Response:
    """Sheet by sheet, where two people read differently."""
    return _differences_page(slug, number)


@blueprint.post(f"{_BATCH}/differences")
@access(*_DESK)
def settle_paper_sheet(slug: str, number: int) -> Response:
    """Say what holds of one sheet."""
    try:
        form, parts = _paper_of(slug, number)
        with unit_of_work(current_actor()) as work:
            left = settle_sheet(work, paper_form.settled_sheet(slug, number, form, parts))
    except DomainError as error:
        return _differences_page(slug, number, error)
    notice("done", _("It is settled."))
    page = "web.paper_differences" if left else "web.paper_batch"
    return redirect(url_for(page, slug=slug, number=number))


@blueprint.post(f"{_BATCH}/sealing")
@access(*_DESK)
@returns_to(paper_batch)
def seal_paper_batch(slug: str, number: int) -> Response:
    """Put the ballots of a batch into the box."""
    command = paper_form.sealing(slug, number)
    return _done(seal_batch, command, _("The ballots are in the box, and what was keyed is gone."))


@blueprint.post(f"{_BATCH}/mistake")
@access(*_DESK)
@returns_to(paper_batch)
def close_mistaken_batch(slug: str, number: int) -> Response:
    """Say that there is no such box."""
    command = paper_form.mistake(slug, number)
    return _done(close_mistake, command, _("The count does not wait for it."))


def _done(use_case: Callable[..., Any], command: Any, words: str) -> Response:
    with unit_of_work(current_actor()) as work:
        use_case(work, command)
    notice("done", words)
    return redirect(url_for("web.paper_batch", slug=command.slug, number=command.batch))


def _found(slug: str, number: int) -> tuple[Cycle, PaperBatch]:
    session = current_session()
    cycle = find_cycle(session, slug)
    return cycle, find_batch(session, cycle.id, number)


def _paper_of(slug: str, number: int) -> tuple[BallotForm, list[BallotPart]]:
    cycle, batch = _found(slug, number)
    whole = ballot_paper(current_session(), cycle)
    return whole.form, parts_of_voter(whole.form, whole.parts, batch.district)


def _desk_page(slug: str, error: DomainError | None = None) -> Response:
    session = current_session()
    cycle = find_cycle(session, slug)
    return _page(
        "voting/paper_desk.html",
        cycle,
        None,
        error,
        batches=batches_of(session, cycle.id),
        districts=[
            Choice(one.code, one.name, one.code == request.values.get("district"))
            for one in parts_of(session, cycle)
            if one.code != CITYWIDE
        ],
    )


def _batch_page(slug: str, number: int, error: DomainError | None = None) -> Response:
    cycle, batch = _found(slug, number)
    session = current_session()
    return _page(
        "voting/paper_batch.html",
        cycle,
        batch,
        error,
        doubts=doubts_of(session, batch),
        kinds=[Choice(one, doubt_kind_words(one)) for one in DoubtKind],
        looks=[keyed_sheets(session, batch, look) for look in (1, 2)],
        is_done=batch.state in DONE,
        others=other_givers(session, batch),
        # Only then it is asked for, and the roll may be long.
        room=room_in_batch(session, batch) if batch.state == BatchState.SETTLED else None,
        surplus=[
            Choice(one, surplus_words(one), one == request.form.get("surplus")) for one in Surplus
        ],
    )


def _keying_page(slug: str, number: int, error: DomainError | None = None) -> Response:
    cycle, batch = _found(slug, number)
    form, parts = _paper_of(slug, number)
    on_sheet = {part.code for part in parts}
    names = part_names(current_session(), cycle)
    look = LOOKS.get(BatchState(batch.state), 0)
    return _page(
        "voting/paper_keying.html",
        cycle,
        batch,
        error,
        form=form,
        look=look,
        keyed=keyed_sheets(current_session(), batch, look),
        parts=[(part.code, names[part.code]) for part in parts],
        projects=[
            one for one in projects_of(current_session(), cycle) if one.part_code in on_sheet
        ],
    )


def _differences_page(slug: str, number: int, error: DomainError | None = None) -> Response:
    cycle, batch = _found(slug, number)
    # Whoever still keys must not see what the other read.
    if batch.state != BatchState.DIFFERING:
        raise Conflict("paper-step-not-possible", number=number, state=batch.state)
    found = differences(current_session(), current_runtime().keyring, batch)
    return _page(
        "voting/paper_differences.html",
        cycle,
        batch,
        error,
        sheets=[
            (one.number, _line(one.first), _line(one.second)) for one in found if one.third is None
        ],
        causes=[Choice(one, cause_words(one)) for one in Cause],
        holds=Holds,
    )


def _line(sheet: Sheet | None) -> str | None:
    return None if sheet is None or sheet.marks is None else write_marks(sheet.marks)


def _page(
    name: str, cycle: Cycle, batch: PaperBatch | None, error: DomainError | None, **values: object
) -> Response:
    problem = describe_on_page(error) if error else None
    text = render_template(
        name,
        cycle=cycle,
        batch=batch,
        error=error.slug if error else "",
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
        typed=request.values if error else {},
        **_words(cycle),
        **values,
    )
    return make_response(text, problem.status if problem else 200)


def _words(cycle: Cycle) -> dict[str, Any]:
    return {
        "part_names": part_names(current_session(), cycle),
        "state_words": batch_state_words,
        "state_mark": batch_mark,
        "doubt_kind_words": doubt_kind_words,
        "doubt_state_words": doubt_state_words,
        "fault_words": fault_words,
        "surplus_words": {one.value: surplus_words(one) for one in Surplus},
    }
