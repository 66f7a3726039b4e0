"""Whoever has a receipt sees the ballot as it was counted; what is typed is kept by nobody."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from backend.ballots.voting.ballot_form import Kind
from backend.ballots.voting.find_ballot import FoundPart, find_ballot
from backend.ballots.voting.queries import counted_cycle, counted_parts
from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.problems import Problem
from backend.web.fact_words import describe_on_page
from backend.web.voting.vote_face import blueprint


@blueprint.get("/<string:slug>/receipt")
@access()
def ask_receipt(slug: str) -> Response:
    """Where a receipt is typed, and how to do without."""
    return _page(slug)


@blueprint.post("/<string:slug>/receipt")
@access()
def look_up(slug: str) -> Response:
    """The ballot, sent in the body so that no address and no log holds the receipt."""
    try:
        found = find_ballot(current_session(), slug, request.form.get("receipt", ""))
    except NotFound as error:
        return _page(slug, problem=describe_on_page(error))
    return _page(slug, found)


def _page(
    slug: str, found: list[FoundPart] | None = None, problem: Problem | None = None
) -> Response:
    session = current_session()
    cycle = counted_cycle(session, slug)
    text = render_template(
        "voting/vote_find.html",
        cycle=cycle,
        parts=counted_parts(session, cycle),
        found=found or [],
        is_ranked=cycle.ballot_form["kind"] == Kind.RANKING,
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
    )
    return make_response(text, problem.status if problem else 200)
