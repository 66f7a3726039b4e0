"""The pages: staff's desk, the audit, and what the public may read. Each works without script."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFError, CSRFProtect

from backend.core.access import declared_access
from backend.core.errors import Unauthenticated
from backend.core.problems import Problem, describe, describe_http
from backend.core.runtime import current_runtime
from backend.web import pages  # noqa: F401 - its modules put their routes on the blueprint
from backend.web.built_scripts import script, sheet
from backend.web.city_map_view import map_document, map_words, without_area
from backend.web.desk.planned_days import planned_days
from backend.web.entry import inbound_text
from backend.web.face import add_page_tools, blueprint, identify_viewer
from backend.web.form_address import page_of_form_at
from backend.web.held_form import (
    held_form,
    open_form,
    owner_mark,
    page_that_holds,
    page_to_send,
    sent_form,
)
from backend.web.refused_form import add_form_tools
from backend.web.reporting import notice_pages
from backend.web.voting.vote_face import blueprint as vote_blueprint


def register(app: Flask) -> None:
    """Put the face on `app`; its forms are protected against forgery.

    The JSON face asks by itself where a request with its cookie comes from.
    """
    protection = CSRFProtect(app)
    # Nothing but what its forms carry casts a ballot there, and it sets cookies for its own pages.
    app.register_blueprint(vote_blueprint)
    # Whatever is posted there is signed.
    app.register_blueprint(inbound_text.blueprint)
    for other in app.blueprints.values():
        protection.exempt(other)
    # Mail programs end mails without a form of ours.
    protection.exempt(notice_pages.stop_mails_now)
    app.register_blueprint(blueprint)
    app.register_error_handler(CSRFError, _form_expired)
    add_page_tools(app)
    add_form_tools(app)
    app.jinja_env.globals |= {
        "script": script,
        "sheet": sheet,
        "map_document": map_document,
        "map_words": map_words,
        "without_area": without_area,
        "planned_days": planned_days,
        "owner_mark": owner_mark,
    }


def speaks_html() -> bool:
    """Whether the running request wants a page rather than JSON."""
    if request.blueprint is not None:
        return request.blueprint == blueprint.name or not request.blueprint.startswith("api_")
    return not request.path.startswith("/v1/") and request.accept_mimetypes.accept_html


def problem_page(problem: Problem) -> Response:
    """A problem as a page; where somebody must sign in first, the form for it.

    What they sent is held there, so that nothing they typed is lost. Whoever asks for the address
    that a form is sent to is led to the form's page.
    """
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED and request.method in {"GET", "HEAD"}:
        page_url = page_of_form_at(request.path, request.query_string.decode())
        if page_url:
            return make_response(redirect(page_url))
    if problem.status == HTTPStatus.UNAUTHORIZED:
        if held := sent_form():
            return page_that_holds(held, current_runtime().keyring, problem.status)
        is_asked = request.method == "GET"
        target = request.full_path if is_asked else _page_of_form() or ""
        is_not_done = bool(target) and not is_asked
        page = render_template(
            "sign_in.html", error=None, username="", next=target, is_not_done=is_not_done
        )
    else:
        fields, typed = _fields(problem), _own_words()
        page = render_template("problem.html", back_url=_page_of_form(), typed=typed, **fields)
    return make_response(page, problem.status)


def _own_words() -> list[str]:
    """What whoever asks typed into a form of their own, for whom this page is the answer."""
    viewer = g.get("actor")
    # Who asks is known only once the form could be read.
    held = sent_form() if viewer else None
    return held.words if held and held.owner == owner_mark(viewer) else []


def _form_expired(error: CSRFError) -> Response:
    """The session the form was made in has ended, or another site sent it."""
    problem = describe_http(error, "form-expired")
    keyring = current_runtime().keyring
    held, viewer = open_form() or sent_form() or held_form(keyring), identify_viewer()
    if held is None:
        access = declared_access(request.endpoint or "", request.method)
        is_signed_out = access and access.roles and not viewer.is_staff
        needed = describe(Unauthenticated("sign-in-needed"))
        return problem_page(needed if is_signed_out else problem)
    if held.owner in ("", owner_mark(viewer)):
        # They have signed in again on another page, or loaded the one that led them back anew.
        g.actor = viewer
        return page_to_send(held, problem.status)
    return page_that_holds(held, keyring, problem.status)


def _page_of_form() -> str | None:
    """The page a refused form was sent from, when it is one of ours that can be asked for."""
    if request.method != "POST" or request.referrer is None:
        return None
    came_from = urlsplit(request.referrer)
    adapter, path = current_app.create_url_adapter(request), came_from.path
    if came_from.netloc != request.host:
        return None
    within = path.removeprefix(request.script_root)
    if adapter is None or not adapter.test(within, "GET"):
        return page_of_form_at(within, came_from.query)
    return f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path


def _fields(problem: Problem) -> dict[str, object]:
    names = ("status", "slug", "title", "detail", "remedy", "errors")
    return {name: getattr(problem, name) for name in names}
