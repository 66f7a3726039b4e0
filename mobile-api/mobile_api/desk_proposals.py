"""Staff with proposals: for people without a phone, for the reviews, and for the ballot."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from backend.ballots.cycle.queries import find_cycle, projects_of
from backend.ballots.proposals.add_comment import add_comment
from backend.ballots.proposals.change_cost import change_cost
from backend.ballots.proposals.co_propose import leave
from backend.ballots.proposals.commands import (
    Appeal,
    ChangeCost,
    Consent,
    CoverWords,
    DecideFeasibility,
    EndRearrangement,
    HideComment,
    ModerateProposal,
    NoteFindings,
    PutOnBallot,
    Rearrange,
    Say,
    SubmitProposal,
    Translate,
    Withdraw,
    WritePack,
)
from backend.ballots.proposals.cover_words import cover_words
from backend.ballots.proposals.edit_proposal import withdraw
from backend.ballots.proposals.end_rearrangement import end_rearrangement
from backend.ballots.proposals.moderate import hide_comment, moderate_proposal
from backend.ballots.proposals.put_on_ballot import put_on_ballot
from backend.ballots.proposals.queries import Wanted, find_proposal, list_proposals
from backend.ballots.proposals.rearrange import consent, rearrange
from backend.ballots.proposals.review import appeal, decide_feasibility, note_findings
from backend.ballots.proposals.staff_proposal import KnownProposer, known_proposers
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.ballots.proposals.translate import translate
from backend.ballots.proposals.workflow import REVIEWERS, UNDECIDED
from backend.ballots.proposals.write_pack import write_pack
from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from mobile_api.desk_proposal_schemas import (
    BallotSettledSchema,
    ConsentForSchema,
    CostSchema,
    CoveringSchema,
    DeskProposalSchema,
    FindingsSchema,
    HidingSchema,
    ModeratingSchema,
    ProposalForSchema,
    ProposalMadeSchema,
    TranslatingSchema,
    VerdictSchema,
    WholePackSchema,
)
from mobile_api.face import documents_desk, make_desk_blueprint
from mobile_api.kept_contact import contact_document
from mobile_api.overdue import PageQuerySchema
from mobile_api.proposal_documents import line_documents, proposal_now, rearrangement_document
from mobile_api.proposal_schemas import (
    BodySchema,
    ProposalAppealSchema,
    ProposalsSchema,
    RearrangementSchema,
    RearrangeSchema,
    SayingSchema,
    WithdrawalSchema,
)

blueprint = make_desk_blueprint("proposals", "Staff: propose for people, review, settle.")
_ONE = "/proposals/<string:number>"


def _act(method: str, what: str, schema: type[BodySchema], *, roles: Any = REVIEWERS) -> Any:
    """Decorator: a route that changes a proposal and answers with it."""

    def declare(view: Any) -> Any:
        for decorate in (
            access(*roles),
            documents_desk(blueprint, 400, 404, 409, 413, 415, 422),
            blueprint.response(200, DeskProposalSchema),
            blueprint.arguments(schema()),
            blueprint.route(f"{_ONE}/{what}", methods=[method]),
        ):
            view = decorate(view)
        return view

    return declare


@blueprint.route("/cycles/<string:slug>/proposals", methods=["POST"])
@blueprint.arguments(ProposalForSchema())
@blueprint.response(201, ProposalMadeSchema)
@blueprint.alt_response(200, schema=ProposalMadeSchema, description="Sent before")
@documents_desk(blueprint, 400, 404, 409, 413, 415, 422)
@access(*REVIEWERS)
def create_proposal_for_person(said: dict[str, Any], slug: str) -> tuple[dict[str, Any], int]:
    """Propose for somebody; they take their place with the code whenever they have a phone."""
    with unit_of_work(current_actor()) as work:
        made = submit_proposal(work, SubmitProposal(cycle=slug, **said))
    return {"number": made.number, "code": made.code}, 201 if made.is_new else 200


@blueprint.route("/cycles/<string:slug>/proposals/waiting", methods=["GET"])
@blueprint.arguments(PageQuerySchema(), location="query")
@blueprint.response(200, ProposalsSchema)
@documents_desk(blueprint, 404, 422)
@access(*REVIEWERS)
def list_waiting_proposals(asked: dict[str, int], slug: str) -> dict[str, Any]:
    """What waits for the city's decision."""
    session, size = current_session(), asked["page_size"]
    cycle, wanted = find_cycle(session, slug), Wanted(states=UNDECIDED)
    offset = (asked["page"] - 1) * size
    total, found = list_proposals(session, cycle, wanted, limit=size, offset=offset)
    return {"total": total, "proposals": line_documents(session, found)}


@blueprint.route("/cycles/<string:slug>/proposals/settling", methods=["POST"])
@blueprint.response(200, BallotSettledSchema)
@documents_desk(blueprint, 404, 409, 422)
@access(*REVIEWERS)
def create_settling(slug: str) -> dict[str, int]:
    """Put every feasible proposal on the ballot; refused with a list of what is not ready."""
    with unit_of_work(current_actor()) as work:
        cycle = put_on_ballot(work, PutOnBallot(slug))
        return {"projects": len(projects_of(work.session, cycle))}


@blueprint.route(_ONE, methods=["GET"])
@blueprint.response(200, DeskProposalSchema)
@documents_desk(blueprint, 404)
@access(*REVIEWERS)
def get_proposal_for_staff(number: str) -> dict[str, Any]:
    """A proposal with the people behind it."""
    return _for_staff(number)


@_act("POST", "findings", FindingsSchema)
def create_findings(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Note what was found; the first finding takes it into review."""
    return _done(number, lambda work: note_findings(work, NoteFindings(number=number, **said)))


@_act("POST", "outcome", VerdictSchema)
def create_outcome(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Accept it, accept it with changes, or refuse it, as the findings say."""
    command = DecideFeasibility(number=number, **said)
    return _done(number, lambda work: decide_feasibility(work, command))


@_act("PUT", "cost", CostSchema)
def set_cost_of_proposal(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say what it costs after all, and why."""
    return _done(number, lambda work: change_cost(work, ChangeCost(number=number, **said)))


@_act("PUT", "pack", WholePackSchema)
def set_pack(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Write what voters should know; `missing` says what it lacks."""
    return _done(number, lambda work: write_pack(work, WritePack(number=number, **said)))


@_act("PUT", "translations/<string:language>", TranslatingSchema, roles=STAFF)
def set_translation(said: dict[str, Any], number: str, language: str) -> dict[str, Any]:
    """Give title and summary in another language."""
    command = Translate(number=number, language=language, **said)
    return _done(number, lambda work: translate(work, command))


@_act("PUT", "public-words", ModeratingSchema)
def set_public_words(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Put other words in the place of those that must not be read, until the ballot is settled."""
    command = ModerateProposal(number=number, **said)
    return _done(number, lambda work: moderate_proposal(work, command))


@_act("POST", "covering", CoveringSchema, roles=(Role.ADMIN,))
def create_covering(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Cover a passage once the ballot is settled, there as on the page and in the pack."""
    return _done(number, lambda work: cover_words(work, CoverWords(number=number, **said)))


@_act("POST", "comments", SayingSchema)
def create_proposal_comment_of_staff(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say something everybody can read; as an answer it ends what is owed."""
    return _done(number, lambda work: add_comment(work, Say(number=number, **said)))


@_act("POST", "withdrawal", WithdrawalSchema)
def create_withdrawal_for_proposer(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Take it back for whoever made it."""
    return _done(number, lambda work: withdraw(work, Withdraw(number=number, **said)))


@_act("POST", "appeal", ProposalAppealSchema)
def create_appeal_for_proposer(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Appeal for whoever cannot themselves; another person decides."""
    return _done(number, lambda work: appeal(work, Appeal(number=number, **said)))


@blueprint.route(f"{_ONE}/proposers/<int(max={2**63 - 1}):id>", methods=["DELETE"])
@blueprint.response(204, description="Nothing of the person is left on it")
@documents_desk(blueprint, 404)
@access(*REVIEWERS)
def remove_proposer(number: str, id: int) -> None:
    """Take somebody off it at their wish: name, interests and contact go."""
    with unit_of_work(current_actor()) as work:
        leave(work, number, id)


@blueprint.route("/cycles/<string:slug>/rearrangements", methods=["POST"])
@blueprint.arguments(RearrangeSchema())
@blueprint.response(201, RearrangementSchema)
@documents_desk(blueprint, 400, 404, 409, 413, 415, 422)
@access(*REVIEWERS)
def create_rearrangement_of_staff(said: dict[str, Any], slug: str) -> dict[str, Any]:
    """Ask those who made some proposals to merge them, or to split one."""
    with unit_of_work(current_actor()) as work:
        return rearrangement_document(rearrange(work, Rearrange(cycle=slug, **said)))


@blueprint.route("/rearrangements/<uuid:id>/consent", methods=["PUT"])
@blueprint.arguments(ConsentForSchema())
@blueprint.response(200, RearrangementSchema)
@documents_desk(blueprint, 400, 404, 409, 413, 415, 422)
@access(*REVIEWERS)
def set_consent_for_proposer(said: dict[str, Any], id: UUID) -> dict[str, Any]:
    """Write down the yes or no of a proposer without a phone."""
    with unit_of_work(current_actor()) as work:
        return rearrangement_document(consent(work, Consent(id, **said)))


@blueprint.route("/rearrangements/<uuid:id>/ending", methods=["POST"])
@blueprint.arguments(HidingSchema())
@blueprint.response(200, RearrangementSchema)
@documents_desk(blueprint, 400, 404, 413, 415, 422)
@access(*REVIEWERS)
def create_rearrangement_ending(said: dict[str, str], id: UUID) -> dict[str, Any]:
    """Ask nobody any longer; the words are gone, and everybody can read why."""
    with unit_of_work(current_actor()) as work:
        return rearrangement_document(end_rearrangement(work, EndRearrangement(id, **said)))


@blueprint.route("/proposal-comments/<uuid:id>/hiding", methods=["POST"])
@blueprint.arguments(HidingSchema())
@blueprint.response(204, description="The public reads it no more")
@documents_desk(blueprint, 400, 404, 413, 415, 422)
@access(*REVIEWERS)
def create_comment_hiding(said: dict[str, str], id: UUID) -> None:
    """Hide a comment, for a reason everybody can read; again changes nothing."""
    with unit_of_work(current_actor()) as work:
        hide_comment(work, HideComment(id, **said))


def _done(number: str, act: Callable[[UnitOfWork], object]) -> dict[str, Any]:
    with unit_of_work(current_actor()) as work:
        act(work)
    # Not while others wait to write: it is far more reading than the act was.
    return _for_staff(number)


def _for_staff(number: str) -> dict[str, Any]:
    session = current_session()
    proposal = find_proposal(session, number)
    people = [_known(one) for one in known_proposers(session, current_runtime(), proposal)]
    return {**proposal_now(session, number), "people": people}


def _known(one: KnownProposer) -> dict[str, Any]:
    return {
        "id": one.id,
        "display_name": one.display_name,
        "interests": one.interests,
        "code": one.code,
        **contact_document(one.contact),
    }
