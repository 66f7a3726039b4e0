"""Where the endpoints are, and how to get a key."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, abort
from sqlalchemy.orm import Session

from backend.core.access import access, guard
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.decision_log import Decision
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.open311.documents import FORMATS, MIME_TYPES, Document, answer, moment_text
from backend.open311.face import (
    PRODUCTION,
    ROOT,
    TEST,
    blueprint,
    endpoint_address,
    identify_client,
)
from backend.places.queries import the_city

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"

root_blueprint = Blueprint("open311_discovery", __name__, url_prefix=ROOT)
guard(root_blueprint, identify_client)


@root_blueprint.get("/discovery.<string:form>")
@blueprint.get("/discovery.<string:form>")
@access()
def discover(form: str) -> Response:
    """The endpoints; asked below one of them too, where some clients look."""
    if form not in FORMATS:
        abort(404)
    session = current_session()
    changeset = moment_text(_changed_at(session))
    content: dict[str, Any] = {
        "changeset": changeset,
        "contact": _contact(session),
        "key_service": _(
            "Ask the city for a key at the contact above, and say what your program does. "
            "Reading needs none."
        ),
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": endpoint_address(name),
                "changeset": changeset,
                "type": kind,
                "formats": list(MIME_TYPES.values()),
            }
            for name, kind in ((PRODUCTION, "production"), (TEST, "test"))
        ],
    }
    return answer(Document("discovery", content), form)


def _contact(session: Session) -> str:
    name = the_city(session).name
    whom = current_runtime().settings.open311_contact or public_address("web.home")
    return f"{name}: {whom}"


def _changed_at(session: Session) -> datetime:
    """When clients should last have thrown away the services they keep."""
    newest = sa.select(sa.func.max(Decision.at)).where(Decision.subject.in_(("city", "services")))
    return session.execute(newest).scalar_one() or current_runtime().clock.now()
