"""Staff say that two reports are the same thing, or not after all."""

from typing import Any

from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.reports.commands import MergeIncidents, UnmergeIncident
from backend.reports.duplicates.merge_incidents import merge_incidents
from backend.reports.duplicates.unmerge_incident import unmerge_incident
from backend.reports.queries import find_incident
from mobile_api.desk_acts import act, done
from mobile_api.desk_schemas import MergeSchema, ReasonSchema
from mobile_api.face import documents_desk, make_desk_blueprint
from mobile_api.repeats import LikelyRepeatSchema, likely_repeats_of

blueprint = make_desk_blueprint("merges", "Staff: join reports of one thing, and part them.")


@blueprint.route("/reports/<string:number>/candidates", methods=["GET"])
@blueprint.response(200, LikelyRepeatSchema(many=True))
@documents_desk(blueprint, 404)
@access(*STAFF)
def list_likely_repeats(number: str) -> list[dict[str, Any]]:
    """Open reports that may be about the same thing, likeliest first."""
    session = current_session()
    return likely_repeats_of(session, find_incident(session, number))


@act(blueprint, "POST", "merge", MergeSchema)
def merge_into(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Join it to another; the answer is that other. Nothing of it is lost."""
    return done(number, merge_incidents, MergeIncidents(number=number, **said))


@act(blueprint, "POST", "unmerge", ReasonSchema)
def part_again(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Part it from what it was joined to; both are as if it had never been."""
    return done(number, unmerge_incident, UnmergeIncident(number=number, **said))
