"""The rates of the newest fit to take away: as a table, and as the fitted model."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend.audits.few_people import groups_of, hidden_rates, told_grade
from backend.audits.models import ALL_SERVICES, AreaRate, RateRun
from backend.audits.queries import latest_run, rates_of
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.places.queries import census_of, districts_of
from backend.web.audit.asked import asked_for
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.overview_pages import audit
from backend.web.face import blueprint
from backend.web.refused_form import returns_to

_STAFF = tuple(sorted(STAFF))
_NAMED = ("district_id", "district_name", "service_code")
# The heading of each figure, and where it stands in a row.
_FIGURES = {
    "relative_rate": "relative_rate",
    "likely_rate": "likely",
    "low_90": "low",
    "high_90": "high",
    "reports": "reports",
    "incidents": "incidents",
    "duplicates": "duplicates",
    "effective_duplicates": "effective_duplicates",
    "exposure_days": "exposure_days",
    "reports_90_days": "recent_reports",
    "least_expected_90_days": "least_expected",
    "later_relative_rate": "later_rate",
    "later_low_90": "later_low",
    "later_high_90": "later_high",
    "later_grade": "later_grade",
}


@blueprint.get("/audit/rates.csv")
@access(*_STAFF)
@returns_to(audit)
def audit_csv() -> Response:
    """The tables behind the page, with their vintage in every line."""
    asked_for()
    session = current_session()
    run = latest_run(session)
    census = {} if run is None else census_of(session, run.boundary_set_id)
    measures = sorted({measure for figures in census.values() for measure in figures})
    rows = () if run is None else _rows(session, run)
    columns = (*_NAMED, "grade", *_FIGURES, "why_none", "fitted_at", "data_sha256", *measures)
    return csv_answer(
        "reporting-rates.csv", columns, (census.get(id_, {}) | row for id_, row in rows)
    )


@blueprint.get("/audit/rates.json")
@access(*_STAFF)
@returns_to(audit)
def audit_parameters() -> Response:
    """The fitted model itself, tagged with the city and the time it was fitted on.

    Without the districts whose rate is hidden: their effect is their rate.
    """
    asked_for()
    session = current_session()
    run = latest_run(session)
    if run is None or run.fitted is None:
        raise NotFound("rates-missing")
    fitted, hidden = json.loads(run.fitted), hidden_rates(session, run)
    secret = {
        one.code
        for id_, one in districts_of(session, run.boundary_set_id).items()
        if ALL_SERVICES in hidden[id_]
    }
    fitted["areas"] = {code: one for code, one in fitted["areas"].items() if code not in secret}
    text = json.dumps(fitted, ensure_ascii=False, indent=2)
    response = Response(text, content_type="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=reporting-rates.json"
    return response


def _rows(session: Session, run: RateRun) -> Iterator[tuple[int, dict[str, Any]]]:
    """By the row id of its district each line; of a service those of its group."""
    districts, hidden = districts_of(session, run.boundary_set_id), hidden_rates(session, run)
    for group, services in groups_of(run).items():
        for service in services or (ALL_SERVICES,):
            for rate in rates_of(session, run, service):
                district = districts[rate.district_id]
                named = (district.code, district.name, service)
                yield (
                    rate.district_id,
                    dict(zip(_NAMED, named, strict=True))
                    | _figures(rate, is_hidden=group in hidden[rate.district_id])
                    | {"fitted_at": run.fitted_at.isoformat(), "data_sha256": run.data_sha256},
                )


def _figures(rate: AreaRate, *, is_hidden: bool) -> dict[str, Any]:
    told = {"grade": told_grade(rate, is_hidden)}
    if is_hidden:
        return told | {"why_none": "hidden"}
    told |= {name: getattr(rate, attribute) for name, attribute in _FIGURES.items()}
    return told | {"why_none": "cannot-tell" if rate.relative_rate is None else ""}
