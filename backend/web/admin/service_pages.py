"""Administration: the kinds of problems the city takes reports of."""

from typing import Any

from flask import g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import NotFound
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.administration.set_service import (
    MOVES_QUEUE,
    SetService,
    remove_service,
    set_service,
)
from backend.reports.administration.shorter_retention import erased_by
from backend.reports.administration.standing import (
    Entry,
    mark_of,
    reports_of_service,
    service_stands,
)
from backend.reports.catalogue import city_catalogue
from backend.reports.catalogue_fields import ATTRIBUTE, SERVICE
from backend.reports.rules import DATATYPES
from backend.triage.preview_services import ServicePreview, ServiceTerms, preview_services
from backend.web.admin import admin_form
from backend.web.admin.admin_words import datatype_words
from backend.web.face import blueprint, notice
from backend.web.refused_form import keep_form, returns_to
from backend.web.view_models import Choice
from backend.web.words import severity_words

_BANDS = range(5)
_LOOKED_AT = MOVES_QUEUE | {"retention_days"}
_NEW: Entry = {one.column: one.default for one in SERVICE.values()} | {
    "code": "",
    "name": "",
    "severity_band": 3,
    "target_hours": 72,
    "attributes": [],
}
_NEW_ATTRIBUTE: Entry = {one.column: one.default for one in ATTRIBUTE.values()} | {
    "code": "",
    "datatype": "string",
    "description": "",
}


@blueprint.get("/admin/services")
@access(Role.ADMIN)
def admin_services() -> str:
    """All of them, those that are offered first."""
    services = city_catalogue(current_session()).services.values()
    return render_template(
        "admin/services.html",
        services=sorted(services, key=lambda one: (not one.is_active, one.group_name, one.name)),
        severity_words=severity_words,
    )


@blueprint.get("/admin/services/new")
@access(Role.ADMIN)
def admin_service_new() -> str:
    """An empty form."""
    return _page(_NEW, None)


@blueprint.post("/admin/services/new", endpoint="add_service")
@access(Role.ADMIN)
@returns_to(admin_service_new)
def add_service_submit() -> Response:
    """Offer a new kind of problem."""
    return _save(admin_form.service(None))


@blueprint.get("/admin/services/<string:code>")
@access(Role.ADMIN)
def admin_service(code: str) -> str:
    """Everything about one."""
    stands = service_stands(current_session(), code)
    if stands is None:
        raise NotFound("entry-unknown", code=code[:60])
    return _page(stands, code)


@blueprint.post("/admin/services/<string:code>", endpoint="set_service")
@access(Role.ADMIN)
@returns_to(admin_service)
def set_service_submit(code: str) -> Response:
    """Save it; where places in the queue would move or something go, only once that was seen."""
    command = admin_form.service(code)
    session, now = current_session(), current_runtime().clock.now()
    stands = service_stands(session, code)
    if stands is None or admin_form.line("looked") == _terms_mark(command.entry):
        return _save(command)
    moves = any(stands[name] != command.entry[name] for name in MOVES_QUEUE)
    erased = erased_by(session, stands, command.entry, now)
    if not moves and not erased:
        return _save(command)
    if moves:
        terms = ServiceTerms.of(command.entry)
        g.service_preview = preview_services(session, {code: terms}, now)
    g.would_go = erased
    keep_form()
    return make_response(_page(stands, code, _terms_mark(command.entry)))


@blueprint.post("/admin/services/<string:code>/removal", endpoint="remove_service")
@access(Role.ADMIN)
@returns_to(admin_service)
def remove_service_submit(code: str) -> Response:
    """Take back one that nobody ever used."""
    with unit_of_work(current_actor()) as work:
        remove_service(work, code, admin_form.line("seen"))
    notice("done", _("%(code)s is gone.", code=code))
    return redirect(url_for("web.admin_services"))


def _save(command: SetService) -> Response:
    with unit_of_work(current_actor()) as work:
        names = set_service(work, command)
    code = command.entry["code"]
    said = _("%(code)s is saved.", code=code) if names else _("Nothing was changed.")
    notice("done", said)
    return redirect(url_for("web.admin_service", code=code))


def _page(stands: Entry, code: str | None, looked: str = "") -> str:
    preview: ServicePreview | None = g.get("service_preview")
    action = url_for("web.set_service", code=code) if code else url_for("web.add_service")
    return render_template(
        "admin/service.html",
        service=stands,
        code=code,
        action=action,
        seen=mark_of(stands) if code else "",
        preview=preview,
        would_go=g.get("would_go", 0),
        looked=looked,
        reports=reports_of_service(current_session(), code) if code else 0,
        bands=_choices(_BANDS, severity_words, stands["severity_band"]),
        languages=admin_form.other_languages(stands["translations"]),
        said={one["language"]: one for one in stands["translations"] or ()},
        attributes=[_attribute(one) for one in (*stands["attributes"], _NEW_ATTRIBUTE)],
    )


def _attribute(entry: Entry) -> dict[str, Any]:
    return entry | {
        "datatypes": _choices(DATATYPES, datatype_words, entry["datatype"]),
        "said": {one["language"]: one for one in entry["translations"] or ()},
    }


def _choices(values: Any, words: Any, chosen: Any) -> list[Choice]:
    return [Choice(str(one), words(one), one == chosen) for one in values]


def _terms_mark(entry: Entry) -> str:
    return mark_of([entry[name] for name in sorted(_LOOKED_AT)])
