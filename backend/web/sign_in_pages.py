"""Staff sign in and out."""

from typing import Any

from flask import g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from backend.accounts.identify import staff_of_session
from backend.accounts.known_browser import KEPT, mark_browser, mark_name
from backend.accounts.sign_in import plain_name, sign_in, sign_out
from backend.core.access import access, current_actor
from backend.core.errors import DomainError, Forbidden, TooManyRequests
from backend.core.i18n import gettext as _
from backend.core.limits import network_of
from backend.core.problems import describe
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.face import STAFF_TOKEN, blueprint, notice
from backend.web.held_form import (
    HELD,
    LARGEST_SEAL,
    HeldForm,
    held_form,
    owner_mark,
    page_to_send,
)


@blueprint.url_value_preprocessor
def take_held_form(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """What the page holds may be longer than a form; this comes before it is read for its token."""
    if endpoint == "web.sign_in_submit":
        request.max_content_length = LARGEST_SEAL + (request.max_content_length or 0)


@blueprint.get("/sign-in", endpoint="sign_in")
@access()
def sign_in_page() -> str:
    """The form."""
    return render_template(
        "sign_in.html", error=None, username="", next=request.args.get("next", "")
    )


@blueprint.post("/sign-in")
@access()
def sign_in_submit() -> Response:
    """Check the password; on success a new session begins, and what the page held can be sent."""
    runtime = current_runtime()
    username = request.form.get("username", "")
    name, sender = plain_name(username), network_of(request.remote_addr or "")
    mark = request.cookies.get(mark_name(runtime, name), "")
    held = held_form(runtime.keyring)
    try:
        with unit_of_work(current_actor()) as work:
            opened = sign_in(work, username, request.form.get("password", ""), sender, mark)
            actor = staff_of_session(work.session, opened.token, work.now)
            if held and (actor is None or owner_mark(actor) != held.owner):
                # Nobody sends, or reads, what somebody else typed.
                raise Forbidden("held-by-another")
    except Forbidden as error:
        return _not_signed_in(error, held)
    except TooManyRequests as error:
        if held is None:
            raise
        return _not_signed_in(error, held)
    # A fresh session, so that nothing planted before the sign-in lives on.
    session.clear()
    session[STAFF_TOKEN] = opened.token
    if held:
        g.actor = actor
        return remember_browser(page_to_send(held), name)
    return remember_browser(redirect(safe_target(request.form.get("next", ""))), name)


def _not_signed_in(error: DomainError, held: HeldForm | None) -> Response:
    """The form once more, with what it held."""
    problem = describe(error)
    page = render_template(
        "sign_in.html",
        error=f"{problem.detail} {problem.remedy}",
        username=request.form.get("username", ""),
        next=request.form.get("next", ""),
        held=request.form[HELD] if held else "",
        has_files=bool(held and held.files),
    )
    response = make_response(page, error.status)
    response.headers.update(error.headers)
    return response


@blueprint.post("/sign-out", endpoint="sign_out")
@access()
def sign_out_submit() -> Response:
    """End the session here and in the database."""
    token = session.pop(STAFF_TOKEN, None)
    if isinstance(token, str):
        with unit_of_work(current_actor()) as work:
            sign_out(work, token)
    notice("done", _("You are signed out."))
    return redirect(url_for("web.home"))


def remember_browser(response: Response, name: str) -> Response:
    """Let this browser try to sign in to that account while others may not."""
    runtime = current_runtime()
    response.set_cookie(
        mark_name(runtime, name),
        mark_browser(runtime, name),
        max_age=KEPT,
        path=url_for("web.sign_in"),
        secure=request.is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def safe_target(target: str) -> str:
    """`target` when it is a path on this site, the queue otherwise."""
    is_path = target.startswith("/") and not target.startswith("//")
    # Browsers read a backslash as a slash and drop line ends and tabs.
    is_plain = "\\" not in target and target.isprintable()
    return target if is_path and is_plain else url_for("web.queue")
