"""People with proposals, for tests: who they are, what they send, and the whole way to a ballot."""

from dataclasses import replace
from uuid import UUID

from acting import do
from cycles import A_CYCLE
from worlds import IN_SW

from backend.ballots.proposals.commands import (
    CostLine,
    Criterion,
    DecideFeasibility,
    Draft,
    NoteFindings,
    Source,
    SubmitProposal,
    Verdict,
    WritePack,
)
from backend.ballots.proposals.models import Proposal
from backend.ballots.proposals.queries import find_proposal
from backend.ballots.proposals.review import decide_feasibility, note_findings
from backend.ballots.proposals.submit_proposal import submit_proposal
from backend.ballots.proposals.workflow import State
from backend.core.actors import Actor, Role
from backend.core.channels import Channel
from backend.core.db import current_session

ANNA, BOB, CLEO = (Actor("resident", Role.RESIDENT, reporter=letter * 64) for letter in "abc")
REVIEWER, OTHER_REVIEWER = (Actor(f"staff:{n}", Role.WARD_STAFF, "Reviewer") for n in (1, 2))
SWINGS = Draft(
    "Swings for the small park",
    "Three swings, one of them for wheelchairs.",
    "en",
    cost=12_000_00,
    lon=IN_SW[0],
    lat=IN_SW[1],
)


def an_id(number: int) -> UUID:
    return UUID(int=(7 << 76) | (2 << 62) | (number << 8))


def a_proposal(number: int, **changes: object) -> SubmitProposal:
    """One from a phone; `number` makes its id, and what a draft has changes in the draft."""
    words = {name: changes.pop(name) for name in [*changes] if hasattr(SWINGS, name)}
    draft = replace(SWINGS, **words)  # type: ignore[arg-type]
    command = SubmitProposal(an_id(number), A_CYCLE.slug, draft, Channel.APP)
    return replace(command, **changes)  # type: ignore[arg-type]


def propose(number: int, actor: Actor = ANNA, **changes: object) -> str:
    """A proposal that is there, by its public number."""
    made: str = do(actor, submit_proposal, a_proposal(number, **changes)).number
    return made


def stored(number: str) -> Proposal:
    """It as it is now."""
    session = current_session()
    session.rollback()
    return find_proposal(session, number)


def note(number: str, actor: Actor = REVIEWER, **verdicts: Verdict) -> None:
    """Findings by every criterion: met, unless said otherwise."""
    found = {one: (verdicts.get(one, Verdict.MET), f"About {one}.") for one in Criterion}
    do(actor, note_findings, NoteFindings(number, stored(number).version, found))


def decide(
    number: str, outcome: State, actor: Actor = REVIEWER, reason: str = "As found."
) -> DecideFeasibility:
    """The outcome, as a command for its newest version."""
    return DecideFeasibility(number, stored(number).version, outcome, reason)


def accept(number: str) -> None:
    """It is feasible."""
    note(number)
    do(REVIEWER, decide_feasibility, decide(number, State.ACCEPTED))


def a_pack(number: str, **changes: object) -> WritePack:
    """A complete pack for its newest version."""
    proposal = stored(number)
    pack = WritePack(
        number,
        proposal.version,
        pros=["Children can play close to home."],
        cons=["Two parking places go."],
        cost_lines=[CostLine("Swings", 9_000_00), CostLine("Ground", 3_000_00)],
        sources=[Source("Plan of the park", "https://example.org/plan")],
        is_undisputed=True,
    )
    return replace(pack, **changes)  # type: ignore[arg-type]
