"""Administration: what there is to set, what was set lately, and the whole catalogue as a file."""

import json

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.decision_log import Decision, log_end
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.reports.administration.catalogue_changes import EntryChange, catalogue_changes
from backend.reports.administration.set_service import MOVES_QUEUE
from backend.reports.administration.shorter_retention import erased_by_all
from backend.reports.administration.standing import Kind, check_seen, mark_of
from backend.reports.catalogue import city_catalogue
from backend.reports.catalogue_file import catalogue_of
from backend.reports.export_catalogue import export_catalogue
from backend.reports.import_catalogue import import_catalogue
from backend.triage.preview_services import ServiceTerms, preview_services
from backend.web.admin.admin_form import line
from backend.web.admin.admin_view import AdminChange, changed_rows
from backend.web.catalogue_words import kind_words
from backend.web.face import blueprint, notice
from backend.web.form_fields import text
from backend.web.public.decision_names import Names, entry_words, log_names
from backend.web.refused_form import keep_form, returns_to

# Entries of the log that are looked through.
_LATELY = 20_000
_SHOWN = 12
_ACTIONS = ("catalogue.", "staff.", "api_key.", "jobs.", "services.")
_FILE = "catalogue.toml"


@blueprint.get("/admin")
@access(Role.ADMIN)
def admin() -> str:
    """Where everything is, and the newest changes."""
    return render_template("admin/overview.html", changes=_changes(current_session()))


@blueprint.get("/admin/catalogue")
@access(Role.ADMIN)
def admin_catalogue() -> str:
    """The whole catalogue, to take along and to bring."""
    catalogue = city_catalogue(current_session())
    return render_template(
        "admin/catalogue.html",
        services=len(catalogue.services),
        preview=g.get("catalogue_preview"),
        kind_words=kind_words,
    )


@blueprint.get("/admin/catalogue.toml")
@access(Role.ADMIN)
def admin_catalogue_file() -> FlaskResponse:
    """What `reports catalogue export` prints."""
    answer = FlaskResponse(
        export_catalogue(current_session()), content_type="application/toml; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{_FILE}"'
    return answer


@blueprint.post("/admin/catalogue", endpoint="bring_catalogue")
@access(Role.ADMIN)
@returns_to(admin_catalogue)
def bring_catalogue_submit() -> Response:
    """Show what a file would change, or let it change that."""
    name, data = _sent()
    file = catalogue_of(name, data)
    if line("act") != "import":
        changes = catalogue_changes(current_session(), file)
        g.catalogue_preview = _preview(changes, name, data)
        keep_form()
        return make_response(admin_catalogue())
    with unit_of_work(current_actor()) as work:
        check_seen(_seen(catalogue_changes(work.session, file)), line("seen"))
        import_catalogue(work, file)
    notice("done", _("The catalogue is in force."))
    return redirect(url_for("web.admin_catalogue"))


def _sent() -> tuple[str, bytes]:
    """The file, or what was shown of it before."""
    sent = request.files.get("file")
    data = sent.read() if sent else text("text").encode()
    if not data.strip():
        raise Invalid("catalogue-missing", pointer="/file")
    return (sent.filename if sent and sent.filename else line("name") or _FILE)[:120], data


def _preview(changes: tuple[EntryChange, ...], name: str, data: bytes) -> dict[str, object]:
    terms = {
        one.key: ServiceTerms.of(one.becomes)
        for one in changes
        if one.kind is Kind.SERVICE and one.was and one.becomes and MOVES_QUEUE & {*one.fields}
    }
    now = current_runtime().clock.now()
    return {
        "moves": preview_services(current_session(), terms, now) if terms else None,
        "would_go": sum(erased_by_all(current_session(), changes, now).values()),
        "name": name,
        "text": data.decode(),
        "seen": mark_of(_seen(changes)),
        "changes": [
            AdminChange(
                None,
                f"{kind_words(one.kind)} {one.key}",
                one.was is None,
                one.becomes is None,
                changed_rows(one.was, one.becomes, one.fields),
            )
            for one in changes
        ],
    }


def _seen(changes: tuple[EntryChange, ...]) -> list[object]:
    return [[one.kind, one.key, one.was, one.becomes] for one in changes]


def _changes(session: Session) -> list[AdminChange]:
    is_ours = sa.or_(*(Decision.action.startswith(one, autoescape=True) for one in _ACTIONS))
    is_late = Decision.sequence > log_end(session)[0] - _LATELY
    newest = sa.select(Decision).where(is_late, is_ours).order_by(Decision.sequence.desc())
    names = log_names(session)
    return [_change(one, names) for one in session.scalars(newest.limit(_SHOWN))]


def _change(entry: Decision, names: Names) -> AdminChange:
    facts = json.loads(entry.facts)
    was, becomes = facts.get("was"), facts.get("became")
    is_entry = isinstance(was, dict) and isinstance(becomes, dict)
    rows = changed_rows(was, becomes, facts.get("fields", ())) if is_entry else ()
    words = entry_words(entry, names)
    return AdminChange(entry.at, words, False, False, rows, entry.actor == current_actor().key)
