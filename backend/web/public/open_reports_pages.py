"""What is reported, what is late, and how each district is served: for anybody."""

from dataclasses import dataclass

from flask import render_template, request, url_for
from sqlalchemy.orm import Session

from backend.ballots.cycle.queries import public_cycles
from backend.core.access import access
from backend.core.db import current_session
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.reports.overdue import OverdueIncident, late_by, overdue_incidents
from backend.reports.workflow import State
from backend.web.face import blueprint, whole_number
from backend.web.kept_pages import open_page
from backend.web.public.left_out import left_out
from backend.web.public.open_reports_view import (
    FILTERS,
    asked_of,
    looks_through,
    open_reports_view,
)
from backend.web.public.served_view import served_view
from backend.web.words import duration_words, state_words

_OVERDUE_SIZE = 50
# Seconds of work each, where a city has a million reports.
_LOOKING_THROUGH = "10 per minute"


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One problem the city owes an answer to."""

    incident: OverdueIncident
    state_words: str
    late_words: str


@blueprint.get("/reports")
@access()
@open_page
def reports() -> str:
    """The list, filtered by what the address says, beside the map."""
    asked = asked_of(request.args, FILTERS)
    if looks_through(asked):
        network = network_of(request.remote_addr or "")
        current_runtime().limits.check(_LOOKING_THROUGH, "open-words", network)
    view = open_reports_view(
        current_session(), asked, request.args.get("before", ""), current_runtime().clock.now()
    )
    # Where the list goes on is a report's number, which the view reads.
    unknown = left_out((*FILTERS, "before"))
    return render_template("public/open_reports.html", view=view, unknown=unknown)


@blueprint.get("/overdue")
@access()
@open_page
def overdue() -> str:
    """What stands without an answer beyond its date, what was due first at its head."""
    session, now = current_session(), current_runtime().clock.now()
    page = whole_number("page") or 1
    first = (page - 1) * _OVERDUE_SIZE
    found = overdue_incidents(session, now, limit=_OVERDUE_SIZE, offset=first)
    return render_template(
        "public/overdue.html",
        rows=tuple(
            OverdueRow(
                one,
                state_words(State(one.state)),
                duration_words(late_by(one.due_at, one.paused_at, now)),
            )
            for one in found.incidents
        ),
        total=found.total,
        first=first + 1,
        previous_url=url_for("web.overdue", page=page - 1) if page > 1 else None,
        next_url=url_for("web.overdue", page=page + 1)
        if found.total > first + _OVERDUE_SIZE
        else None,
        cycles=_cycles(session),
        unknown=left_out(("page",), place="page"),
    )


@blueprint.get("/served")
@access()
@open_page
def served() -> str:
    """How long each district waits and what is closed there undone, as the findings say it."""
    return render_template("public/served.html", view=served_view(current_session()))


def _cycles(session: Session) -> list[tuple[str, str]]:
    """Where the answers owed on proposals stand."""
    return [
        (one.title, url_for("web.overdue_proposals", slug=one.slug))
        for one in public_cycles(session)
    ]
