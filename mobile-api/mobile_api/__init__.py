"""The JSON face for phones: reports, services and places under `/v1`, described by OpenAPI."""

from typing import Any

from flask import Flask
from flask_smorest import Api

from mobile_api.accounts import blueprint as accounts
from mobile_api.answer_back import blueprint as answer_back
from mobile_api.app_session import blueprint as me
from mobile_api.app_session import session_blueprint as app_session
from mobile_api.app_start import blueprint as app_start
from mobile_api.changes import blueprint as changes
from mobile_api.client_files import blueprint as client_files
from mobile_api.cycles import blueprint as cycles
from mobile_api.desk_merges import blueprint as desk_merges
from mobile_api.desk_moderation import blueprint as desk_moderation
from mobile_api.desk_photos import blueprint as desk_photos
from mobile_api.desk_proposals import blueprint as desk_proposals
from mobile_api.desk_queue import blueprint as desk_queue
from mobile_api.desk_reports import blueprint as desk_reports
from mobile_api.desk_sessions import blueprint as desk_sessions
from mobile_api.desk_steps import blueprint as desk_steps
from mobile_api.devices import blueprint as devices
from mobile_api.moderation import blueprint as moderation
from mobile_api.notices import blueprint as notices
from mobile_api.one_of import one_of2properties
from mobile_api.overdue import blueprint as overdue
from mobile_api.own_data import blueprint as own_data
from mobile_api.photos import blueprint as photos
from mobile_api.place_search import blueprint as place_search
from mobile_api.places import blueprint as places
from mobile_api.projects import blueprint as projects
from mobile_api.proposal_acts import blueprint as proposal_acts
from mobile_api.proposals import blueprint as proposals
from mobile_api.ratings import blueprint as ratings
from mobile_api.repeats import blueprint as repeats
from mobile_api.report_lists import blueprint as report_lists
from mobile_api.reports import blueprint as reports
from mobile_api.results import blueprint as results
from mobile_api.services import blueprint as services
from mobile_api.sync import blueprint as sync
from mobile_api.uploads import blueprint as uploads
from mobile_api.voting import blueprint as voting

_BLUEPRINTS = (
    reports,
    report_lists,
    ratings,
    repeats,
    places,
    place_search,
    devices,
    accounts,
    app_start,
    app_session,
    me,
    changes,
    sync,
    photos,
    uploads,
    services,
    answer_back,
    overdue,
    own_data,
    notices,
    cycles,
    voting,
    results,
    projects,
    moderation,
    desk_sessions,
    desk_queue,
    desk_reports,
    desk_steps,
    desk_merges,
    desk_moderation,
    desk_photos,
    proposals,
    proposal_acts,
    desk_proposals,
)
_DESCRIPTION: dict[str, Any] = {
    "API_TITLE": "Evenward mobile API",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": "Report a problem, follow it, and find the district of a place. "
            "Problems are application/problem+json (RFC 9457).",
            "license": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
        },
        # A resident's token is welcome everywhere and needed nowhere; the desk needs staff's.
        "security": [{}, {"device": []}, {"app": []}],
        "components": {
            "securitySchemes": {
                "device": {"type": "http", "scheme": "bearer"},
                "staff": {"type": "http", "scheme": "bearer"},
                "app": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-evenward-app",
                    "description": "Set by POST /v1/app/session. What changes something with it "
                    "must come from a page of the same origin.",
                },
            }
        },
    },
}


class _Api(Api):  # type: ignore[misc]
    # Each route documents its own problems; flask-smorest's form of errors is never sent.
    DEFAULT_ERROR_RESPONSE_NAME = None


def register(app: Flask) -> None:
    """Put the face on `app`."""
    # Not through `Api`, which would describe every route at every start: most of a start's time.
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(client_files)


def openapi_document() -> dict[str, Any]:
    """The OpenAPI description generated from the routes and schemas."""
    app = Flask("mobile_api", static_folder=None)
    app.config.update(_DESCRIPTION)
    api = _Api(app)
    api.ma_plugin.converter.add_attribute_function(one_of2properties)
    for blueprint in _BLUEPRINTS:
        api.register_blueprint(blueprint)
    document: dict[str, Any] = api.spec.to_dict()
    return document
