"""The profile of a district, and the list of all."""

import re

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from backend.audits.district_profile import district_profile, neighbours_of
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.places.queries import census_of, current_boundary_set, districts_of
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.profile_file import COLUMNS, profile_rows
from backend.web.audit.profile_view import profile_page
from backend.web.audit.profile_words import census_source_words, census_words
from backend.web.face import blueprint

_STAFF = tuple(sorted(STAFF))


@blueprint.get("/audit/districts", endpoint="districts")
@access(*_STAFF)
def district_list() -> str:
    """Every district with its residents, by name: no order of merit."""
    session = current_session()
    boundary_set = current_boundary_set(session)
    return render_template(
        "audit/districts.html",
        rows=_rows(session),
        source=census_source_words(boundary_set) if boundary_set else "",
    )


@blueprint.get("/audit/districts/<string:code>", endpoint="district")
@access(*_STAFF)
def one_district(code: str) -> str:
    """Everything known of a district, with intervals."""
    session = current_session()
    return render_template(
        "audit/district.html", view=profile_page(session, district_profile(session, code))
    )


@blueprint.get("/audit/districts/<string:code>.csv", endpoint="district_csv")
@access(*_STAFF)
def district_csv(code: str) -> Response:
    """The tables behind the page, or those of one part or figure."""
    profile = district_profile(current_session(), code)
    rows = profile_rows(profile)
    for column in ("part", "figure"):
        if wanted := request.args.getlist(column):
            rows = (row for row in list(rows) if row[column] in wanted)
    name = re.sub(r"[^A-Za-z0-9-]", "", profile.district.code) or "district"
    return csv_answer(f"district-{name}.csv", COLUMNS, rows)


def _rows(session: Session) -> list[tuple[str, str, str, int]]:
    """Code, name, residents and how many neighbours of each."""
    boundary_set = current_boundary_set(session)
    if boundary_set is None:
        return []
    figures = census_of(session, boundary_set.id)
    near = neighbours_of(session, boundary_set)
    return [
        (
            one.code,
            one.name,
            census_words("population", figures.get(id_, {}).get("population")),
            len(near[one.code]),
        )
        for id_, one in districts_of(session, boundary_set.id).items()
    ]
