"""The profile of a district, and the list of all."""

import re

from flask import render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.audits.district_profile import district_profile, neighbours_of
from backend.core.access import access
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.places.queries import census_of, current_boundary_set, districts_of
from backend.web.address_filters import check_names, unreadable
from backend.web.audit.asked import asked_for, told_here
from backend.web.audit.csv_answer import csv_answer
from backend.web.audit.profile_file import COLUMNS, FIGURES, PARTS, profile_rows
from backend.web.audit.profile_view import profile_page
from backend.web.audit.profile_words import census_source_words, census_words
from backend.web.face import blueprint
from backend.web.refused_form import returns_to

_STAFF = tuple(sorted(STAFF))


@blueprint.get("/audit/districts", endpoint="districts")
@access(*_STAFF)
@told_here
def district_list() -> str:
    """Every district with its residents, by name: no order of merit."""
    asked_for()
    session = current_session()
    boundary_set = current_boundary_set(session)
    return render_template(
        "audit/districts.html",
        rows=_rows(session),
        source=census_source_words(boundary_set) if boundary_set else "",
    )


@blueprint.get("/audit/districts/<string:code>", endpoint="district")
@access(*_STAFF)
@told_here
def one_district(code: str) -> str:
    """Everything known of a district, with intervals."""
    asked_for()
    session = current_session()
    return render_template(
        "audit/district.html", view=profile_page(session, district_profile(session, code))
    )


@blueprint.get("/audit/districts/<string:code>.csv", endpoint="district_csv")
@access(*_STAFF)
@returns_to(one_district)
def district_csv(code: str) -> Response:
    """The tables behind the page, or those of some parts or figures."""
    profile = district_profile(current_session(), code)
    known = {"part": PARTS, "figure": (*FIGURES, *(row.measure for row in profile.census))}
    check_names(request.args, known)
    wanted = {name: [*filter(None, request.args.getlist(name))] for name in known}
    for name, values in wanted.items():
        if unknown := [one for one in values if one not in known[name]]:
            raise unreadable(name, unknown[0])
    rows = (
        row
        for row in profile_rows(profile)
        if all(row[name] in values for name, values in wanted.items() if values)
    )
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
