"""What the pages of a vote share: the blueprint, whose device it is, and how a page is drawn."""

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from backend.ballots.voting.ballot_page import BallotPage, ballot_page
from backend.ballots.voting.commands import BallotChannel
from backend.core.access import guard
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.errors import DomainError, Forbidden
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.web.budget.cycle_view import dates_view
from backend.web.budget.election_words import money
from backend.web.fact_words import describe_on_page
from backend.web.voting.kept_in_browser import KeptPass, is_foreign_form, kept_pass, may_keep

blueprint = Blueprint("vote", __name__, url_prefix="/vote")
guard(blueprint, lambda: ANONYMOUS)
# How long a kiosk waits for somebody who fills in a ballot before it is there for the next voter.
_KIOSK_MINUTES = 10
_STEPS = frozenset({"vote.send_code", "vote.fill_in", "vote.review", "vote.cast"})


@blueprint.before_request
def refuse_and_slow_down() -> Response | None:
    """An address with a NUL leads nowhere; whoever sends too much waits, by network alone.

    Another site's form is refused: its code or credential would be that site's right to vote. Once
    the vote is over every step says so.
    """
    slug = (request.view_args or {}).get("slug", "")
    if "\0" in slug:
        abort(404)
    if is_foreign_form():
        raise Forbidden("vote-form-foreign")
    if request.method == "POST":
        runtime = current_runtime()
        sender = network_of(request.remote_addr or "")
        runtime.limits.check(runtime.settings.vote_limit, "vote", sender)
        if request.endpoint in _STEPS and page_of_ballot(slug).is_over:
            return vote_page("voting/vote_start.html", slug, status=409)
    return None


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Going back on a shared computer shows nobody's ballot."""
    response.headers["Cache-Control"] = "no-store"
    return response


def kept_here(slug: str) -> KeptPass | None:
    """What this browser keeps, where it is the voter's own."""
    return None if is_assisted() else kept_pass(slug)


def is_assisted() -> bool:
    """Whether the device is not the voter's own."""
    return request.values.get("channel") in (BallotChannel.KIOSK, BallotChannel.HELPER)


def is_kiosk() -> bool:
    """Whether anybody may be next at it."""
    return request.values.get("channel") == BallotChannel.KIOSK


def page_of_ballot(slug: str) -> BallotPage:
    """The ballot as it is now."""
    return ballot_page(current_session(), slug, current_runtime().clock.now())


def start_address(slug: str) -> str:
    """Where the next one begins on this device."""
    channel = request.values["channel"] if is_assisted() else None
    return url_for("vote.start", slug=slug, channel=channel)


def _leave_nothing(response: Response, slug: str, minutes: int) -> None:
    """A kiosk goes back to its start by itself, and there forgets what a browser keeps."""
    if request.endpoint == "vote.start":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    else:
        response.headers["Refresh"] = f"{minutes * 60}; url={start_address(slug)}"


def vote_page(
    name: str,
    slug: str,
    error: DomainError | None = None,
    field: str = "",
    minutes: int = _KIOSK_MINUTES,
    status: int = 200,
    **values: object,
) -> Response:
    """A page of the vote, with what went wrong and the field it is about."""
    problem = describe_on_page(error) if error else None
    page = page_of_ballot(slug)
    channel = request.values["channel"] if is_assisted() else ""
    text = render_template(
        name,
        cycle=page.cycle,
        vote_page=page,
        dates=dates_view(page.span),
        money=money,
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
        error_field=field if problem else "",
        # The page says itself when the vote is.
        is_early=problem is not None and problem.slug == "phase-not-open",
        is_late=status == 409,
        channel=channel,
        can_keep=may_keep() and not channel,
        is_kiosk=is_kiosk(),
        minutes=minutes,
        typed=request.form,
        **values,
    )
    response = make_response(text, problem.status if problem else status)
    if is_kiosk():
        _leave_nothing(response, page.cycle.slug, minutes)
    if error is not None:
        response.headers.update(error.headers)
    return response
