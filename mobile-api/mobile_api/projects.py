"""What becomes of what won: plans, spending, delays and what a second look found."""

from marshmallow import Schema, fields, validate

from backend.ballots.cycle.queries import public_cycle
from backend.ballots.delivery.describe_project import ProjectDocument, project_document
from backend.ballots.delivery.overview import Overview, delivery_overview
from backend.ballots.delivery.workflow import MilestoneState, ProjectState, Result
from backend.core.access import access
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from mobile_api.face import documents_problems, make_blueprint
from mobile_api.photo_schemas import PhotoSchema

blueprint = make_blueprint("projects", "What becomes of what won.")

_STATE = validate.OneOf([one.value for one in ProjectState])
_RESULT = validate.OneOf([one.value for one in Result])
_KINDS = ("deliverer", "milestone", "date", "milestone_state", "state", "reassessment", "result")


def _count(about: str) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": about})


def _day(about: str) -> fields.Date:
    return fields.Date(required=True, allow_none=True, metadata={"description": about})


class ProgressSchema(Schema):
    """Planned against done today; milestones that are dropped count nowhere."""

    milestones = fields.Integer(required=True)
    milestones_done = fields.Integer(required=True)
    planned_by_now = _count("Milestones first promised by today, wherever they were moved since")
    next_due_on = _day("When the next milestone is due")
    late_days = _count("How long the most overdue milestone is, by the day that holds")
    first_finish_on = _day("The last day of the plan as first said")
    finish_on = _day("The last day of the plan as it is")
    delay_days = _count("How much later that is; below zero where it is sooner")
    reassessment_late_days = _count("How long the second look is overdue")


class ProjectLineSchema(Schema):
    """A winner in a list; money in 1/`money_scale` of the cycle's currency."""

    code = fields.String(required=True)
    part = fields.String(required=True)
    part_name = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    proposal = fields.String(
        required=True, allow_none=True, metadata={"description": "The proposal it came from"}
    )
    lon = fields.Float(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    state = fields.String(required=True, validate=_STATE)
    deliverer = fields.String(
        required=True, allow_none=True, metadata={"description": "Null until one is named"}
    )
    cost = fields.Integer(required=True)
    spent = fields.Integer(required=True)
    overspent = _count("What was spent beyond the cost")
    progress = fields.Nested(ProgressSchema, required=True)
    reassess_on = _day("When it is looked at again")
    result = fields.String(
        required=True,
        allow_none=True,
        validate=_RESULT,
        metadata={"description": "What the second look found; null before it"},
    )
    photo = fields.Nested(
        PhotoSchema,
        required=True,
        allow_none=True,
        metadata={"description": "The last of its last step that has any"},
    )


class MilestoneSchema(Schema):
    """One step of a plan."""

    number = fields.Integer(required=True)
    title = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([one.value for one in MilestoneState])
    )
    first_due_on = _day("The day that was said first")
    due_on = _day("The day that holds")
    done_on = _day("The day it was done")
    words = fields.String(required=True)
    late_days = fields.Integer(required=True)
    photos = fields.List(fields.Nested(PhotoSchema), required=True)


class SpendingSchema(Schema):
    """One entry; one that takes another back is below zero."""

    number = fields.Integer(required=True)
    spent_on = fields.Date(required=True)
    amount = fields.Integer(required=True)
    purpose = fields.String(required=True)
    purpose_name = fields.String(required=True)
    payee = fields.String(required=True, allow_none=True)
    words = fields.String(required=True)
    takes_back = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The number of the other entry"}
    )
    is_taken_back = fields.Boolean(required=True)
    at = fields.AwareDateTime(required=True)


class ProjectChangeSchema(Schema):
    """One step of a project's history."""

    at = fields.AwareDateTime(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(_KINDS))
    milestone = fields.Integer(required=True, allow_none=True)
    milestone_title = fields.String(required=True, allow_none=True)
    before = fields.String(required=True, allow_none=True)
    after = fields.String(required=True, allow_none=True)
    days = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "By how much a date moved; below zero for sooner"},
    )
    words = fields.String(required=True, allow_none=True)


class PurposeMoneySchema(Schema):
    """What was spent for one purpose."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    spent = fields.Integer(required=True)


class PartMoneySchema(Schema):
    """A part's money: its budget, what its winners cost, and what was spent on them."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    budget = fields.Integer(required=True)
    projects = fields.Integer(required=True)
    built = fields.Integer(required=True)
    cost = fields.Integer(required=True)
    spent = fields.Integer(required=True)


class ProjectSchema(ProjectLineSchema):
    """A winner with its plan, its spending and its history."""

    public_contact = fields.String(required=True, allow_none=True)
    first_reassess_on = _day("The day of the second look as first said")
    result_words = fields.String(required=True, allow_none=True)
    reassessed_at = fields.AwareDateTime(required=True, allow_none=True)
    milestones = fields.List(fields.Nested(MilestoneSchema), required=True)
    spending = fields.List(fields.Nested(SpendingSchema), required=True)
    purposes = fields.List(fields.Nested(PurposeMoneySchema), required=True)
    delays = fields.List(
        fields.Nested(ProjectChangeSchema),
        required=True,
        metadata={"description": "Of the changes, those that moved a date"},
    )
    changes = fields.List(fields.Nested(ProjectChangeSchema), required=True)


class ProjectsSchema(Schema):
    """All winners of a cycle, late ones first."""

    as_of = fields.Date(required=True, metadata={"description": "The day it is in the city"})
    counted_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Null before the count"}
    )
    states = fields.Dict(
        keys=fields.String(validate=_STATE),
        values=fields.Integer(),
        required=True,
        metadata={"description": "How many projects are in each state"},
    )
    late = _count("How many projects are late")
    milestones = fields.Integer(required=True)
    milestones_done = fields.Integer(required=True)
    planned_by_now = _count("Milestones first promised by today")
    cost = fields.Integer(required=True)
    spent = fields.Integer(required=True)
    parts = fields.List(fields.Nested(PartMoneySchema), required=True)
    purposes = fields.List(fields.Nested(PurposeMoneySchema), required=True)
    projects = fields.List(fields.Nested(ProjectLineSchema), required=True)


@blueprint.route("/cycles/<string:slug>/projects", methods=["GET"])
@blueprint.response(200, ProjectsSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def list_projects(slug: str) -> Overview:
    """What becomes of all winners of a cycle; none before the count."""
    session, now = current_session(), current_runtime().clock.now()
    return delivery_overview(session, public_cycle(session, slug), now)


@blueprint.route("/cycles/<string:slug>/projects/<string:code>", methods=["GET"])
@blueprint.response(200, ProjectSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_project(slug: str, code: str) -> ProjectDocument:
    """One winner: who builds it, by when, for how much, and what came of it."""
    session, now = current_session(), current_runtime().clock.now()
    return project_document(session, public_cycle(session, slug), code, now)
