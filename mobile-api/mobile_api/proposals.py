"""Proposing something for a cycle, and reading what others proposed."""

from typing import Any

from backend.ballots.cycle.queries import public_cycle
from backend.ballots.proposals.commands import EditProposal, SubmitProposal
from backend.ballots.proposals.edit_proposal import edit_proposal
from backend.ballots.proposals.overdue import overdue_answers
from backend.ballots.proposals.queries import (
    Wanted,
    comments_of,
    find_proposal,
    list_proposals,
)
from backend.ballots.proposals.similar import similar_proposals
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.core.access import access, current_actor
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.text_brake import hold_back_alike
from backend.core.uow import unit_of_work
from mobile_api.answer_back import CommentsQuerySchema
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.proposal_documents import (
    comment_document,
    line_documents,
    overdue_document,
    proposal_now,
    similar_document,
)
from mobile_api.proposal_schemas import (
    EditSchema,
    NewProposalSchema,
    OverdueAnswerSchema,
    ProposalCommentSchema,
    ProposalSchema,
    ProposalsQuerySchema,
    ProposalsSchema,
    SimilarQuerySchema,
    SimilarSchema,
)

blueprint = make_blueprint("proposals", "Propose something for the city's budget.")
_OF_CYCLE = "/cycles/<string:slug>/proposals"


@blueprint.route(_OF_CYCLE, methods=["POST"])
@blueprint.arguments(NewProposalSchema())
@blueprint.response(201, ProposalSchema)
@blueprint.alt_response(200, schema=ProposalSchema, description="Sent before; nothing was added")
@documents_problems(blueprint, 400, 401, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_proposal(said: dict[str, Any], slug: str) -> tuple[dict[str, Any], int]:
    """Propose something; needs a token. Sending it again with the same id is the same proposal."""
    runtime = current_runtime()
    settings = runtime.settings
    command = SubmitProposal(cycle=slug, channel=Channel.APP, **said)
    sender = slow_down("proposal", settings.report_limit, settings.device_report_limit)
    words = f"{command.draft.title} {command.draft.summary} {command.draft.description}"
    hold_back_alike(runtime.limits, settings.alike_limit, sender, command.id, words)
    with unit_of_work(current_actor()) as work:
        made = submit_proposal(work, command)
        document = proposal_now(work.session, made.number)
    return document, 201 if made.is_new else 200


@blueprint.route(_OF_CYCLE, methods=["GET"])
@blueprint.arguments(ProposalsQuerySchema(), location="query")
@blueprint.response(200, ProposalsSchema)
@documents_problems(blueprint, 401, 404, 422, 503)
@access()
def list_proposals_of_cycle(asked: dict[str, Any], slug: str) -> dict[str, Any]:
    """The proposals of a cycle, newest first."""
    session, size = current_session(), asked["page_size"]
    wanted = Wanted(asked["part"], asked["category"])
    if asked["state"] is not None:
        wanted = Wanted(asked["part"], asked["category"], (asked["state"],))
    offset = (asked["page"] - 1) * size
    cycle = public_cycle(session, slug)
    total, found = list_proposals(session, cycle, wanted, limit=size, offset=offset)
    return {"total": total, "proposals": line_documents(session, found)}


@blueprint.route(f"{_OF_CYCLE}/similar", methods=["GET"])
@blueprint.arguments(SimilarQuerySchema(), location="query")
@blueprint.response(200, SimilarSchema(many=True))
@documents_problems(blueprint, 401, 404, 422, 429, 503)
@access()
def list_similar(asked: dict[str, Any], slug: str) -> list[dict[str, Any]]:
    """What may be the same as somebody is writing, likeliest first."""
    settings = current_runtime().settings
    slow_down("similar", settings.offline_limit, settings.offline_limit)
    session = current_session()
    place = None if None in (asked["lon"], asked["lat"]) else (asked["lon"], asked["lat"])
    found = similar_proposals(session, public_cycle(session, slug), asked["title"], place)
    return [similar_document(one) for one in found]


@blueprint.route(f"{_OF_CYCLE}/overdue", methods=["GET"])
@blueprint.response(200, OverdueAnswerSchema(many=True))
@documents_problems(blueprint, 401, 404, 503)
@access()
def list_overdue_answers(slug: str) -> list[dict[str, Any]]:
    """What is owed an answer and has none by its date, longest overdue first."""
    session = current_session()
    now = current_runtime().clock.now()
    return [
        overdue_document(one) for one in overdue_answers(session, public_cycle(session, slug), now)
    ]


@blueprint.route("/proposals/<string:number>", methods=["GET"])
@blueprint.response(200, ProposalSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_proposal(number: str) -> dict[str, Any]:
    """All that anybody may know of a proposal."""
    return proposal_now(current_session(), number)


@blueprint.route("/proposals/<string:number>", methods=["PUT"])
@blueprint.arguments(EditSchema())
@blueprint.response(200, ProposalSchema)
@documents_problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def set_proposal(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say it in other words, while ideas are collected; for those who made it."""
    settings = current_runtime().settings
    slow_down("proposal", settings.report_limit, settings.device_report_limit)
    with unit_of_work(current_actor()) as work:
        edit_proposal(work, EditProposal(number=number, **said))
        return proposal_now(work.session, number)


@blueprint.route("/proposals/<string:number>/comments", methods=["GET"])
@blueprint.arguments(CommentsQuerySchema, location="query")
@blueprint.response(200, ProposalCommentSchema(many=True))
@documents_problems(blueprint, 401, 404, 422, 503)
@access()
def list_proposal_comments(asked: dict[str, int], number: str) -> list[dict[str, Any]]:
    """The newest comments but `offset`, oldest of them first."""
    session = current_session()
    found = comments_of(session, find_proposal(session, number).id, asked["offset"])
    return [comment_document(one) for one in found]
