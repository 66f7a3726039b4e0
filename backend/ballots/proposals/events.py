"""What has happened to proposals."""

from dataclasses import dataclass
from uuid import UUID

from backend.core.events import Event


@dataclass(frozen=True, slots=True)
class ProposalMoved(Event):
    """A proposal moved along the workflow."""

    proposal_id: UUID


@dataclass(frozen=True, slots=True)
class ProposalDiscussed(Event):
    """Somebody said something under a proposal that anybody can read."""

    proposal_id: UUID
    comment_id: UUID
