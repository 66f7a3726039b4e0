"""Administration: working days and holidays, words of danger, and what else the city decided."""

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.administration.set_hazard_words import (
    SetHazardWords,
    hazard_languages,
    set_hazard_words,
)
from backend.reports.administration.set_policy import (
    add_holiday,
    holidays,
    remove_holiday,
    set_policy,
)
from backend.reports.administration.standing import hazard_words_stand, mark_of, policy_stands
from backend.reports.catalogue import city_catalogue
from backend.reports.hazard_words import first_hazard
from backend.reports.target_clock import due_at
from backend.web.admin import admin_form
from backend.web.face import blueprint, local, notice
from backend.web.form_fields import day, text
from backend.web.refused_form import returns_to

_EXAMPLE = timedelta(days=3)


@blueprint.get("/admin/calendar")
@access(Role.ADMIN)
def admin_calendar() -> str:
    """The working week, the holidays, and what they make of a target."""
    session, now = current_session(), current_runtime().clock.now()
    week = policy_stands(session)["working_week"]
    locale = get_locale()
    names = locale.days["stand-alone"]["wide"] if locale else {}
    return render_template(
        "admin/calendar.html",
        days=[(number, names.get(number, str(number)), week[number] == "W") for number in range(7)],
        seen=mark_of({"working_week": week}),
        holidays=holidays(session),
        today=local(now).date(),
        example=due_at(now, _EXAMPLE, city_catalogue(session).calendar),
    )


@blueprint.post("/admin/calendar", endpoint="set_week")
@access(Role.ADMIN)
@returns_to(admin_calendar)
def set_week_submit() -> Response:
    """Say which days of a week count."""
    with unit_of_work(current_actor()) as work:
        set_policy(work, admin_form.working_week())
    notice("done", _("The working week is saved. Dates that were promised stay."))
    return redirect(url_for("web.admin_calendar"))


@blueprint.post("/admin/calendar/holidays", endpoint="add_holiday")
@access(Role.ADMIN)
@returns_to(admin_calendar)
def add_holiday_submit() -> Response:
    """Count a day no more."""
    command = admin_form.holiday()
    with unit_of_work(current_actor()) as work:
        add_holiday(work, command)
    notice("done", _("%(name)s is a holiday.", name=command.name))
    return redirect(url_for("web.admin_calendar"))


@blueprint.post("/admin/calendar/holidays/removal", endpoint="remove_holiday")
@access(Role.ADMIN)
@returns_to(admin_calendar)
def remove_holiday_submit() -> Response:
    """Count a day again."""
    with unit_of_work(current_actor()) as work:
        remove_holiday(work, day("day"))
    notice("done", _("The day counts again."))
    return redirect(url_for("web.admin_calendar"))


@blueprint.get("/admin/hazard-words")
@access(Role.ADMIN)
def admin_hazard_words() -> str:
    """The words of each language, and what they find in a sentence."""
    session = current_session()
    languages = dict.fromkeys((*current_runtime().settings.languages, *hazard_languages(session)))
    lists = {one: hazard_words_stand(session, one) for one in languages}
    tried = request.args.get("try", "")[:500]
    return render_template(
        "admin/hazard_words.html",
        lists=[(one, words, mark_of(words)) for one, words in lists.items()],
        tried=tried,
        found=first_hazard(city_catalogue(session).hazards, tried),
        hazard=city_catalogue(session).hazard,
    )


@blueprint.post("/admin/hazard-words", endpoint="set_hazard_words")
@access(Role.ADMIN)
@returns_to(admin_hazard_words)
def set_hazard_words_submit() -> Response:
    """Set those of one language."""
    words = tuple(filter(None, map(str.strip, text("words").splitlines())))
    command = SetHazardWords(admin_form.line("language"), words, admin_form.line("seen"))
    with unit_of_work(current_actor()) as work:
        set_hazard_words(work, command)
    notice("done", _("The words of danger are saved."))
    return redirect(url_for("web.admin_hazard_words"))


@blueprint.get("/admin/policy")
@access(Role.ADMIN)
def admin_policy() -> str:
    """What else the city decided about reports."""
    columns = policy_stands(current_session())
    columns.pop("working_week")
    return render_template("admin/policy.html", policy=columns, seen=mark_of(columns))


@blueprint.post("/admin/policy", endpoint="set_policy")
@access(Role.ADMIN)
@returns_to(admin_policy)
def set_policy_submit() -> Response:
    """Let it hold from now on."""
    with unit_of_work(current_actor()) as work:
        set_policy(work, admin_form.policy())
    notice("done", _("Saved. It holds from now on."))
    return redirect(url_for("web.admin_policy"))
