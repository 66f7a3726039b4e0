"""What the forms about sweeps and visits hold, as commands."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request

from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.triage.outreach.commands import RecordVisit
from backend.triage.sweeps.commands import DecideSweeps, Find, ProposeSweeps, RecordSweep
from backend.web.delivery_form import day as day_of
from backend.web.face import current_city
from backend.web.proposal_form import text
from equity.rates.reporting_rate import AreaRate

DECISIONS = ("approve", "drop")
# Lines for finds in the form; more can be asked for.
LINES, MOST_LINES = 6, 60


def plan(rates: list[AreaRate], rate_run: str | None) -> ProposeSweeps:
    """A plan from the newest rates."""
    return ProposeSweeps(
        weeks=_whole("weeks"),
        seed=_whole("seed"),
        days_per_week=_figure("days_per_week"),
        hours_per_day=_figure("hours_per_day"),
        walking_km_per_hour=_figure("walking_km_per_hour"),
        travel_km_per_hour=_figure("travel_km_per_hour"),
        jobs_per_week=_figure("jobs_per_week") if text("jobs_per_week") else None,
        rates=rates,
        rate_run=rate_run,
    )


def decision(plan_id: int) -> DecideSweeps:
    """In force, or dropped."""
    chosen = text("decision")
    if chosen not in DECISIONS:
        raise Invalid("choice-not-offered", pointer="/decision", choices=DECISIONS)
    return DecideSweeps(plan_id, chosen == "approve", text("reason"))


def sweep(plan_id: int, day: int) -> RecordSweep:
    """What was walked and found; lines without a stop are left out."""
    return RecordSweep(
        plan_id=plan_id,
        day=day,
        started_at=_moment("started_at"),
        ended_at=_moment("ended_at"),
        metres_walked=_figure("metres_walked"),
        missed=[int(one) for one in request.form.getlist("missed") if one.isdecimal()],
        finds=[_find(line) for line in range(MOST_LINES) if text(f"stop-{line}")],
    )


def visit() -> RecordVisit:
    """Somebody was there."""
    return RecordVisit(
        district_code=text("district"),
        visited_on=day_of("visited_on"),
        channel=text("channel"),
        people=_whole("people"),
        words=text("words"),
    )


def lines_wanted() -> int:
    """How many lines for finds the form has."""
    wanted = request.args.get("lines", LINES, type=int)
    return min(max(wanted, LINES), MOST_LINES)


def _find(line: int) -> Find:
    place = request.form.get(f"stop-{line}", type=int)
    if place is None:
        raise Invalid("sweep-stop-not-walked", pointer="/finds", stop=text(f"stop-{line}")[:20])
    return Find(
        place=place,
        number=text(f"number-{line}"),
        service_code=text(f"service-{line}"),
        description=text(f"description-{line}") or _("Found on a sweep."),
        address=text(f"address-{line}"),
    )


def _moment(name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text(name))
    except ValueError as error:
        raise Invalid("sweep-times-not-valid", pointer=f"/{name}") from error
    zone = ZoneInfo(current_city().time_zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _figure(name: str) -> float:
    figure = request.form.get(name, type=float)
    if figure is None:
        raise Invalid("form-figure-missing", pointer=f"/{name}", field=name)
    return figure


def _whole(name: str) -> int:
    figure = request.form.get(name, type=int)
    if figure is None:
        raise Invalid("form-figure-missing", pointer=f"/{name}", field=name)
    return figure
