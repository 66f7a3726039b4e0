"""How often the city changed or hid what people said and showed, for anybody to see."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.decision_log import Decision

ACTIONS = (
    *("text.moderated", "comment.hidden", "reason.hidden", "photo.refused", "photo.covered"),
    *("proposal.moderated", "proposal.comment_hidden"),
    *("proposal.photo_refused", "proposal.photo_covered"),
    *("project.photo_refused", "project.photo_covered"),
)


def moderation_counts(session: Session) -> dict[str, int]:
    """Decisions so far, by action; they are counted from the log anybody can check."""
    found = session.execute(
        sa.select(Decision.action, sa.func.count())
        .where(Decision.action.in_(ACTIONS))
        .group_by(Decision.action)
    )
    return dict.fromkeys(ACTIONS, 0) | {row.action: row[1] for row in found}
