"""The winners of a participatory budget as open data: one line a project, one line an entry."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeAlias

from flask import Response, request
from sqlalchemy.orm import Session

from backend.ballots.cycle.models import Cycle
from backend.ballots.cycle.queries import public_cycle
from backend.ballots.delivery.describe_project import ProjectLine
from backend.ballots.delivery.overview import delivery_overview
from backend.ballots.delivery.queries import purposes, spending_of, winners_of
from backend.core.access import access
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.exports.csv_file import guarded
from backend.exports.face import blueprint

Cell: TypeAlias = str | int | float | date | datetime | None
_LINE = (
    "code",
    "part",
    "title",
    "category",
    "proposal",
    "lon",
    "lat",
    "state",
    "deliverer",
    "cost",
    "spent",
    "overspent",
    "reassess_on",
    "result",
)
_PROGRESS = (
    "milestones",
    "milestones_done",
    "planned_by_now",
    "next_due_on",
    "late_days",
    "first_finish_on",
    "finish_on",
    "delay_days",
    "reassessment_late_days",
)
_ENTRY = ("number", "spent_on", "amount", "purpose", "payee", "words", "takes_back", "at")


@blueprint.get("/data/budgets/<string:slug>/<string:name>")
@access()
def projects_file(slug: str, name: str) -> Response:
    """Projects or spending as CSV, exact or guarded for spreadsheets."""
    table, _, form = name.removesuffix(".csv").partition("-")
    if table not in _TABLES or name not in (f"{table}.csv", f"{table}-spreadsheet.csv"):
        raise NotFound("no-such-page")
    session, runtime = current_session(), current_runtime()
    network = network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.export_limit, "export", network)
    cycle = public_cycle(session, slug)
    header, rows = _TABLES[table](session, cycle, runtime.clock.now())
    response = Response(_written(header, rows, is_guarded=bool(form)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{slug}-{name}"'
    response.headers["Link"] = f'<{runtime.settings.data_licence_url}>; rel="license"'
    response.access_control_allow_origin = "*"
    return response


Table: TypeAlias = tuple[list[str], Iterable[list[Cell]]]


def _projects(session: Session, cycle: Cycle, now: datetime) -> Table:
    header = ["currency", "money_scale", *_LINE, *_PROGRESS, "as_of"]
    overview = delivery_overview(session, cycle, now)

    def cells(line: ProjectLine) -> list[Cell]:
        own = [getattr(line, name) for name in _LINE]
        plan = [getattr(line.progress, name) for name in _PROGRESS]
        return [cycle.currency, cycle.money_scale, *own, *plan, overview.as_of]

    return header, map(cells, overview.projects)


def _spending(session: Session, cycle: Cycle, _now: datetime) -> Table:
    codes = {one.id: one.code for one in winners_of(session, cycle)}
    names = {one.code: one.name for one in purposes(session)}
    header = ["currency", "money_scale", "project", *_ENTRY, "purpose_name"]
    rows = (
        [
            cycle.currency,
            cycle.money_scale,
            codes[row.project_id],
            *(getattr(row, name) for name in _ENTRY),
            names[row.purpose],
        ]
        for row in spending_of(session, list(codes))
    )
    return header, rows


_TABLES: dict[str, Callable[[Session, Cycle, datetime], Table]] = {
    "projects": _projects,
    "spending": _spending,
}


def _written(header: list[str], rows: Iterable[list[Cell]], *, is_guarded: bool) -> bytes:
    """RFC 4180 in UTF-8; empty cells for what there is not, moments and days in ISO 8601."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        cells = [one.isoformat() if isinstance(one, date) else one for one in row]
        if is_guarded:
            cells = [guarded(one) if isinstance(one, str) else one for one in cells]
        writer.writerow(cells)
    return ("\ufeff" * is_guarded + buffer.getvalue()).encode()
