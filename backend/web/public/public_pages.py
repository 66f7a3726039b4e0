"""What anybody may read: the front page, one report, the explanation of a problem."""

import mimetypes
from datetime import datetime, timedelta
from importlib.resources import files

import sqlalchemy as sa
from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from backend.ballots.cycle.queries import calendar_of, public_cycles
from backend.core.access import access
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.problems import problem_texts
from backend.core.runtime import current_runtime
from backend.photos.queries import PublicPhoto
from backend.reports.models import Incident
from backend.reports.overdue import late_by, overdue_incidents
from backend.reports.photos.queries import public_photos
from backend.reports.public_report import PublicReport, public_report
from backend.reports.public_requests import unindexed_state
from backend.reports.queries import find_request
from backend.reports.workflow import CLOSED_STATES, FIXED_STATES, OPEN_STATES, PAUSED_STATES
from backend.web.audit.district_figures import newest_finding
from backend.web.budget.cycle_view import standing_words
from backend.web.budget.election_pages import election_links
from backend.web.face import blueprint
from backend.web.history import history_views, with_words
from backend.web.kept_pages import open_page
from backend.web.maps import city_map
from backend.web.view_models import HistoryView, HomePageView, PublicReportView
from backend.web.words import duration_words, next_words, state_words

# No file of ours has a longer name, and no file system takes much longer ones.
_LONGEST_NAME = 100
_MOST_LISTED = 3


@blueprint.get("/")
@access()
@open_page
def home() -> str:
    """The front page."""
    session, now = current_session(), current_runtime().clock.now()
    view = HomePageView(
        open_incidents=_count(session, Incident.state.in_(OPEN_STATES)),
        settled_30_days=_count(
            session,
            unindexed_state(session).in_(FIXED_STATES),
            Incident.closed_at >= now - timedelta(days=30),
        ),
        late=overdue_incidents(session, now, limit=1).total,
        elections=election_links(session)[:_MOST_LISTED],
        budgets=tuple(
            (one.title, one.slug, standing_words(calendar_of(session, one), now))
            for one in public_cycles(session)[:_MOST_LISTED]
        ),
        finding=newest_finding(session),
        map=city_map(session, _("The city and its districts")),
    )
    return render_template("public/home.html", view=view)


def _count(session: Session, *met: sa.ColumnElement[bool]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Incident).where(*met)) or 0


@blueprint.get("/find")
@access()
def find_report() -> BaseResponse:
    """From a typed number to its page."""
    request_found = find_request(current_session(), request.args.get("number", ""))
    return redirect(url_for("web.report", number=request_found.number))


@blueprint.get("/reports/<string:number>")
@access()
@open_page
def report(number: str) -> str:
    """One report, as anybody may read it."""
    session = current_session()
    about = find_request(session, number)
    photos = tuple(public_photos(session, [about.id])[about.id])
    return render_template(
        "public/report.html", view=_view(public_report(session, about.number), photos)
    )


@blueprint.get("/problems/<string:slug>")
@access()
def problem(slug: str) -> str:
    """What a problem's slug means: the page that `type` of every problem names."""
    text = problem_texts().get(slug)
    if text is None:
        abort(404)
    # The sentence with its facts belongs to the refusal; here the title and the remedy explain.
    return render_template(
        "problem.html",
        status=None,
        slug=slug,
        title=_(text.title),
        detail="",
        remedy=_(text.remedy),
    )


@blueprint.get("/static/<path:filename>")
@access()
def static(filename: str) -> BaseResponse:
    """Style sheets and pictures."""
    resource = files("backend.web").joinpath("static")
    for part in filename.split("/"):
        if part in {"", ".", ".."} or "\\" in part:
            abort(404)
        resource = resource.joinpath(part)
    if len(filename) > _LONGEST_NAME or not resource.is_file():
        abort(404)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    response = Response(resource.read_bytes(), content_type=kind)
    response.cache_control.max_age = 3600
    response.add_etag()
    return response.make_conditional(request)


def _view(found: PublicReport, photos: tuple[PublicPhoto, ...]) -> PublicReportView:
    session = current_session()
    is_open = found.state not in CLOSED_STATES
    emergency = None
    if found.emergency_number is not None and is_open:
        emergency = _(
            "This is about danger. Is somebody at risk right now? Call %(number)s first.",
            number=found.emergency_number,
        )
    return PublicReportView(
        number=found.number,
        same_as=found.incident_number if found.incident_number != found.number else None,
        service_name=found.service_name,
        description=found.description,
        state=found.state.value,
        state_words=state_words(found.state),
        next_words=next_words(found.state),
        address=found.address,
        district_name=found.district_name,
        is_outside=found.is_outside,
        requested_at=found.requested_at,
        first_at=found.opened_at if _is_repeat(found) else None,
        target_at=found.target_at,
        answered_at=found.answered_at,
        is_open=is_open,
        is_paused=found.state in PAUSED_STATES,
        late_words=_late_words(found, current_runtime().clock.now()) if is_open else "",
        reports=found.reports,
        history=_history(found),
        untold=found.comment_count - len(found.comments),
        photos=photos,
        emergency_words=emergency,
        map=city_map(session, _("Where it is"), pin=(found.lon, found.lat)),
    )


def _history(found: PublicReport) -> tuple[HistoryView, ...]:
    """What happened, the report itself first; where others saw it before, their first report."""
    views = with_words(history_views(found.requested_at, found.history), found.comments)
    if not _is_repeat(found):
        return views
    first = HistoryView(found.opened_at, _("First reported"), _("a resident"), None)
    return (first, *sorted(views, key=lambda one: one.at))


def _is_repeat(found: PublicReport) -> bool:
    """Whether somebody reported the same thing before."""
    return found.opened_at < found.requested_at


def _late_words(found: PublicReport, now: datetime) -> str:
    late = late_by(found.target_at, found.paused_at, now)
    return duration_words(late) if late > timedelta() else ""
