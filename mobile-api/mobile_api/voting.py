"""Voting by phone: routes that ask for no account, and that nobody's token comes near."""

from typing import Any

from flask import abort, request

from backend.accounts.codes import DIGITS
from backend.accounts.contact_address import read_address
from backend.ballots.cycle.models import CITYWIDE
from backend.ballots.voting.ballot_form import form_to_json
from backend.ballots.voting.ballot_page import BallotPage, ballot_page
from backend.ballots.voting.cast_ballot import Receipt, ballot_status, cast_ballot
from backend.ballots.voting.commands import (
    AccessCode,
    AskVoteCode,
    BallotChannel,
    CastBallot,
    SentCode,
    TakeCredential,
)
from backend.ballots.voting.queries import prepared_vote
from backend.ballots.voting.take_credential import take_credential
from backend.ballots.voting.vote_codes import ask_vote_code
from backend.core.access import access
from backend.core.actors import ANONYMOUS
from backend.core.db import current_session
from backend.core.errors import Forbidden
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from mobile_api.face import documents_problems, make_nobodys_blueprint
from mobile_api.languages import asked_language
from mobile_api.voting_schemas import (
    BallotFormSchema,
    BallotStatusSchema,
    CodeSentSchema,
    CredentialSchema,
    IssuedCredentialSchema,
    NewBallotSchema,
    ProofSchema,
    ReceiptSchema,
    VoterSchema,
)

blueprint = make_nobodys_blueprint(
    "voting", "Vote in a budget: a code becomes a credential, and a credential casts a ballot."
)


@blueprint.before_request
def refuse_and_slow_down() -> None:
    """An address with a NUL leads nowhere; and whoever sends too much waits.

    Counted by network address alone: a count for each voter or ballot would say when they voted.
    """
    if "\0" in (request.view_args or {}).get("slug", ""):
        abort(404)
    if request.method != "GET":
        runtime = current_runtime()
        sender = network_of(request.remote_addr or "")
        runtime.limits.check(runtime.settings.vote_limit, "vote", sender)


@blueprint.route("/cycles/<string:slug>/ballot-form", methods=["GET"])
@blueprint.response(200, BallotFormSchema)
@documents_problems(blueprint, 404, 409, 503)
@access()
def get_ballot_form(slug: str) -> dict[str, Any]:
    """The form of the ballot and everything on it."""
    return _form_document(ballot_page(current_session(), slug, current_runtime().clock.now()))


@blueprint.route("/cycles/<string:slug>/vote-codes", methods=["POST"])
@blueprint.arguments(VoterSchema())
@blueprint.response(202, CodeSentSchema)
@documents_problems(blueprint, 400, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_vote_code(asked: dict[str, str], slug: str) -> dict[str, Any]:
    """Have a one-time code sent, if the register has this address of this voter.

    In the language asked for (Accept-Language).
    """
    settings = current_runtime().settings
    address = read_address(asked["address"], settings.phone_region)
    command = AskVoteCode(slug, asked["register_number"], address, asked_language())
    with unit_of_work(ANONYMOUS) as work:
        ask_vote_code(work, command)
    return {"kind": address.kind.value, "digits": DIGITS}


@blueprint.route("/cycles/<string:slug>/credentials", methods=["POST"])
@blueprint.arguments(ProofSchema())
@blueprint.response(200, IssuedCredentialSchema)
@documents_problems(blueprint, 400, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_credential(proof: dict[str, str], slug: str) -> dict[str, Any]:
    """Exchange a code for the one credential of its voter; the same nonce gets the same again."""
    given = _proof(proof)
    with unit_of_work(ANONYMOUS) as work:
        text = take_credential(work, TakeCredential(slug, given, proof.get("nonce")))
    if text is None:
        raise Forbidden("vote-code-not-right")
    credential = prepared_vote(current_session(), current_runtime(), slug).keys.read(text)
    return {"credential": text, "district": credential.district, "is_test": credential.is_test}


@blueprint.route("/cycles/<string:slug>/ballot", methods=["PUT"])
@blueprint.arguments(NewBallotSchema())
@blueprint.response(200, ReceiptSchema)
@documents_problems(blueprint, 400, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def put_ballot(sent: dict[str, Any], slug: str) -> Receipt:
    """Cast a ballot, or another in its place; until the vote closes the last one counts."""
    ballot = CastBallot(slug, **{**sent, "channel": BallotChannel(sent["channel"])})
    with unit_of_work(ANONYMOUS) as work:
        return cast_ballot(work, ballot)


@blueprint.route("/cycles/<string:slug>/ballot-status", methods=["POST"])
@blueprint.arguments(CredentialSchema())
@blueprint.response(200, BallotStatusSchema)
@documents_problems(blueprint, 400, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def get_ballot_status(sent: dict[str, str], slug: str) -> dict[str, int]:
    """Whether the holder's ballot is in the box, and which number it has; never what it says."""
    session, runtime = current_session(), current_runtime()
    return {"sequence": ballot_status(session, runtime, slug, sent["credential"])}


def _proof(sent: dict[str, str]) -> AccessCode | SentCode:
    if "access_code" in sent:
        return AccessCode(sent["access_code"])
    region = current_runtime().settings.phone_region
    address = read_address(sent["address"], region)
    return SentCode(sent["register_number"], address, sent["one_time_code"])


def _form_document(page: BallotPage) -> dict[str, Any]:
    cycle = page.cycle
    return {
        "slug": cycle.slug,
        "title": cycle.title,
        "is_open": page.is_open,
        "is_over": page.is_over,
        "opens_datetime": page.span.starts_at,
        "closes_datetime": page.span.ends_at,
        "currency": cycle.currency,
        "money_scale": cycle.money_scale,
        "voting_key": cycle.voting_key,
        "form": form_to_json(page.form),
        "parts": [
            {
                "code": part.code,
                "name": part.name,
                "is_citywide": part.code == CITYWIDE,
                "budget": part.budget,
                "projects": projects,
            }
            for part, projects in page.parts
        ],
    }
