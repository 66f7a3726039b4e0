"""Was it dealt with well? Answers of those concerned, and how often each was given."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from backend.core.access import access, current_actor
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.commands import RateOutcome, RatingAnswer
from backend.reports.outcome_ratings import rating_figures
from backend.reports.rate_outcome import Rated, rate_outcome
from mobile_api.face import documents_problems, make_blueprint, slow_down

blueprint = make_blueprint("ratings", "Say whether it was dealt with well.")


class NewRatingSchema(Schema):
    """Was this dealt with well?"""

    class Meta:
        unknown = RAISE

    answer = fields.Enum(RatingAnswer, by_value=True, required=True)
    words = fields.String(
        load_default="",
        metadata={"description": "Why, for the city's staff alone; kept like a contact"},
    )


class RatingSchema(Schema):
    """What you said."""

    answer = fields.String(required=True, validate=validate.OneOf(list(RatingAnswer)))
    rated_datetime = fields.AwareDateTime(required=True)


class RatingFigureSchema(Schema):
    """How many gave an answer for a kind of problem; `*` stands for all of them."""

    service_code = fields.String(required=True)
    answer = fields.String(required=True, validate=validate.OneOf([*RatingAnswer, "*"]))
    count = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Null where it is hidden, so that nobody is singled out"},
    )


class RatingFiguresSchema(Schema):
    """Of what was closed in the four quarters that are over."""

    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True)
    figures = fields.List(fields.Nested(RatingFigureSchema), required=True)
    caution = fields.String(required=True)


@blueprint.route("/reports/<string:number>/rating", methods=["PUT"])
@blueprint.arguments(NewRatingSchema())
@blueprint.response(200, RatingSchema)
@documents_problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
@access()
def put_rating(said: dict[str, Any], number: str) -> dict[str, Any]:
    """Say whether it was dealt with well; for whoever reported or follows it.

    Once for a person and a closing; sent again, while one can still say that it is not done, it
    changes what was said.
    """
    settings = current_runtime().settings
    slow_down("answer", settings.report_limit, settings.device_report_limit)
    with unit_of_work(current_actor()) as work:
        return rating_document(rate_outcome(work, RateOutcome(number, **said)))


def rating_document(rated: Rated) -> dict[str, Any]:
    """The members of `RatingSchema`."""
    return {"answer": rated.rating.answer, "rated_datetime": rated.rating.rated_at}


@blueprint.route("/ratings", methods=["GET"])
@blueprint.response(200, RatingFiguresSchema)
@documents_problems(blueprint, 401, 429, 503)
@access()
def list_rating_figures() -> dict[str, Any]:
    """How often each answer was given, by kind of problem, where enough people gave it."""
    runtime = current_runtime()
    slow_down("export", runtime.settings.export_limit, runtime.settings.export_limit)
    found = rating_figures(current_session(), runtime.clock.now())
    return {
        "since": found.since,
        "until": found.until,
        "figures": found.figures,
        "caution": "Only those are counted who reported or follow a thing and chose to answer: "
        "who does so differs from district to district.",
    }
