"""Staff sign in for a token that speaks for them, and sign out."""

from typing import Any

from flask import request
from marshmallow import RAISE, Schema, fields, validate

from backend.accounts.sign_in import sign_in, sign_out
from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.limits import network_of
from backend.core.uow import unit_of_work
from mobile_api.desk_schemas import is_sound
from mobile_api.face import bearer_token, documents_desk, documents_problems, make_desk_blueprint
from mobile_api.schemas import SessionSchema

blueprint = make_desk_blueprint("sessions", "Staff: sign in and out.")


class CredentialsSchema(Schema):
    """Who somebody is, and the proof."""

    class Meta:
        unknown = RAISE

    username = fields.String(required=True)
    password = fields.String(required=True, validate=is_sound)


class StaffMemberSchema(Schema):
    """Who the token stands for."""

    key = fields.String(required=True, metadata={"description": "What history calls them"})
    name = fields.String(required=True)
    role = fields.String(
        required=True, validate=validate.OneOf(sorted(role.value for role in Role if role in STAFF))
    )


@blueprint.route("/sessions", methods=["POST"])
@blueprint.arguments(CredentialsSchema())
@blueprint.response(201, SessionSchema)
@documents_problems(blueprint, 400, 401, 403, 413, 415, 422, 429, 503)
@access()
def create_staff_session(typed: dict[str, str]) -> dict[str, Any]:
    """Sign in with the password of the pages, for twelve hours."""
    sender = network_of(request.remote_addr or "")
    with unit_of_work(current_actor()) as work:
        opened = sign_in(work, typed["username"], typed["password"], sender)
    return {"token": opened.token, "expires_datetime": opened.expires_at}


@blueprint.route("/sessions/current", methods=["GET"])
@blueprint.response(200, StaffMemberSchema)
@documents_desk(blueprint)
@access(*STAFF)
def get_staff_member() -> dict[str, str]:
    """Who the token stands for."""
    actor = current_actor()
    return {"key": actor.key, "name": actor.display_name, "role": actor.role.value}


@blueprint.route("/sessions/current", methods=["DELETE"])
@blueprint.response(204, description="The token has ended")
@documents_desk(blueprint)
@access(*STAFF)
def end_staff_session() -> None:
    """Sign out: the token ends."""
    with unit_of_work(current_actor()) as work:
        sign_out(work, bearer_token() or "")
