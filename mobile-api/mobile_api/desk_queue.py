"""The queue as staff work it, and who can be given what is in it."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from backend.accounts.queries import staff_accounts
from backend.core.access import access
from backend.core.actors import STAFF, Role
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.reports.takers import bodies, teams
from backend.reports.workflow import DESK, OPEN_STATES
from backend.triage.queries import Queued, QueueFilter, approved_set, queue_length, queue_page
from backend.triage.queue_line import is_overdue, position_words, shortened, weight_source
from mobile_api.desk_schemas import CODE, STATE
from mobile_api.face import documents_desk, make_desk_blueprint
from mobile_api.overdue import PageQuerySchema

blueprint = make_desk_blueprint("queue", "Staff: what to do first, and who does it.")


class QueueQuerySchema(PageQuerySchema):
    """Which part of the queue; what is not said does not filter."""

    district = fields.String(load_default=None, validate=CODE)
    service_code = fields.String(load_default=None, validate=CODE)
    state = fields.String(
        load_default=None, validate=validate.OneOf([state.value for state in OPEN_STATES])
    )
    is_outside = fields.Boolean(
        load_default=False, metadata={"description": "What lies outside the city, listed apart"}
    )


class QueueEntrySchema(Schema):
    """An open incident at its place; `score` is waiting over target hours, times weight."""

    position = fields.Integer(required=True)
    number = fields.String(required=True)
    version = fields.Integer(required=True)
    service_name = fields.String(required=True)
    state = STATE
    severity_band = fields.Integer(required=True)
    district = fields.String(required=True, allow_none=True)
    is_outside_jurisdiction = fields.Boolean(required=True)
    opened_datetime = fields.AwareDateTime(required=True)
    reports = fields.Integer(required=True)
    summary = fields.String(required=True)
    score = fields.Float(required=True)
    waiting_hours = fields.Float(
        required=True, metadata={"description": "Without the time in which others were awaited"}
    )
    target_hours = fields.Float(required=True)
    target_datetime = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "By when it is due, all pauses and days off counted"},
    )
    weight = fields.Float(required=True)
    weight_from = fields.String(
        required=True, validate=validate.OneOf(["severity", "nobody", "weight_set", "held"])
    )
    is_overdue = fields.Boolean(required=True)
    explanation = fields.String(required=True)


class QueueSchema(Schema):
    """One page, what is first to be done first."""

    total = fields.Integer(required=True)
    outside_total = fields.Integer(required=True)
    weight_set_version = fields.Integer(required=True, allow_none=True)
    entries = fields.List(fields.Nested(QueueEntrySchema), required=True)


class TakerSchema(Schema):
    """A team, or another body."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class ColleagueSchema(Schema):
    """Somebody who works the queue."""

    key = fields.String(required=True)
    name = fields.String(required=True)


class TakersSchema(Schema):
    """Who can be given a report."""

    teams = fields.List(fields.Nested(TakerSchema), required=True)
    bodies = fields.List(fields.Nested(TakerSchema), required=True)
    colleagues = fields.List(fields.Nested(ColleagueSchema), required=True)


@blueprint.route("/queue", methods=["GET"])
@blueprint.arguments(QueueQuerySchema(), location="query")
@blueprint.response(200, QueueSchema)
@documents_desk(blueprint, 422)
@access(*STAFF)
def list_queue(query: dict[str, Any]) -> dict[str, Any]:
    """The queue in order, each position explained."""
    session, size = current_session(), query["page_size"]
    wanted = QueueFilter(
        query["district"], query["service_code"], query["state"], query["is_outside"]
    )
    now, offset = current_runtime().clock.now(), (query["page"] - 1) * size
    page = queue_page(session, wanted, now, limit=size, offset=offset)
    weight_set = approved_set(session)
    return {
        "total": page.total,
        "outside_total": queue_length(session, QueueFilter(is_outside=True)),
        "weight_set_version": None if weight_set is None else weight_set.version,
        "entries": [queue_entry(entry, now) for entry in page.entries],
    }


@blueprint.route("/takers", methods=["GET"])
@blueprint.response(200, TakersSchema)
@documents_desk(blueprint)
@access(*STAFF)
def list_takers() -> dict[str, Any]:
    """The teams, bodies and colleagues a report can be given to."""
    session = current_session()
    return {
        "teams": [{"code": one.code, "name": one.name} for one in teams(session)],
        "bodies": [{"code": one.code, "name": one.name} for one in bodies(session)],
        "colleagues": [
            {"key": one.key, "name": one.display_name}
            for one in staff_accounts(session)
            if one.is_active and Role(one.role) in DESK
        ],
    }


def queue_entry(entry: Queued, now: datetime) -> dict[str, Any]:
    """The members of `QueueEntrySchema`."""
    priority = entry.priority
    return {
        "position": entry.position,
        "number": entry.number,
        "version": entry.version,
        "service_name": entry.service_name,
        "state": entry.state,
        "severity_band": priority.severity_band,
        "district": entry.district_name,
        "is_outside_jurisdiction": entry.is_outside,
        "opened_datetime": entry.opened_at,
        "reports": entry.request_count,
        "summary": shortened(entry.summary),
        "score": priority.score,
        "waiting_hours": priority.factor("waiting_hours"),
        "target_hours": priority.target_hours,
        "target_datetime": entry.due_at,
        "weight": priority.factor("district_weight"),
        "weight_from": weight_source(entry),
        "is_overdue": is_overdue(entry, now),
        "explanation": position_words(entry),
    }
