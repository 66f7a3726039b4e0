"""Staff sign in and out."""

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from backend.accounts.known_browser import KEPT, mark_browser, mark_name
from backend.accounts.sign_in import plain_name, sign_in, sign_out
from backend.core.access import access, current_actor
from backend.core.errors import Forbidden
from backend.core.i18n import gettext as _
from backend.core.limits import network_of
from backend.core.problems import describe
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.face import STAFF_TOKEN, blueprint, notice


@blueprint.get("/sign-in", endpoint="sign_in")
@access()
def sign_in_page() -> str:
    """The form."""
    return render_template(
        "sign_in.html", error=None, username="", next=request.args.get("next", "")
    )


@blueprint.post("/sign-in")
@access()
def sign_in_submit() -> Response | tuple[str, int]:
    """Check the password; on success a new session begins."""
    runtime = current_runtime()
    username = request.form.get("username", "")
    name, sender = plain_name(username), network_of(request.remote_addr or "")
    mark = request.cookies.get(mark_name(runtime, name), "")
    try:
        with unit_of_work(current_actor()) as work:
            opened = sign_in(work, username, request.form.get("password", ""), sender, mark)
    except Forbidden as error:
        problem = describe(error)
        page = render_template(
            "sign_in.html",
            error=f"{problem.detail} {problem.remedy}",
            username=username,
            next=request.form.get("next", ""),
        )
        return page, 403
    # A fresh session, so that nothing planted before the sign-in lives on.
    session.clear()
    session[STAFF_TOKEN] = opened.token
    return remember_browser(redirect(safe_target(request.form.get("next", ""))), name)


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
