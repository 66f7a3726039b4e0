"""Those who made a proposal show what they mean."""

from backend.ballots.proposals.commands import AddProposalPhoto
from backend.ballots.proposals.edit_proposal import hold_editable
from backend.ballots.proposals.queries import find_proposal
from backend.core.uow import UnitOfWork
from backend.photos.commands import OpenSlot
from backend.photos.open_slot import Opened, Welcome, open_slot
from backend.photos.subject import Subject, SubjectKind


def add_proposal_photo(work: UnitOfWork, command: AddProposalPhoto) -> Opened:
    """Room for a photo, as long as the words may be edited; announcing it again is the same room.

    Raises `NotFound`, `Forbidden` and `Conflict` like an edit, and like `open_slot`.
    """
    proposal_id = find_proposal(work.session, command.number).id

    def welcome() -> Welcome:
        return Welcome(hold_editable(work, command.number).number)

    subject = Subject(SubjectKind.PROPOSAL, proposal_id)
    slot = OpenSlot(command.id, subject, command.size_bytes, command.alt_text)
    return open_slot(work, slot, welcome)
