"""What people do with a proposal: support it, talk about it, make it together, take it back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.co_propose import invite, join, leave
from backend.ballots.proposals.commands import (
    Appeal,
    Consent,
    Join,
    Rearrange,
    Say,
    Withdraw,
)
from backend.ballots.proposals.edit_proposal import withdraw
from backend.ballots.proposals.endorse import endorse, take_back_endorsement
from backend.ballots.proposals.rearrange import consent, rearrange
from backend.ballots.proposals.review import appeal
from backend.core.access import access, current_actor
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.proposal_documents import proposal_now, rearrangement_document
from mobile_api.proposal_schemas import (
    BodySchema,
    ConsentSchema,
    InvitationSchema,
    JoiningSchema,
    ProposalAppealSchema,
    ProposalSchema,
    RearrangementSchema,
    RearrangeSchema,
    SayingSchema,
    WithdrawalSchema,
)

blueprint = make_blueprint("proposal_acts", "Support, discuss and change what is proposed.")
_ONE = "/proposals/<string:number>"


def _takes(what: str, schema: type[BodySchema]) -> Callable[[Any], Any]:
    """Decorator: what the routes that answer with the proposal have in common."""

    def declare(view: Any) -> Any:
        for decorate in (
            access(),
            documents_problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
            blueprint.response(200, ProposalSchema),
            blueprint.arguments(schema()),
            blueprint.route(f"{_ONE}/{what}", methods=["POST"]),
        ):
            view = decorate(view)
        return view

    return declare


@_takes("comments", SayingSchema)
def create_proposal_comment(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Comment, ask the city or the proposer, or answer a question; sending twice is safe."""
    return _done(number, lambda work: add_comment(work, Say(number=number, **said)))


@_takes("proposers", JoiningSchema)
def create_proposer(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Stand behind a proposal, with the code of an invitation or of a place kept for you."""
    return _done(number, lambda work: join(work, Join(number=number, **said)))


@_takes("withdrawal", WithdrawalSchema)
def create_withdrawal(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Take it back; for whoever made it first."""
    return _done(number, lambda work: withdraw(work, Withdraw(number=number, **said)))


@_takes("appeal", ProposalAppealSchema)
def create_proposal_appeal(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Ask that another person decides again; for those who made it, once and in time."""
    return _done(number, lambda work: appeal(work, Appeal(number=number, **said)))


@blueprint.route(f"{_ONE}/endorsement", methods=["PUT"])
@blueprint.response(204, description="You support it")
@documents_problems(blueprint, 401, 404, 409, 429, 503)
@access()
def set_endorsement(number: str) -> None:
    """Support it; needs a token, and counts once however often it is sent."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        endorse(work, number)


@blueprint.route(f"{_ONE}/endorsement", methods=["DELETE"])
@blueprint.response(204, description="You do not support it")
@documents_problems(blueprint, 401, 404, 429, 503)
@access()
def remove_endorsement(number: str) -> None:
    """Support it no longer."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        take_back_endorsement(work, number)


@blueprint.route(f"{_ONE}/invitations", methods=["POST"])
@blueprint.response(201, InvitationSchema)
@documents_problems(blueprint, 401, 403, 404, 409, 429, 503)
@access()
def create_invitation(number: str) -> dict[str, str]:
    """A code with which one more person can join; for those who made it."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        return {"code": invite(work, number)}


@blueprint.route(f"{_ONE}/proposers/me", methods=["DELETE"])
@blueprint.response(204, description="You do not stand behind it")
@documents_problems(blueprint, 401, 404, 429, 503)
@access()
def remove_own_place(number: str) -> None:
    """Stand behind it no longer; its words stay."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        leave(work, number)


@blueprint.route("/cycles/<string:slug>/rearrangements", methods=["POST"])
@blueprint.arguments(RearrangeSchema())
@blueprint.response(201, RearrangementSchema)
@documents_problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_rearrangement(said: dict[str, Any], slug: str) -> dict[str, Any]:
    """Ask all who made some proposals to merge them, or to split one; sending twice is safe."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        return rearrangement_document(rearrange(work, Rearrange(cycle=slug, **said)))


@blueprint.route("/rearrangements/<uuid:id>/consent", methods=["PUT"])
@blueprint.arguments(ConsentSchema())
@blueprint.response(200, RearrangementSchema)
@documents_problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def set_consent(said: dict[str, Any], id: UUID) -> dict[str, Any]:
    """Agree or not; the last yes carries it out, one no ends it."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        return rearrangement_document(consent(work, Consent(id, **said)))


def _done(number: str, act: Callable[[UnitOfWork], object]) -> dict[str, Any]:
    """The proposal after `act`."""
    _slow_down()
    with unit_of_work(current_actor()) as work:
        act(work)
        work.session.flush()
        return proposal_now(work.session, number)


def _slow_down() -> None:
    settings = current_runtime().settings
    slow_down("proposal act", settings.report_limit, settings.device_report_limit)
