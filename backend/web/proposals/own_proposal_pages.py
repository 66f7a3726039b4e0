"""A proposal in the hands of whoever made it, by its code alone: no phone and no account."""

from decimal import Decimal

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.ballots.cycle.models import Cycle
from backend.ballots.proposals.commands import Appeal
from backend.ballots.proposals.edit_proposal import edit_proposal, is_editable
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.queries import cycle_of, find_proposal
from backend.ballots.proposals.review import appeal
from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.face import blueprint, notice
from backend.web.form_fields import made_id, text
from backend.web.proposals import proposal_form
from backend.web.proposals.proposal_view import part_choices, proposal_page_view
from backend.web.refused_form import returns_to

_WORDS = ("title", "summary", "description", "category", "language", "lat", "lon")


@blueprint.get("/proposals/<string:number>/own")
@access()
def own_proposal(number: str) -> str:
    """What can be done with the code now, and how the rest is done."""
    session, runtime = current_session(), current_runtime()
    now = runtime.clock.now()
    proposal = find_proposal(session, number)
    cycle = cycle_of(session, proposal)
    return render_template(
        "proposals/proposal_own.html",
        view=proposal_page_view(session, number, now),
        currency=cycle.currency,
        values=_values(cycle, proposal),
        parts=part_choices(session, cycle, proposal.part_code),
        may_edit=is_editable(session, proposal.id, now),
        new_id=str(runtime.ids.uuid()),
    )


@blueprint.post("/proposals/<string:number>/own/words")
@access()
@returns_to(own_proposal)
def edit_own_proposal(number: str) -> Response:
    """Say it in other words."""
    _hold_back()
    session = current_session()
    command = proposal_form.edited(number, cycle_of(session, find_proposal(session, number)))
    with unit_of_work(current_actor()) as work:
        edit_proposal(work, command)
    notice("done", _("The words are changed. Those before stay in its history."))
    return redirect(url_for("web.proposal", number=number))


@blueprint.post("/proposals/<string:number>/own/appeal")
@access()
@returns_to(own_proposal)
def appeal_own_proposal(number: str) -> Response:
    """Ask that somebody else decides again."""
    _hold_back()
    reason, code = text("reason"), proposal_form.code()
    with unit_of_work(current_actor()) as work:
        appeal(work, Appeal(made_id(), number, reason, code))
    notice("done", _("Another person decides now. Everybody can read why."))
    return redirect(url_for("web.proposal", number=number))


def _hold_back() -> None:
    """Codes are not for guessing."""
    runtime = current_runtime()
    runtime.limits.check(
        runtime.settings.report_limit, "proposal", network_of(request.remote_addr or "")
    )


def _values(cycle: Cycle, proposal: Proposal) -> dict[str, str]:
    known = {name: getattr(proposal, name) for name in _WORDS}
    if proposal.cost is not None:
        known["cost"] = Decimal(proposal.cost) / cycle.money_scale
    return {name: "" if value is None else str(value) for name, value in known.items()}
