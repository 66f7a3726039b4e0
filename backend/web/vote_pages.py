"""Voting on a page: from the code to the receipt, without script, cookie or account.

Every step is a form that carries what the next one needs, so the server keeps nothing of a voter
between two of them. What opens the box comes with the form: one that was forged opens nothing.
"""

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for

from backend.accounts.contact_address import read_address
from backend.ballots.voting.ballot_form import BallotPart, Choices, Districts, Kind, parts_of_voter
from backend.ballots.voting.ballot_page import ballot_page
from backend.ballots.voting.cast_ballot import ballot_status, cast_ballot, check_ballot
from backend.ballots.voting.codes import code_from, read_code
from backend.ballots.voting.commands import (
    AccessCode,
    AskVoteCode,
    BallotChannel,
    CastBallot,
    SentCode,
    TakeCredential,
)
from backend.ballots.voting.credential import Credential
from backend.ballots.voting.queries import Vote, prepared_vote
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.vote_codes import ask_vote_code
from backend.ballots.voting.voter_hashes import nonce_of_code
from backend.core.access import access, guard
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.errors import DomainError, Forbidden, Invalid
from backend.core.limits import network_of
from backend.core.problems import describe
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.election_words import money
from backend.web.vote_fields import ballot_fields, ballot_in, chosen_field, number_field
from backend.web.vote_view import error_views, part_views, sum_words

blueprint = Blueprint("vote", __name__, template_folder="templates", url_prefix="/vote")
guard(blueprint, lambda: ANONYMOUS)
# How long a kiosk waits for somebody who fills in a ballot, and how long it shows a receipt, before
# it is there for the next voter.
_KIOSK_MINUTES, _RECEIPT_MINUTES = 10, 1


@blueprint.before_request
def refuse_and_slow_down() -> None:
    """An address with a NUL leads nowhere; whoever sends too much waits, by network alone."""
    if "\0" in (request.view_args or {}).get("slug", ""):
        abort(404)
    if request.method != "GET":
        runtime = current_runtime()
        sender = network_of(request.remote_addr or "")
        runtime.limits.check(runtime.settings.vote_limit, "vote", sender)


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """Going back on a shared computer shows nobody's ballot."""
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<string:slug>")
@access()
def start(slug: str) -> Response:
    """Where a voter types a code."""
    return _page("vote_start.html", slug)


@blueprint.post("/<string:slug>/code")
@access()
def send_code(slug: str) -> Response:
    """Have a one-time code sent, and ask for it; a pass to come back with is there from now on."""
    runtime, form = current_runtime(), request.form
    try:
        address = read_address(form.get("address", ""), runtime.settings.phone_region)
        with unit_of_work(ANONYMOUS) as work:
            ask_vote_code(work, AskVoteCode(slug, form.get("register_number", ""), address))
    except DomainError as error:
        return _page("vote_start.html", slug, error, field="address")
    return _page("vote_code.html", slug, pass_code=code_from(runtime.ids.token()))


@blueprint.post("/<string:slug>/ballot")
@access()
def fill_in(slug: str) -> Response:
    """The ballot: for whoever typed a code, or comes back from the check of the ballot."""
    credential = request.form.get("credential")
    if credential is None:
        try:
            credential = _credential(slug)
        except DomainError as error:
            is_sent = "one_time_code" in request.form
            name = "vote_code.html" if is_sent else "vote_start.html"
            field = "one_time_code" if is_sent else "access_code"
            pass_code = request.form.get("pass_code", "")
            return _page(name, slug, error, field=field, pass_code=pass_code)
    return _ballot(slug, credential)


@blueprint.post("/<string:slug>/review")
@access()
def review(slug: str) -> Response:
    """What the ballot says, once more, before it goes into the box."""
    vote, credential = _vote(slug)
    try:
        parts = _choices(vote, credential)
    except DomainError as error:
        return _ballot(slug, request.form["credential"], error)
    page = ballot_page(current_session(), slug, current_runtime().clock.now())
    return _page(
        "vote_review.html",
        slug,
        parts=part_views(page.cycle, page.form, _offered(vote, credential), parts),
        is_ranked=page.form.kind is Kind.RANKING,
        fields=ballot_fields(request.form),
    )


@blueprint.post("/<string:slug>/cast")
@access()
def cast(slug: str) -> Response:
    """The ballot goes into the box; sent twice it is one ballot with one receipt."""
    vote, credential = _vote(slug)
    form = request.form
    try:
        parts = _choices(vote, credential)
        channel = BallotChannel(form.get("channel", "")) if _is_assisted() else BallotChannel.WEB
        sequence = int(form.get("sequence", "0"))
        ballot = CastBallot(
            slug, form["credential"], sequence, form.get("attempt", ""), parts, channel
        )
        with unit_of_work(ANONYMOUS) as work:
            receipt = cast_ballot(work, ballot)
    except DomainError as error:
        return _ballot(slug, form["credential"], error)
    except ValueError:
        abort(400)
    names = {part.code: part.name for part in vote.paper.parts}
    marks = [(names[code], id_) for code, id_ in receipt.published_ids.items()]
    return _page("vote_receipt.html", slug, receipt=receipt, marks=marks, minutes=_RECEIPT_MINUTES)


def _credential(slug: str) -> str:
    """The credential for what was typed; raises `Forbidden` where it opens nothing."""
    form = request.form
    if "one_time_code" not in form:
        proof: AccessCode | SentCode = AccessCode(form.get("access_code", ""))
        nonce = None
    else:
        region = current_runtime().settings.phone_region
        address = read_address(form.get("address", ""), region)
        proof = SentCode(form.get("register_number", ""), address, form["one_time_code"])
        own = read_code(form.get("own_pass", "")) or read_code(form.get("pass_code", ""))
        nonce = own and nonce_of_code(own, slug)
    with unit_of_work(ANONYMOUS) as work:
        credential = take_credential(work, TakeCredential(slug, proof, nonce))
    if credential is None:
        raise Forbidden("vote-code-not-right")
    return credential


def _vote(slug: str) -> tuple[Vote, Credential]:
    vote = prepared_vote(current_session(), current_runtime(), slug)
    return vote, vote.keys.read(request.form.get("credential", ""))


def _choices(vote: Vote, credential: Credential) -> dict[str, Choices]:
    """The ballot in the form; raises `Invalid` with everything wrong with it."""
    paper = vote.paper
    parts = ballot_in(request.form, paper.form.kind, paper.parts)
    check_ballot(paper, parts, credential.district)
    return parts


def _ballot(slug: str, credential_text: str, error: DomainError | None = None) -> Response:
    session, runtime = current_session(), current_runtime()
    vote = prepared_vote(session, runtime, slug)
    credential = vote.keys.read(credential_text)
    page = ballot_page(session, slug, runtime.clock.now())
    rows = {part.code: (part, projects) for part, projects in page.parts}
    offered, typed = _offered(vote, credential), _typed(vote)
    has_choice = sum(not part.is_citywide for part in offered) > 1
    cast_before = ballot_status(session, runtime, slug, credential_text)
    return _page(
        "vote_ballot.html",
        slug,
        error,
        errors=error_views(describe(error), offered) if error else [],
        credential=credential_text,
        cast_before=cast_before,
        sequence=cast_before + 1,
        attempt=runtime.ids.ballot_id(),
        form=page.form,
        is_one_district=has_choice and page.form.districts is Districts.ANY_ONE,
        parts=[
            (*rows[part.code], sum_words(page.cycle, page.form, part, typed.get(part.code)))
            for part in offered
        ],
        said=set(ballot_fields(request.form)),
        values=request.form,
        chosen_field=chosen_field,
        number_field=number_field,
    )


def _offered(vote: Vote, credential: Credential) -> list[BallotPart]:
    """The parts the voter may fill in."""
    return parts_of_voter(vote.paper.form, vote.paper.parts, credential.district)


def _typed(vote: Vote) -> dict[str, Choices]:
    """The ballot in the form as far as it can be read."""
    try:
        return ballot_in(request.form, vote.paper.form.kind, vote.paper.parts)
    except Invalid:
        return {}


def _is_assisted() -> bool:
    return request.values.get("channel") in (BallotChannel.KIOSK, BallotChannel.HELPER)


def _leave_nothing(response: Response, slug: str, minutes: int) -> None:
    """A kiosk goes back to its start by itself, and there forgets what a browser keeps."""
    if request.method == "GET":
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    else:
        start_url = url_for("vote.start", slug=slug, channel=BallotChannel.KIOSK.value)
        response.headers["Refresh"] = f"{minutes * 60}; url={start_url}"


def _page(
    name: str,
    slug: str,
    error: DomainError | None = None,
    field: str = "",
    minutes: int = _KIOSK_MINUTES,
    **values: object,
) -> Response:
    problem = describe(error) if error else None
    page = ballot_page(current_session(), slug, current_runtime().clock.now())
    channel = request.values["channel"] if _is_assisted() else ""
    text = render_template(
        name,
        cycle=page.cycle,
        vote_page=page,
        money=money,
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
        error_field=field if problem else "",
        channel=channel,
        is_kiosk=channel == BallotChannel.KIOSK,
        minutes=minutes,
        typed=request.form,
        **values,
    )
    response = make_response(text, problem.status if problem else 200)
    if channel == BallotChannel.KIOSK:
        _leave_nothing(response, page.cycle.slug, minutes)
    if error is not None:
        response.headers.update(error.headers)
    return response
