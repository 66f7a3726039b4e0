"""Staff change or hide what the public reads of somebody's words."""

from typing import Any
from uuid import UUID

from backend.core.access import access, current_actor
from backend.core.uow import unit_of_work
from backend.reports.commands import HideComment, HideReason, ModerateText
from backend.reports.privacy.moderate_text import hide_comment, hide_reason, moderate_text
from backend.reports.workflow import DESK
from mobile_api.desk_acts import act, done
from mobile_api.desk_schemas import PublicWordsSchema, ReasonSchema
from mobile_api.face import documents_desk, make_desk_blueprint

blueprint = make_desk_blueprint("moderation", "Staff: moderate words, with a reason all can read.")


@act(blueprint, "PUT", "public-description", PublicWordsSchema)
def set_public_description(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Let the public read other words; what was said stays as it was said."""
    return done(number, moderate_text, ModerateText(number=number, **said))


@act(blueprint, "POST", f"steps/<int(max={2**63 - 1}):id>/hiding", ReasonSchema)
def create_reason_hiding(said: dict[str, str], number: str, id: int) -> dict[str, Any]:
    """Hide why a resident reopened or appealed; hiding it again changes nothing."""
    return done(number, hide_reason, HideReason(number=number, step_id=id, **said))


@blueprint.route("/comments/<uuid:id>/hiding", methods=["POST"])
@blueprint.arguments(ReasonSchema())
@blueprint.response(204, description="The public reads it no more")
@documents_desk(blueprint, 400, 404, 413, 415, 422)
@access(*DESK)
def create_hiding(said: dict[str, str], id: UUID) -> None:
    """Hide a comment; hiding it again changes nothing."""
    with unit_of_work(current_actor()) as work:
        hide_comment(work, HideComment(id=id, **said))
