"""What may have been reported before, and saying "me too" with one tap."""

from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate
from sqlalchemy.orm import Session

from backend.core.access import access, current_actor
from backend.core.addresses import public_address
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import the_city
from backend.reports.catalogue import HAZARD_BAND, city_catalogue
from backend.reports.commands import MeToo
from backend.reports.duplicates.candidates import (
    Candidate,
    Draft,
    likely_duplicates,
    likely_duplicates_of,
)
from backend.reports.duplicates.me_too import me_too
from backend.reports.duplicates.note_exposure import note_exposure
from backend.reports.models import Incident
from backend.reports.similarity import Factor, in_words
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES, State
from mobile_api.face import documents_problems, make_blueprint, slow_down
from mobile_api.languages import asked_language
from mobile_api.reports import report_now
from mobile_api.schemas import ReportSchema

blueprint = make_blueprint("repeats", "Find what may be reported already, and add yourself to it.")
_SHARE = validate.Range(0, 1)


class DraftSchema(Schema):
    """A report somebody is about to send, as far as it is written."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "The id the report will have, if photos were sent ahead for it"},
    )
    service_code = fields.String(required=True)
    description = fields.String(load_default="")
    lat = fields.Float(required=True, allow_nan=True)
    lon = fields.Float(required=True, allow_nan=True)

    @post_load
    def to_draft(self, data: dict[str, Any], **_: Any) -> Draft:
        return Draft(**data)


class FactorSchema(Schema):
    """One reason of a score: the weighted mean of the others, which a photo brings nearer to 1."""

    name = fields.String(
        required=True,
        validate=validate.OneOf(["distance", "time", "service", "words", "photo"]),
    )
    value = fields.Float(required=True, validate=_SHARE)
    weight = fields.Float(required=True, allow_none=True, validate=_SHARE)
    explanation = fields.String(required=True)


class LikelyRepeatSchema(Schema):
    """An open report that may be about the same thing."""

    number = fields.String(required=True)
    service_code = fields.String(required=True)
    service_name = fields.String(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf([state.value for state in OPEN_STATES])
    )
    summary = fields.String(
        required=True, metadata={"description": "Its words, as the public reads them"}
    )
    reports = fields.Integer(required=True)
    opened_datetime = fields.AwareDateTime(required=True)
    metres = fields.Integer(
        required=True,
        metadata={"description": "How far it is; for residents, from its public place"},
    )
    score = fields.Float(required=True, validate=_SHARE)
    factors = fields.List(fields.Nested(FactorSchema), required=True)


class CandidateSchema(LikelyRepeatSchema):
    """One that somebody about to report can add themselves to."""

    me_too_url = fields.Url(
        required=True, metadata={"description": "POST {id} here to say that you saw it too"}
    )


class CandidatesSchema(Schema):
    """Likeliest first; the emergency number where what is written is about danger."""

    candidates = fields.List(fields.Nested(CandidateSchema), required=True)
    emergency_number = fields.String(required=True, allow_none=True)


class MeTooSchema(Schema):
    """I saw it too."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(
        required=True,
        metadata={"description": "UUID version 7 made on the phone, so that sending twice is safe"},
    )
    requested_datetime = fields.AwareDateTime(
        attribute="requested_at",
        load_default=None,
        allow_none=True,
        metadata={"description": "When it was tapped, where that was offline"},
    )


@blueprint.route("/reports/candidates", methods=["POST"])
@blueprint.arguments(DraftSchema())
@blueprint.response(200, CandidatesSchema)
@documents_problems(blueprint, 400, 401, 404, 413, 415, 422, 429, 503)
@access()
def list_candidates(draft: Draft) -> dict[str, Any]:
    """Open reports close by that may be about the same thing; that they were shown is kept."""
    runtime, session = current_runtime(), current_session()
    slow_down("candidates", runtime.settings.report_limit, runtime.settings.device_report_limit)
    candidates = likely_duplicates(session, draft, runtime.clock.now())
    emergency_number = _emergency_number(session, draft)
    services, language = city_catalogue(session).services, asked_language()
    if candidates:
        with unit_of_work(current_actor()) as work:
            note_exposure(work, candidates, draft.service_code, Channel.APP)
    return {
        "candidates": [
            _candidate(one, services[one.service_code].in_language(language).name)
            for one in candidates
        ],
        "emergency_number": emergency_number,
    }


@blueprint.route("/reports/<string:number>/me-too", methods=["POST"])
@blueprint.arguments(MeTooSchema())
@blueprint.response(201, ReportSchema)
@blueprint.alt_response(200, schema=ReportSchema, description="Said before; nothing was added")
@documents_problems(blueprint, 400, 401, 404, 409, 413, 415, 422, 429, 503)
@access()
def create_me_too(said: dict[str, Any], number: str) -> tuple[dict[str, Any], int]:
    """Say that you saw it too. It becomes a report of its own, without words, about the same thing.

    From a device or account that reported it before it is that report again.
    """
    settings = current_runtime().settings
    slow_down("report", settings.report_limit, settings.device_report_limit)
    with unit_of_work(current_actor()) as work:
        filed = me_too(work, MeToo(number=number, channel=Channel.APP, **said))
        # Read before the commit, which sends the connection back and forgets what was loaded.
        document = report_now(work.session, filed.number)
    return document, 201 if filed.is_new else 200


def _emergency_number(session: Session, draft: Draft) -> str | None:
    catalogue = city_catalogue(session)
    service = catalogue.services[draft.service_code]
    bands = {service.severity_band, catalogue.own_band(service, draft.description)}
    return the_city(session).emergency_number if HAZARD_BAND in bands else None


def _candidate(one: Candidate, service_name: str) -> dict[str, Any]:
    me_too_url = public_address("api_repeats.create_me_too", number=one.number)
    return {**_likely_repeat(one), "service_name": service_name, "me_too_url": me_too_url}


def likely_repeats_of(session: Session, incident: Incident) -> list[dict[str, Any]]:
    """The members of `LikelyRepeatSchema` for each likely repeat of what is open."""
    if State(incident.state) in CLOSED_STATES:
        return []
    return [_likely_repeat(one) for one in likely_duplicates_of(session, incident)]


def _likely_repeat(one: Candidate) -> dict[str, Any]:
    """The members of `LikelyRepeatSchema`."""
    return {
        "number": one.number,
        "service_code": one.service_code,
        "service_name": one.service_name,
        "state": one.state,
        "summary": one.summary,
        "reports": one.reports,
        "opened_datetime": one.opened_at,
        "metres": round(one.metres),
        "score": round(one.likeness.score, 3),
        "factors": [_factor(factor) for factor in one.likeness.factors],
    }


def _factor(factor: Factor) -> dict[str, Any]:
    return {
        "name": factor.name,
        "value": round(factor.value, 3),
        "weight": factor.weight,
        "explanation": in_words([factor]),
    }
