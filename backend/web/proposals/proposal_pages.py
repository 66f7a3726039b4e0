"""Proposals in public: the list, one of them, what is late, and a form that needs no script."""

from flask import Response, abort, render_template, request

from backend.ballots.cycle.models import CITYWIDE, Cycle
from backend.ballots.cycle.queries import (
    part_names,
    parts_of,
    proposals_on_ballot,
    public_cycle,
)
from backend.ballots.proposals.overdue import overdue_answers
from backend.ballots.proposals.queries import Wanted, list_proposals
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.ballots.proposals.windows import PROPOSING, may_propose, require_one_of
from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.errors import Conflict, DomainError, Invalid
from backend.core.i18n import gettext as _
from backend.core.limits import network_of
from backend.core.problems import Problem
from backend.core.runtime import current_runtime
from backend.core.text_brake import hold_back_alike
from backend.core.uow import unit_of_work
from backend.places.locate import district_map
from backend.web.face import blueprint, whole_number
from backend.web.fact_words import describe_on_page
from backend.web.kept_pages import open_page
from backend.web.maps import city_map
from backend.web.pointing import place_pointed_at, pointing_size
from backend.web.proposals import proposal_form
from backend.web.proposals.proposal_view import (
    late_view,
    line_view,
    part_choices,
    places_map,
    proposal_page_view,
)
from backend.web.view_models import Choice, MapView
from backend.web.words import channel_words
from geo.coordinates import check_lon_lat

PAGE_SIZE = 50


@blueprint.get("/budget/<string:slug>/proposals")
@access()
@open_page
def proposals(slug: str) -> str:
    """The proposals of a cycle, newest first."""
    session = current_session()
    cycle = public_cycle(session, slug)
    names = part_names(session, cycle)
    part = request.args.get("part") or None
    page = whole_number("page") or 1
    offset = (page - 1) * PAGE_SIZE
    total, found = list_proposals(session, cycle, Wanted(part), limit=PAGE_SIZE, offset=offset)
    on_ballot = proposals_on_ballot(session, cycle)
    return render_template(
        "proposals/proposals.html",
        cycle=cycle,
        total=total,
        offset=offset,
        page=page,
        page_size=PAGE_SIZE,
        lines=[line_view(cycle, names, one, on_ballot) for one in found],
        parts=(Choice("", _("All parts"), part is None), *part_choices(session, cycle, part)),
        part=part,
        map=places_map(session, found),
        may_propose=may_propose(session, cycle, current_runtime().clock.now()),
    )


@blueprint.get("/budget/<string:slug>/proposals/overdue")
@access()
@open_page
def overdue_proposals(slug: str) -> str:
    """What has no answer by its date."""
    session, now = current_session(), current_runtime().clock.now()
    cycle = public_cycle(session, slug)
    late = [late_view(one) for one in overdue_answers(session, cycle, now)]
    return render_template("proposals/proposals_overdue.html", cycle=cycle, late=late)


@blueprint.get("/proposals/<string:number>")
@access()
@open_page
def proposal(number: str) -> str:
    """One proposal, as anybody may read it."""
    view = proposal_page_view(current_session(), number, current_runtime().clock.now())
    return render_template("proposals/proposal.html", view=view)


@blueprint.get("/budget/<string:slug>/proposals/new")
@access()
def new_proposal(slug: str) -> str:
    """The form; outside of the time for ideas it says when that is."""
    session, runtime = current_session(), current_runtime()
    cycle = public_cycle(session, slug)
    require_one_of(session, cycle, PROPOSING, runtime.clock.now())
    return _form(cycle, {"id": str(runtime.ids.uuid()), **_place_pointed_at(cycle)})


@blueprint.get("/budget/<string:slug>/proposals/place")
@access()
def point_at_place(slug: str) -> str:
    """A map to point at, which needs no script: a browser sends where it was touched."""
    cycle = public_cycle(current_session(), slug)
    return render_template("proposals/proposal_place.html", cycle=cycle, size=pointing_size())


@blueprint.get("/map.svg")
@access()
def plain_map() -> Response:
    """The city as a picture, for `point_at_place`."""
    drawing = city_map(current_session(), "")
    if drawing is None:
        abort(404)
    picture = render_template("map.svg", map=drawing, size=pointing_size())
    return Response(picture, content_type="image/svg+xml")


@blueprint.post("/budget/<string:slug>/proposals")
@access()
def create_proposal(slug: str) -> str | tuple[str, int]:
    """Take a proposal; what cannot be is shown beside what was written, so that nothing is lost."""
    runtime, actor = current_runtime(), current_actor()
    cycle = public_cycle(current_session(), slug)
    try:
        command = proposal_form.submitted(cycle, actor)
        if not actor.is_staff:
            sender = network_of(request.remote_addr or "")
            runtime.limits.check(runtime.settings.report_limit, "proposal", sender)
            words = f"{command.draft.title} {command.draft.summary} {command.draft.description}"
            hold_back_alike(runtime.limits, runtime.settings.alike_limit, sender, command.id, words)
        with unit_of_work(actor) as work:
            made = submit_proposal(work, command)
    except (Conflict, Invalid) as error:
        # The cycle was read in a transaction that has ended.
        cycle = public_cycle(current_session(), slug)
        return _form(cycle, request.form.to_dict(), error), error.status
    return render_template(
        "proposals/proposal_made.html", number=made.number, code=made.code, slug=slug
    )


def _form(cycle: Cycle, values: dict[str, str], error: DomainError | None = None) -> str:
    channels = [(one.value, channel_words(one.value)) for one in proposal_form.FOR_PEOPLE]
    field = (error.pointer or "").lstrip("/").partition("/")[0] if error else ""
    problem = describe_on_page(error) if error else None
    return render_template(
        "proposals/proposal_new.html",
        cycle=cycle,
        values=values,
        error_words=_told(problem) if problem else None,
        error_field="part" if field in {"lat", "lon", ""} else field,
        parts=part_choices(current_session(), cycle, values.get("part", CITYWIDE)),
        channels=[
            Choice(value, words, value == values.get("channel")) for value, words in channels
        ],
        map=_pin_map(values),
    )


def _told(problem: Problem) -> str:
    """What is to be changed; of what cannot be now, why."""
    is_conflict = problem.status == Conflict.status
    return f"{problem.title}. {problem.detail if is_conflict else problem.remedy}"


def _pin_map(values: dict[str, str]) -> MapView | None:
    """Where the place of the form is; None without one that can be read."""
    try:
        place = float(values["lon"]), float(values["lat"])
        check_lon_lat(*place)
    except (KeyError, ValueError):
        return None
    return city_map(current_session(), _("The place you pointed at"), pin=place)


def _place_pointed_at(cycle: Cycle) -> dict[str, str]:
    """What the form knows of a place that was pointed at; nothing of one outside the city."""
    session, place = current_session(), place_pointed_at()
    districts = district_map(session)
    district = districts.find(*place)[1] if place and districts else None
    if place is None or district is None:
        return {}
    codes = {part.code for part in parts_of(session, cycle)}
    part = district if district in codes else CITYWIDE
    return {"lon": f"{place[0]:.6f}", "lat": f"{place[1]:.6f}", "part": part}
