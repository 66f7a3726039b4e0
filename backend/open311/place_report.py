"""Staff found the place of a report that came with an address alone."""

from dataclasses import dataclass, replace
from uuid import UUID

from backend.accounts.api_keys import client_of
from backend.accounts.models import ApiKey
from backend.core.errors import Forbidden
from backend.core.uow import UnitOfWork
from backend.open311.file_submission import file_submission
from backend.open311.unplaced import waiting_submission
from backend.reports.workflow import DESK


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """The report behind `token` is at this place."""

    token: UUID
    lon: float
    lat: float


def place_report(work: UnitOfWork, command: PlaceReport) -> str:
    """File the report as its reporter sent it, at the place that was found; returns its number.

    Raises `NotFound` where nothing waits under the token, `Invalid` on a place that cannot be.
    """
    if work.actor.role not in DESK:
        raise Forbidden("role-not-allowed", role=work.actor.role.value)
    key_id, sent = waiting_submission(work.session, work.runtime.keyring, command.token)
    client = client_of(work.session.get_one(ApiKey, key_id))
    report = replace(sent.report, lon=command.lon, lat=command.lat)
    finder, work.actor = work.actor, client.actor(sent.reporter)
    taken = file_submission(work, client, replace(sent, report=report, is_placed=True))
    work.actor = finder
    number = str(taken.number)
    work.decide("report.placed", f"report:{number}")
    return number
