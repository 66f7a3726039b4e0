"""What the forms about sweeps and visits hold, as commands."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import request
from sqlalchemy.orm import Session

from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.reports.catalogue import city_catalogue
from backend.reports.rules import AttributeTerms
from backend.triage.outreach.commands import RecordVisit
from backend.triage.sweeps.commands import DecideSweeps, Find, ProposeSweeps, RecordSweep
from backend.web.face import current_city
from backend.web.form_fields import day as day_of
from backend.web.form_fields import made_id, text
from equity.rates.reporting_rate import AreaRate

DECISIONS = ("approve", "drop")
# Lines for finds in the form; more can be asked for.
LINES, MOST_LINES = 6, 60
_FIND_FIELDS = ("stop", "number", "service", "description", "address")


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
    """What was walked and found; only empty lines are left out."""
    return RecordSweep(
        plan_id=plan_id,
        day=day,
        started_at=_moment("started_at"),
        ended_at=_moment("ended_at"),
        metres_walked=_figure("metres_walked"),
        missed=request.form.getlist("missed", type=int),
        finds=[_find(line) for line in range(MOST_LINES) if _is_filled(line)],
    )


def visit() -> RecordVisit:
    """Somebody was there."""
    return RecordVisit(
        district_code=text("district"),
        visited_on=day_of("visited_on"),
        channel=text("channel"),
        people=_whole("people"),
        words=text("words"),
        entry_id=made_id(),
    )


def lines_wanted() -> int:
    """How many lines for finds the form has."""
    wanted = request.form.get("lines", LINES, type=int) * (2 if text("more") else 1)
    return min(max(wanted, LINES), MOST_LINES)


def is_unfinished() -> bool:
    """Whether the form was sent only to have more of it: lines, or what the kinds ask."""
    return bool(text("more") or text("ask"))


def is_sure() -> bool:
    """Whether somebody says that what can hardly be is right all the same."""
    return bool(text("sure"))


def questions(session: Session) -> list[Sequence[AttributeTerms]]:
    """What the kind chosen in each line asks."""
    services = city_catalogue(session).services
    chosen = [services.get(text(f"service-{line}")) for line in range(lines_wanted())]
    return [
        [one for one in service.attributes if one.is_question] if service else []
        for service in chosen
    ]


def has_questions(session: Session) -> bool:
    """Whether any kind asks something."""
    services = city_catalogue(session).services.values()
    return any(one.is_question for service in services for one in service.attributes)


def answer_name(line: int, service_code: str, question: str) -> str:
    """The field's: answers to what another kind asks are not those of the one chosen now."""
    return f"answer-{line}-{service_code}-{question}"


def _is_filled(line: int) -> bool:
    return any(text(f"{name}-{line}").strip() for name in _FIND_FIELDS)


def _find(line: int) -> Find:
    place = request.form.get(f"stop-{line}", type=int)
    if not text(f"stop-{line}").strip():
        raise Invalid("sweep-find-without-stop", pointer=f"/finds/{line}", line=line + 1)
    if place is None:
        raise Invalid("sweep-stop-not-walked", pointer="/finds", stop=text(f"stop-{line}")[:20])
    number, service = text(f"number-{line}"), text(f"service-{line}")
    before = answer_name(line, service, "")
    return Find(
        place=place,
        number=number,
        service_code=service,
        description=text(f"description-{line}") or ("" if number else _("Found on a sweep.")),
        address=text(f"address-{line}"),
        answers={
            name.removeprefix(before): request.form.getlist(name)
            for name in request.form
            if name.startswith(before)
        },
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
