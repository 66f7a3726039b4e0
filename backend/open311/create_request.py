"""New requests, and the tokens of those that are not reports yet."""

from typing import Any
from uuid import UUID

from flask import Response

from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.text_brake import hold_back_alike
from backend.core.uow import UnitOfWork
from backend.open311.face import (
    blueprint,
    change,
    current_client,
    is_rehearsal,
    listing,
    parameters,
    slow_down,
)
from backend.open311.file_submission import Taken, file_submission
from backend.open311.sent_pictures import keep_pictures, read_pictures
from backend.open311.submission import Submission, read_submission
from backend.open311.unplaced import number_of_token
from backend.places.queries import the_city
from backend.reports.catalogue import HAZARD_BAND, city_catalogue


@blueprint.post("/requests.<string:form>")
@access()
def create_request(form: str) -> Response:
    """Take a request; the same id of the client's own gives the same answer again."""
    slow_down()
    runtime, client = current_runtime(), current_client()
    catalogue = city_catalogue(current_session())
    with parameters().reading() as asked:
        sent = read_submission(asked, client, catalogue, runtime)
        pictures = read_pictures(asked)
    if sent.reporter is not None:
        report = sent.report
        rule = runtime.settings.alike_limit
        hold_back_alike(runtime.limits, rule, sent.reporter, report.id, report.description)
    files = [] if is_rehearsal() else keep_pictures(runtime, sent.report.id, pictures)
    with change(client.actor(sent.reporter)) as work:
        taken = file_submission(work, client, sent, files)
        notice = _notice(work, sent)
    return listing("service_requests", [_view(taken, notice, sent)], form)


@blueprint.get("/tokens/<string:token>.<string:form>")
@access()
def get_token(token: str, form: str) -> Response:
    """The id of the report behind a token, empty while its place is not known."""
    try:
        id_ = UUID(token)
    except ValueError as error:
        raise NotFound("token-unknown", token=token[:40]) from error
    number = number_of_token(current_session(), id_)
    return listing("service_requests", [{"service_request_id": number, "token": str(id_)}], form)


def _notice(work: UnitOfWork, sent: Submission) -> str | None:
    """What whoever reports should know: whom to call first where there may be danger."""
    catalogue, report = city_catalogue(work.session), sent.report
    service = catalogue.services[report.service_code]
    band = catalogue.own_band(service, report.description)
    words = [service.notice]
    if HAZARD_BAND in {band, service.severity_band}:
        number = the_city(work.session).emergency_number
        words.insert(0, _("If anybody is in danger now, call %(number)s.", number=number))
    return " ".join(filter(None, words)) or None


def _view(taken: Taken, notice: str | None, sent: Submission) -> dict[str, Any]:
    name, value = (
        ("token", str(taken.token)) if taken.token else ("service_request_id", taken.number)
    )
    return {name: value, "service_notice": notice, "account_id": sent.account_id}
