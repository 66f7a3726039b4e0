"""What the city keeps of how it answers."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backend.core.db import Base


class AnswerTemplate(Base):
    """Words that staff begin an answer with; what they send is theirs to change."""

    __tablename__ = "answer_template"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    # The state a report is moved to with it; empty for an answer that moves nothing.
    step: Mapped[str] = mapped_column(sa.String(20))
    # Codes of the services it is for; none for all.
    services: Mapped[list[Any]]
    # In each language once, the catalogue's own first: [{"language": ..., "text": ...}, ...].
    texts: Mapped[list[Any]]
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(sa.String(80))
