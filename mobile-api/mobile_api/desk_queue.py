"""The queue as staff work it, and who can be given what is in it."""

from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from sqlalchemy.orm import Session

from backend.accounts.queries import staff_accounts
from backend.audits.queries import districts_graded
from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.reports.drawn_area import read_area
from backend.reports.takers import bodies, teams
from backend.reports.workflow import DESK, OPEN_STATES
from backend.triage.queries import Queued, queue_length, queue_page, version_in_force
from backend.triage.queue_cursor import read_cursor
from backend.triage.queue_filter import QueueFilter
from backend.triage.queue_line import is_overdue, position_words, shortened, weight_source
from equity.rates.reporting_rate import Grade
from mobile_api.desk_schemas import CODE, STATE
from mobile_api.face import documents_desk, make_desk_blueprint

blueprint = make_desk_blueprint("queue", "Staff: what to do first, and who does it.")


def _several(field: fields.Field[Any], words: str = "") -> fields.List[Any]:
    described = {"description": words} if words else {}
    return fields.List(field, load_default=(), validate=_FEW, metadata=described)


_FEW = validate.Length(max=200)


class QueueQuerySchema(Schema):
    """Which part of the queue; what is not said does not filter, what is said twice is either."""

    class Meta:
        unknown = EXCLUDE

    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "The `next` of the page before; the order is that of the first"},
    )
    is_outside = fields.Boolean(
        load_default=False, metadata={"description": "What lies outside the city, listed apart"}
    )
    district = _several(fields.String(validate=CODE))
    service_code = _several(fields.String(validate=CODE))
    state = _several(fields.String(validate=validate.OneOf([state.value for state in OPEN_STATES])))
    severity_band = _several(fields.Integer(validate=validate.Range(0, 4)))
    team_code = _several(fields.String(validate=CODE))
    assignee = fields.String(
        load_default=None,
        validate=validate.Length(max=80),
        metadata={"description": "The key of a colleague, `me`, or `nobody`"},
    )
    channel = _several(fields.String(validate=validate.OneOf([one.value for one in Channel])))
    waiting_days = fields.Integer(
        load_default=None,
        validate=validate.Range(0, 3650),
        metadata={"description": "Opened at least as many days ago"},
    )
    is_overdue = fields.Boolean(load_default=False)
    has_photo = fields.Boolean(load_default=False)
    grade = _several(
        fields.String(validate=validate.OneOf([grade.value for grade in Grade])),
        "How well reporting is known in its district",
    )
    words = fields.String(
        load_default="",
        validate=validate.Length(max=200),
        metadata={"description": "Each begins a word of its reports, as the public reads them"},
    )
    area = fields.String(
        load_default=None,
        validate=validate.Length(max=2000),
        metadata={
            "description": "west,south,east,north in degrees, or a ring of corners, each lon,lat"
        },
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
    left = fields.Integer(
        required=True, metadata={"description": "How many come after the last one here"}
    )
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "To ask for what comes `after`; null at the end"},
    )
    arrived = fields.Integer(
        required=True,
        metadata={"description": "How many are new or moved since the first page and not listed"},
    )
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
    session, now = current_session(), current_runtime().clock.now()
    after = None
    if query["after"] is not None:
        after = read_cursor(query["after"])
        if after is None:
            raise Invalid("queue-filter-not-valid", pointer="/after", name="after", value="…")
    page = queue_page(session, _wanted(session, query), now, limit=query["page_size"], after=after)
    return {
        "total": page.total,
        "left": page.left,
        "next": None if page.after is None else str(page.after),
        "arrived": page.arrived,
        "outside_total": queue_length(session, QueueFilter(is_outside=True), now),
        "weight_set_version": version_in_force(session),
        "entries": [queue_entry(entry, now) for entry in page.entries],
    }


def _wanted(session: Session, query: dict[str, Any]) -> QueueFilter:
    assignee, grades = query["assignee"], query["grade"]
    named = {None: None, "me": current_actor().key, "nobody": ""}
    return QueueFilter(
        is_outside=query["is_outside"],
        district_codes=tuple(query["district"]),
        area_ids=districts_graded(session, grades) if grades else None,
        service_codes=tuple(query["service_code"]),
        states=tuple(query["state"]),
        bands=tuple(query["severity_band"]),
        team_codes=tuple(query["team_code"]),
        assignee=named.get(assignee, assignee),
        channels=tuple(query["channel"]),
        waiting_days=query["waiting_days"],
        is_overdue=query["is_overdue"],
        has_photo=query["has_photo"],
        words=query["words"],
        area=read_area(query["area"]) if query["area"] else None,
    )


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
