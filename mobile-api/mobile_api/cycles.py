"""Participatory budgets: what each is about, its money and rules, where it stands, what moved."""

from typing import Any

from marshmallow import Schema, fields, validate

from backend.ballots.cycle.describe_cycle import cycle_document, cycle_line
from backend.ballots.cycle.phases import ORDER
from backend.ballots.cycle.queries import public_cycle, public_cycles
from backend.ballots.cycle.rule_words import rule_words
from backend.ballots.cycle.statement import ParticipationLevel
from backend.core.access import access
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.speak import speaker
from mobile_api.face import documents_problems, make_blueprint
from mobile_api.languages import asked_language

blueprint = make_blueprint("cycles", "Participatory budgets.")

_PHASE = validate.OneOf([phase.value for phase in ORDER])
_LEVEL = validate.OneOf([level.value for level in ParticipationLevel])


def _moment(about: str = "", **options: Any) -> fields.String:
    description = {"description": about} if about else {}
    return fields.String(metadata={"format": "date-time", **description}, **options)


def _fraction(about: str) -> fields.String:
    return fields.String(required=True, metadata={"description": about, "example": "7/16"})


class PhaseDatesSchema(Schema):
    """When one phase is: from `starts_at` on, until just before `ends_at`."""

    phase = fields.String(required=True, validate=_PHASE)
    starts_at = _moment(required=True)
    ends_at = _moment(required=True)


class CycleLineSchema(Schema):
    """A participatory budget in short; amounts in 1/`money_scale` of the currency."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    currency = fields.String(required=True)
    money_scale = fields.Integer(required=True)
    budget = fields.Integer(required=True)
    phase = fields.String(
        required=True,
        allow_none=True,
        validate=_PHASE,
        metadata={"description": "Under way now; null before, between and after the phases"},
    )
    next_phase = fields.String(required=True, allow_none=True, validate=_PHASE)
    next_date = _moment(
        "When the phase under way ends, or the next one begins", required=True, allow_none=True
    )
    phases = fields.List(fields.Nested(PhaseDatesSchema), required=True)


class BudgetShareSchema(Schema):
    """How a formula came to a district's budget: exact fractions as text."""

    by_population = _fraction("The district's part of the residents")
    by_need = _fraction("Its part of the people in need")
    by_equity = _fraction("Its part of the residents counted by the index")
    weighted = _fraction("The three by their weights")
    floor = _fraction("The least it may get")
    share = _fraction("What it gets of the districts' money")
    is_lifted = fields.Boolean(
        required=True, metadata={"description": "Whether the share is the floor"}
    )
    exact = _fraction("The money in units before rounding by the largest remainder")
    figures = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "Measures of the district as they were used"},
    )


class CyclePartSchema(Schema):
    """The whole city or one district, with its money."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    population = fields.Integer(required=True, allow_none=True)
    budget = fields.Integer(
        required=True, metadata={"description": "0 until the formula was computed"}
    )
    share = fields.Nested(
        BudgetShareSchema,
        required=True,
        allow_none=True,
        metadata={"description": "Null where no formula gave the budget"},
    )


class DateMoveSchema(Schema):
    """A date that was moved, and why."""

    phase = fields.String(required=True, validate=_PHASE)
    reason = fields.String(required=True)
    old_starts_at = _moment(required=True)
    old_ends_at = _moment(required=True)
    starts_at = _moment(required=True)
    ends_at = _moment(required=True)
    at = _moment(required=True)


class CycleProjectSchema(Schema):
    """A project on the ballot of one part."""

    code = fields.String(required=True)
    part = fields.String(required=True)
    title = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    cost = fields.Integer(required=True)
    lon = fields.Float(required=True, allow_none=True)
    lat = fields.Float(required=True, allow_none=True)
    proposal = fields.String(
        required=True, allow_none=True, metadata={"description": "The proposal it came from"}
    )
    is_winner = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Null until the count"}
    )


class CycleSchema(CycleLineSchema):
    """A participatory budget with everything that was said before it opened."""

    remit = fields.String(required=True)
    out_of_scope = fields.String(required=True)
    participation_level = fields.String(required=True, validate=_LEVEL)
    ballot_form = fields.Dict(required=True)
    rule = fields.Dict(required=True, metadata={"description": "Each parameter by its name"})
    rule_words = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The rule in sentences, in the language asked for"},
    )
    budget_formula = fields.Dict(required=True, allow_none=True)
    budget_sources = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "Where each measure of the formula is from"},
    )
    statement_sha256 = fields.String(
        required=True, metadata={"description": "As in the decision log when it was published"}
    )
    published_at = _moment(required=True)
    settled_at = _moment("When the ballot and the money were fixed", required=True, allow_none=True)
    voting_key = fields.String(required=True, allow_none=True)
    parts = fields.List(fields.Nested(CyclePartSchema), required=True)
    projects = fields.List(fields.Nested(CycleProjectSchema), required=True)
    date_moves = fields.List(fields.Nested(DateMoveSchema), required=True)


@blueprint.route("/cycles", methods=["GET"])
@blueprint.response(200, CycleLineSchema(many=True))
@documents_problems(blueprint, 401, 503)
@access()
def list_cycles() -> list[dict[str, Any]]:
    """Every published cycle, newest first."""
    session, now = current_session(), current_runtime().clock.now()
    return [cycle_line(session, cycle, now) for cycle in public_cycles(session)]


@blueprint.route("/cycles/<string:slug>", methods=["GET"])
@blueprint.response(200, CycleSchema)
@documents_problems(blueprint, 401, 404, 503)
@access()
def get_cycle(slug: str) -> dict[str, Any]:
    """One cycle: its statement, its dates, its money and what stands on the ballot."""
    session, now = current_session(), current_runtime().clock.now()
    cycle = public_cycle(session, slug)
    words = rule_words(cycle.rule, cycle.currency, speaker(asked_language()))
    return cycle_document(session, cycle, now) | {"rule_words": list(words)}
