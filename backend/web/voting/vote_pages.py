"""Voting on a page: from the code to the receipt, without script or account.

Every step is a form that carries what the next one needs, so the server keeps nothing of a voter
between two of them. What opens the box comes with the form: one that was forged opens nothing. A
voter's own browser may keep the pass and the receipt (`kept_in_browser`), a kiosk keeps nothing.
"""

from collections.abc import Mapping
from datetime import timedelta

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from backend.accounts.contact_address import read_address
from backend.ballots.cycle.queries import public_cycle
from backend.ballots.proposals.queries import packs_by_number
from backend.ballots.voting.ballot_form import BallotPart, Choices, Districts, Kind, parts_of_voter
from backend.ballots.voting.ballot_page import BallotPage
from backend.ballots.voting.cast_ballot import Receipt, ballot_status, cast_ballot, check_ballot
from backend.ballots.voting.codes import code_from, published_id, read_code
from backend.ballots.voting.commands import (
    AccessCode,
    AskVoteCode,
    BallotChannel,
    CastBallot,
    SentCode,
    TakeCredential,
)
from backend.ballots.voting.credential import Credential
from backend.ballots.voting.queries import Vote, prepared_vote, require_open
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.vote_codes import ask_vote_code
from backend.ballots.voting.voter_hashes import nonce_of_pass
from backend.core.access import access
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.errors import Conflict, DomainError, Forbidden, Invalid
from backend.core.runtime import current_runtime
from backend.core.speak import LANGUAGES
from backend.core.uow import unit_of_work
from backend.web.fact_words import describe_on_page
from backend.web.proposals.proposal_view import PackView, pack_view
from backend.web.voting.kept_in_browser import (
    KeptPass,
    forget_pass,
    forget_receipt,
    keep_pass,
    keep_receipt,
    keeps_receipts,
    kept_receipt,
    may_keep,
    try_keeping,
)
from backend.web.voting.vote_face import (
    blueprint,
    is_assisted,
    is_kiosk,
    kept_here,
    page_of_ballot,
    start_address,
    vote_page,
)
from backend.web.voting.vote_fields import ballot_fields, ballot_in, chosen_field, number_field
from backend.web.voting.vote_view import error_views, part_views, sum_words

# How long a receipt is shown at a kiosk, and how long a browser can show it again, in seconds: the
# voter's own, and somebody else's.
_RECEIPT_MINUTES = 1
_RECEIPT_SECONDS, _RECEIPT_SECONDS_ASSISTED = 600, 60
_CAST_MEANWHILE = Conflict("ballot-changed-meanwhile")


@blueprint.get("/<string:slug>")
@access()
def start(slug: str) -> Response:
    """Where a voter types a code, or goes on where this browser keeps a pass."""
    response = vote_page("voting/vote_start.html", slug, kept=kept_here(slug))
    if is_assisted():
        forget_receipt(response, slug)
    if is_kiosk():
        forget_pass(response, slug)
    return response


@blueprint.post("/<string:slug>/forget")
@access()
def forget(slug: str) -> Response:
    """This browser keeps the pass no longer."""
    public_cycle(current_session(), slug)
    response = redirect(url_for("vote.start", slug=slug), 303)
    if may_keep():
        forget_pass(response, slug)
    return response


@blueprint.post("/<string:slug>/code")
@access()
def send_code(slug: str) -> Response:
    """Have a one-time code sent, and ask for it; the pass is there, and kept, before it is used."""
    runtime, form, kept = current_runtime(), request.form, kept_here(slug)
    try:
        address = read_address(form.get("address", ""), runtime.settings.phone_region)
        number = form.get("register_number", "")
        language = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
        with unit_of_work(ANONYMOUS) as work:
            ask_vote_code(work, AskVoteCode(slug, number, address, language))
    except DomainError as error:
        return vote_page("voting/vote_start.html", slug, error, field="address", kept=kept)
    is_used = kept is not None and kept.is_used
    # Never one that opened a ballot: this may be somebody else. If not, `_opened` finds it.
    shown = KeptPass(code_from(runtime.ids.token())) if kept is None or is_used else kept
    response = vote_page("voting/vote_code.html", slug, pass_code=shown.pass_code, kept=kept)
    if not (is_used or is_assisted()):
        keep_pass(response, slug, shown, _time_left(slug))
    return response


@blueprint.post("/<string:slug>/ballot")
@access()
def fill_in(slug: str) -> Response:
    """The ballot: for whoever typed a code, has a pass here, or comes back from the check."""
    form, kept = request.form, kept_here(slug)
    try:
        if "credential" in form:
            return _ballot(slug, form["credential"])
        if "kept" in form and kept and kept.credential:
            return _ballot(slug, kept.credential, pass_code=kept.pass_code, is_kept=True)
        pass_code, credential = _opened(slug, kept)
        keeps = _to_keep(kept, pass_code, credential)
        is_kept = keeps is not None and keeps.pass_code == pass_code
        response = _ballot(slug, credential, pass_code=pass_code, is_kept=is_kept)
    except DomainError as error:
        is_sent = "one_time_code" in form
        return vote_page(
            "voting/vote_code.html" if is_sent else "voting/vote_start.html",
            slug,
            error,
            field=_field_of(error, is_sent=is_sent),
            pass_code=form.get("pass_code", ""),
            kept=kept,
        )
    if keeps:
        keep_pass(response, slug, keeps, _time_left(slug))
    elif kept and pass_code and may_keep():
        forget_pass(response, slug)
    return response


@blueprint.post("/<string:slug>/review")
@access()
def review(slug: str) -> Response:
    """What the ballot says, once more, before it goes into the box."""
    vote, credential = _vote(slug, request.form.get("credential", ""))
    try:
        parts = _choices(vote, credential)
    except DomainError as error:
        return _ballot(slug, request.form["credential"], error)
    page = page_of_ballot(slug)
    response = vote_page(
        "voting/vote_review.html",
        slug,
        parts=part_views(page.cycle, page.form, _offered(vote, credential), parts),
        is_ranked=page.form.kind is Kind.RANKING,
        fields=ballot_fields(request.form),
    )
    try_keeping(response, slug, _RECEIPT_SECONDS)
    return response


@blueprint.post("/<string:slug>/cast")
@access()
def cast(slug: str) -> Response:
    """The ballot goes into the box; sent twice it is one ballot with one receipt."""
    vote, credential = _vote(slug, request.form.get("credential", ""))
    form = request.form
    try:
        parts = _choices(vote, credential)
        channel = BallotChannel(form.get("channel", "")) if is_assisted() else BallotChannel.WEB
        sequence = int(form.get("sequence", "0"))
        ballot = CastBallot(
            slug, form["credential"], sequence, form.get("attempt", ""), parts, channel
        )
        with unit_of_work(ANONYMOUS) as work:
            receipt = cast_ballot(work, ballot)
    except DomainError as error:
        is_other = error.slug == "ballot-superseded"
        return _ballot(slug, form["credential"], _CAST_MEANWHILE if is_other else error)
    except ValueError:
        abort(400)
    return _acknowledged(slug, receipt)


@blueprint.get("/<string:slug>/done")
@access()
def done(slug: str) -> Response:
    """The receipt that the browser brings along; going back here sends no ballot again."""
    receipt, *places = kept_receipt(slug).split(".")
    codes = [part.code for part, _ in page_of_ballot(slug).parts]
    try:
        filled = [codes[int(place)] for place in places]
    except (ValueError, IndexError):
        filled = []
    if not read_code(receipt) or not filled:
        return redirect(start_address(slug), 303)
    return _receipt_page(slug, receipt, filled)


def _acknowledged(slug: str, receipt: Receipt) -> Response:
    """To the receipt's own page; at once where the browser keeps nothing to bring along."""
    filled = list(receipt.published_ids)
    if not keeps_receipts(slug):
        return _receipt_page(slug, receipt.receipt, filled)
    codes = [part.code for part, _ in page_of_ballot(slug).parts]
    places = [str(codes.index(code)) for code in filled]
    address = url_for("vote.done", slug=slug, channel=request.form.get("channel") or None)
    response = redirect(address, 303)
    seconds = _RECEIPT_SECONDS_ASSISTED if is_assisted() else _RECEIPT_SECONDS
    keep_receipt(response, slug, ".".join([receipt.receipt, *places]), seconds)
    return response


def _receipt_page(slug: str, receipt: str, filled: list[str]) -> Response:
    names = {part.code: part.name for part, _ in page_of_ballot(slug).parts}
    marks = [(names[code], published_id(receipt, code)) for code in filled]
    return vote_page(
        "voting/vote_receipt.html", slug, receipt=receipt, marks=marks, minutes=_RECEIPT_MINUTES
    )


def _to_keep(kept: KeptPass | None, pass_code: str | None, credential: str) -> KeptPass | None:
    """What the browser keeps from now on; what somebody here may come back with stays."""
    is_wanted = pass_code is not None and "keep" in request.form
    if kept is None or not may_keep() or not (is_wanted or kept.is_used):
        return None
    return kept.opening(pass_code or "", credential)


def _opened(slug: str, kept: KeptPass | None) -> tuple[str | None, str]:
    """The pass, None with a letter, and the credential; a ballot opened here opens as before."""
    pass_code = _pass_typed()
    try:
        return pass_code, _credential(slug, pass_code)
    except Conflict as error:
        if error.slug != "credential-issued" or pass_code is None or kept is None:
            raise
        return kept.pass_code, _credential(slug, kept.pass_code)


def _pass_typed() -> str | None:
    """The pass in the form, the voter's own before the one that was shown; None with a letter."""
    form = request.form
    if "one_time_code" not in form:
        return None
    own = form.get("own_pass", "").strip()
    pass_code = read_code(own or form.get("pass_code", ""))
    if pass_code is None:
        raise Invalid("pass-not-valid", pointer="/own_pass")
    return pass_code


def _credential(slug: str, pass_code: str | None) -> str:
    """The credential for what was typed; raises `Forbidden` where it opens nothing."""
    form, nonce = request.form, None
    proof: AccessCode | SentCode = AccessCode(form.get("access_code", ""))
    if pass_code is not None:
        number = form.get("register_number", "")
        region = current_runtime().settings.phone_region
        address = read_address(form.get("address", ""), region)
        proof = SentCode(number, address, form["one_time_code"])
        nonce = nonce_of_pass(pass_code, slug, number)
    with unit_of_work(ANONYMOUS) as work:
        credential = take_credential(work, TakeCredential(slug, proof, nonce))
    if credential is None:
        raise Forbidden("vote-code-not-right")
    return credential


def _field_of(error: DomainError, *, is_sent: bool) -> str:
    if error.slug == "pass-not-valid":
        return "own_pass"
    return "one_time_code" if is_sent else "access_code"


def _vote(slug: str, credential_text: str) -> tuple[Vote, Credential]:
    """The vote, where it is under way for the holder of the credential."""
    session, runtime = current_session(), current_runtime()
    vote = prepared_vote(session, runtime, slug)
    credential = vote.keys.read(credential_text)
    require_open(session, vote, runtime.clock.now(), is_test=credential.is_test)
    return vote, credential


def _choices(vote: Vote, credential: Credential) -> dict[str, Choices]:
    """The ballot in the form; raises `Invalid` with everything wrong with it."""
    paper = vote.paper
    parts = ballot_in(request.form, paper.form.kind, paper.parts)
    check_ballot(paper, parts, credential.district)
    return parts


def _ballot(
    slug: str,
    credential_text: str,
    error: DomainError | None = None,
    pass_code: str | None = None,
    *,
    is_kept: bool = False,
) -> Response:
    session, runtime = current_session(), current_runtime()
    vote, credential = _vote(slug, credential_text)
    page = page_of_ballot(slug)
    rows = {part.code: (part, projects) for part, projects in page.parts}
    offered, typed = _offered(vote, credential), _typed(vote)
    has_choice = sum(not part.is_citywide for part in offered) > 1
    cast_before = ballot_status(session, runtime, slug, credential_text)
    return vote_page(
        "voting/vote_ballot.html",
        slug,
        error,
        errors=error_views(describe_on_page(error), offered) if error else [],
        credential=credential_text,
        pass_code=pass_code,
        is_kept=is_kept,
        cast_before=cast_before,
        sequence=cast_before + 1,
        attempt=runtime.ids.ballot_id(),
        form=page.form,
        is_one_district=has_choice and page.form.districts is Districts.ANY_ONE,
        parts=[
            (*rows[part.code], sum_words(page.cycle, page.form, part, typed.get(part.code)))
            for part in offered
        ],
        packs=_packs(page) if is_kiosk() else {},
        said=set(ballot_fields(request.form)),
        values=request.form,
        chosen_field=chosen_field,
        number_field=number_field,
    )


def _packs(page: BallotPage) -> Mapping[str, PackView]:
    """What voters should know, by proposal: a kiosk leads nowhere else, so it shows it itself."""
    numbers = [one.proposal_number for _, projects in page.parts for one in projects]
    packs = packs_by_number(current_session(), [number for number in numbers if number])
    return {number: pack_view(page.cycle, pack) for number, pack in packs.items()}


def _time_left(slug: str) -> timedelta:
    return page_of_ballot(slug).span.ends_at - current_runtime().clock.now()


def _offered(vote: Vote, credential: Credential) -> list[BallotPart]:
    """The parts the voter may fill in."""
    return parts_of_voter(vote.paper.form, vote.paper.parts, credential.district)


def _typed(vote: Vote) -> dict[str, Choices]:
    """The ballot in the form as far as it can be read."""
    try:
        return ballot_in(request.form, vote.paper.form.kind, vote.paper.parts)
    except Invalid:
        return {}
