"""Outreach at the desk: where to go and ask, why, by which channel, and who was there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask_babel import format_date, format_decimal
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.audits.few_people import told_rates
from backend.audits.models import RateRun
from backend.audits.queries import latest_run
from backend.core.access import access, current_actor
from backend.core.actors import STAFF
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.i18n import marked
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.places.queries import current_boundary_set, current_districts
from backend.triage.outreach.queries import (
    last_visits,
    read_outreach,
    reports_by_channel,
    visits,
)
from backend.triage.outreach.record_visit import VISIT_CHANNELS, record_visit
from backend.triage.outreach.take_back_visit import may_take_back, take_back_visit
from backend.web.face import blueprint, current_city, notice
from backend.web.public.kept_counts import HOUR, kept_count
from backend.web.refused_form import returns_to
from backend.web.sweeps import sweep_form
from backend.web.view_models import Choice
from backend.web.words import actor_words, below_middle_words, channel_words, told_apart
from equity.levers.outreach import VISIT, ChannelGap, NotListed, OutreachArea, OutreachList

_DESK = tuple(sorted(STAFF))
_VISITS_SHOWN = 50
_REASONS = {
    NotListed.CANNOT_TELL: marked("Too few problems were reported twice there to tell."),
    NotListed.SILENT: marked("Hardly anybody reports there: the sweep plan looks after them."),
    NotListed.NOT_LOW: marked("People there do not clearly report less than in the middle one."),
}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A district on the list; `gap` says why this channel, with its figures."""

    name: str
    code: str
    why: str
    grade: str
    channel: str
    gap: str
    last_visited: str


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit in words; `entry` is its id where whoever looks can still take it back."""

    district_name: str
    on: str
    channel: str
    people: int
    words: str
    by: str
    entry: UUID | None


@blueprint.get("/desk/outreach")
@access(*_DESK)
def outreach() -> str:
    """The list, the districts that are not on it and why, and a form for a visit."""
    session, now = current_session(), current_runtime().clock.now()
    today = now.astimezone(ZoneInfo(current_city().time_zone)).date()
    districts = {one.id: one for one in current_districts(session)}
    run = latest_run(session)
    found, last = newest_list(session, run, now, today), last_visits(session)
    rows = [
        _row(one, districts[int(one.area)].name, districts[int(one.area)].code,
             last.get(int(one.area)))
        for one in (found.areas if found else ())
    ]  # fmt: skip
    others = [
        (districts[int(area)].name, _(_REASONS[reason]))
        for area, reason in (found.not_listed if found else ())
    ]
    return render_template(
        "sweeps/outreach.html",
        is_known=found is not None,
        rows=rows,
        others=sorted(others),
        fitted=run and _day(run.fitted_at.date()),
        visits=[
            VisitLine(
                name,
                _day(one.visited_on),
                _channel(one.channel),
                one.people,
                one.words,
                actor_words(one.recorded_by),
                one.entry_id if may_take_back(one, current_actor(), now) else None,
            )
            for one, name in visits(session, _VISITS_SHOWN)
        ],
        districts=[Choice(one.code, one.name) for one in districts.values()],
        channels=visit_channels(),
        today=today.isoformat(),
        new_id=current_runtime().ids.uuid(),
    )


@blueprint.post("/desk/outreach", endpoint="record_visit")
@access(*_DESK)
@returns_to(outreach)
def record_visit_submit() -> Response:
    """Somebody was there."""
    command = sweep_form.visit()
    with unit_of_work(current_actor()) as work:
        is_new = record_visit(work, command)
    notice("done", recorded_words(is_new))
    return redirect(url_for("web.outreach"))


@blueprint.post("/desk/outreach/<uuid:id>/undo", endpoint="take_back_visit")
@access(*_DESK)
@returns_to(outreach)
def take_back_visit_submit(id: UUID) -> Response:
    """It was recorded by mistake."""
    with unit_of_work(current_actor()) as work:
        take_back_visit(work, id)
    notice("done", _("The visit is taken back."))
    return redirect(url_for("web.outreach") + "#visits")


def recorded_words(is_new: bool) -> str:
    """What became of a visit that was sent."""
    return _("The visit is recorded.") if is_new else _("This visit is recorded already.")


def visit_channels() -> list[Choice]:
    """What can be shown or offered at a visit."""
    return [Choice(one, _channel(one)) for one in VISIT_CHANNELS]


def newest_list(
    session: Session, run: RateRun | None, now: datetime, today: date
) -> OutreachList | None:
    """Where to go, from the newest rates; None where they are not of the districts in force."""
    boundary_set = current_boundary_set(session)
    if run is None or boundary_set is None or run.boundary_set_id != boundary_set.id:
        return None
    rates = told_rates(session, run)
    mix = kept_count(session, "channels", lambda: reports_by_channel(session, now), HOUR)
    return read_outreach(session, boundary_set.id, rates, mix, today)


def _row(area: OutreachArea, name: str, code: str, last: date | None) -> AreaRow:
    widest = max(area.gaps, key=lambda gap: gap.gap, default=None)
    return AreaRow(
        name=name,
        code=code,
        why=f"{below_middle_words(area.upper_limit, area.median_rate)} {_missing_words(area)}",
        grade=area.grade.value,
        channel=_channel(area.channel),
        gap=_gap_words(widest) if widest and widest.gap > 0 else _no_gap_words(),
        last_visited=_("never, as far as is recorded") if last is None else _day(last),
    )


def _missing_words(area: OutreachArea) -> str:
    residents = format_decimal(round(area.residents))
    if area.unheard < 1:
        return _("No more may be missing than one of its %(all)s residents reports.", all=residents)
    return _(
        "As much is missing as at least %(unheard)s of its %(all)s residents would report.",
        unheard=format_decimal(int(area.unheard)),
        all=residents,
    )


def _gap_words(gap: ChannelGap) -> str:
    low = int(100 * gap.low)
    told = told_apart(100 * gap.high, 100 * gap.expected_share, (0, 1))
    if told is None:
        return _(
            "%(low)s to %(high)s of 100 reports come that way; with the residents it has, slightly "
            "more would.",
            low=low,
            high=round(100 * gap.high),
        )
    high, expected = told
    return _(
        "%(low)s to %(high)s of 100 reports come that way; with the residents it has, "
        "%(expected)s of 100 would.",
        low=low,
        high=high,
        expected=expected,
    )


def _no_gap_words() -> str:
    return _("No way of reporting stands out as little used. Go and ask.")


def _channel(channel: str) -> str:
    return _("A visit") if channel == VISIT else channel_words(channel)


def _day(day: date) -> str:
    return str(format_date(day, "d MMM y"))
