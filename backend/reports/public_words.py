"""What the public reads of residents' words: as moderated, and nothing that the city hid."""

import sqlalchemy as sa

from backend.core.db import table_of
from backend.reports.models import IncidentChange, ModeratedText, Service, ServiceRequest
from backend.reports.workflow import State

_REQUEST, _MODERATED, _SERVICE, _CHANGE = map(
    table_of, (ServiceRequest, ModeratedText, Service, IncidentChange)
)

PUBLIC_DESCRIPTION = sa.func.coalesce(_MODERATED.c.description, _REQUEST.c.description)
"""Of a request beside its moderated text, if it has one."""

PUBLIC_ADDRESS = sa.case(
    (
        sa.and_(
            # A street and a number would tell what the rounding hides.
            _SERVICE.c.public_grid_metres.is_(None),
            # They are free words too, and nobody chose others for them.
            _MODERATED.c.service_request_id.is_(None),
        ),
        _REQUEST.c.address,
    )
)
"""The same, beside the service of its incident."""

PUBLIC_REASON = sa.case((sa.not_(_CHANGE.c.is_reason_hidden), _CHANGE.c.reason))
"""Of a step."""

IS_RESIDENTS_REASON = sa.and_(
    _CHANGE.c.reason.is_not(None),
    (_CHANGE.c.kind == "appeal") | (_CHANGE.c.to_state == State.REOPENED),
    sa.not_(_CHANGE.c.actor.startswith("staff:")),
)
"""Whether a step holds a resident's words; all other reasons are the city's own."""
