"""Administration: templates of answers, and whether they are humane."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.administration.set_template import set_template, template_entry
from backend.reports.administration.standing import Entry, mark_of
from backend.reports.answer_templates import all_templates, fill_template, find_template
from backend.reports.answer_words import PLACES, concerns
from backend.reports.catalogue import city_catalogue
from backend.reports.workflow import State
from backend.web.admin import admin_form
from backend.web.admin.admin_words import concern_words
from backend.web.face import blueprint, local, notice
from backend.web.form_fields import pressed, text
from backend.web.refused_form import keep_form, returns_to
from backend.web.view_models import Choice
from backend.web.words import state_words

# What an answer may go with: of a duplicate the merge tells.
_STEPS = tuple(one for one in State if one not in {State.RECEIVED, State.DUPLICATE})
_EXAMPLE_NUMBER = "7KQ2M9XD"
_NEW: Entry = {"name": "", "step": "", "services": [], "texts": [], "is_active": True}


@blueprint.get("/admin/templates")
@access(Role.ADMIN)
def admin_templates() -> str:
    """All of them, each with what it is for and how many things may be wrong with it."""
    services = city_catalogue(current_session()).services
    return render_template(
        "admin/templates.html",
        templates=[
            {
                "id": one.id,
                "name": one.name,
                "is_active": one.is_active,
                "step": _step_words(one.step),
                "services": [services[code].name for code in one.services if code in services],
                "texts": one.texts,
                "doubts": sum(len(concerns(said["text"], said["language"])) for said in one.texts),
            }
            for one in all_templates(current_session())
        ],
    )


@blueprint.get("/admin/templates/new")
@access(Role.ADMIN)
def admin_template_new() -> str:
    """An empty form."""
    return _page(_NEW, None)


@blueprint.post("/admin/templates/new", endpoint="add_template")
@access(Role.ADMIN)
@returns_to(admin_template_new)
def add_template_submit() -> Response:
    """Offer new words."""
    return _looked_at(_NEW, None) or _save(current_runtime().ids.uuid())


@blueprint.get("/admin/templates/<uuid:id>")
@access(Role.ADMIN)
def admin_template(id: uuid.UUID) -> str:
    """One template, as it is filled in, and what may be wrong with it."""
    return _page(template_entry(find_template(current_session(), id)) or _NEW, id)


@blueprint.post("/admin/templates/<uuid:id>", endpoint="set_template")
@access(Role.ADMIN)
@returns_to(admin_template)
def set_template_submit(id: uuid.UUID) -> Response:
    """Offer other words, or these no more."""
    stands = template_entry(find_template(current_session(), id)) or _NEW
    return _looked_at(stands, id) or _save(id)


def _looked_at(stands: Entry, template_id: uuid.UUID | None) -> Response | None:
    """The form once more with what may be wrong, where somebody asked to look first."""
    if pressed("save", "look") != "look":
        return None
    g.template_texts = {
        name.removeprefix("text-"): text(name)
        for name in request.form
        if name.startswith("text-") and admin_form.line(name)
    }
    keep_form()
    return make_response(_page(stands, template_id))


def _save(template_id: uuid.UUID) -> Response:
    command = admin_form.template(template_id)
    with unit_of_work(current_actor()) as work:
        set_template(work, command)
    notice("done", _("The template is saved."))
    return redirect(url_for("web.admin_template", id=template_id))


def _page(stands: Entry, template_id: uuid.UUID | None) -> str:
    services = city_catalogue(current_session()).services.values()
    languages = current_runtime().settings.languages
    said = {one["language"]: one["text"] for one in stands["texts"]}
    shown = g.get("template_texts", said)
    action = url_for("web.set_template", id=template_id) if template_id else None
    return render_template(
        "admin/template.html",
        template=stands,
        is_new=template_id is None,
        action=action or url_for("web.add_template"),
        seen=mark_of(stands) if template_id else "",
        steps=[Choice(one, state_words(one), one == stands["step"]) for one in _STEPS],
        services=sorted(services, key=lambda one: one.name),
        languages=tuple(dict.fromkeys((*languages, *said))),
        said=said,
        places=[f"{{{one}}}" for one in PLACES],
        looks=[_look(language, words) for language, words in shown.items()],
    )


def _look(language: str, words: str) -> Mapping[str, Any]:
    """A text as a resident would read it, with what may be wrong."""
    services = city_catalogue(current_session()).services.values()
    example = next(iter(services), None)
    filled = fill_template(
        words,
        number=_EXAMPLE_NUMBER,
        service=example.in_language(language).name if example else "",
        language=language,
        street=_("Mill Street"),
        day=local(current_runtime().clock.now()).date() + timedelta(days=7),
    )
    found = [concern_words(one) for one in concerns(words, language)]
    return {"language": language, "text": filled.text, "doubts": found}


def _step_words(step: str) -> str:
    return state_words(State(step)) if step else _("Any answer")
