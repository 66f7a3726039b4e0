"""That somebody was shown what may be the same is kept: silence after it is not ignorance."""

from collections.abc import Sequence

import sqlalchemy as sa

from backend.core.channels import Channel
from backend.core.db import table_of
from backend.core.uow import UnitOfWork
from backend.reports.duplicates.candidates import Candidate
from backend.reports.duplicates.models import Exposure
from backend.reports.events import PersonErased

_EXPOSURE = table_of(Exposure)


def note_exposure(
    work: UnitOfWork, candidates: Sequence[Candidate], service_code: str, channel: Channel
) -> None:
    """Keep that whoever acts, about to report to a service, was shown the candidates; no words."""
    rows = [
        {
            "at": work.now,
            "incident_id": candidate.incident_id,
            "service_code": service_code,
            "channel": channel.value,
            "reporter_hash": work.actor.reporter,
        }
        # In the order of incidents, which each row refers to and so holds.
        for candidate in sorted(candidates, key=lambda one: one.incident_id)
    ]
    work.session.execute(sa.insert(_EXPOSURE), rows)


def on_person_erased(work: UnitOfWork, event: PersonErased) -> None:
    """What was shown stays counted, to nobody in particular."""
    shown = sa.update(_EXPOSURE).where(_EXPOSURE.c.reporter_hash.in_(event.hashes))
    work.session.execute(shown.values(reporter_hash=None))
