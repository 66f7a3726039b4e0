"""What the city changed or hid of what people said and showed."""

from marshmallow import Schema, fields

from backend.core.access import access
from backend.core.db import current_session
from backend.reports.privacy.moderation_counts import moderation_counts
from mobile_api.face import documents_problems, make_blueprint

blueprint = make_blueprint("moderation", "See how often the city moderates.")


class ModerationSchema(Schema):
    """Decisions so far; each has its entry in the public log, and its reason with the report."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


@blueprint.route("/moderation", methods=["GET"])
@blueprint.response(200, ModerationSchema)
@documents_problems(blueprint, 401, 503)
@access()
def count_moderation() -> dict[str, dict[str, int]]:
    """How often texts were changed, and comments, reasons and photos hidden or covered."""
    return {"counts": moderation_counts(current_session())}
