"""Somebody new, or who forgot it, chooses a password of their own."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from backend.accounts.start_link import account_of_link, choose_password
from backend.core.access import access
from backend.core.actors import Actor, Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.face import blueprint, notice
from backend.web.refused_form import returns_to
from backend.web.sign_in_pages import remember_browser


@blueprint.get("/start/<string:token>")
@access()
def start(token: str) -> str:
    """The form, for whoever has the link."""
    runtime = current_runtime()
    key, now = runtime.settings.hash_key, runtime.clock.now()
    account = account_of_link(current_session(), key, token, now)
    return render_template(
        "start.html", account=account, link=token, least=MINIMUM_LENGTH, most=MAXIMUM_LENGTH
    )


@blueprint.post("/start/<string:token>", endpoint="choose_password")
@access()
@returns_to(start)
def choose_password_submit(token: str) -> Response:
    """Keep the password; the link is over with that."""
    runtime = current_runtime()
    sender = network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.sign_in_limit, "sign-in", sender)
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        raise Invalid("passwords-differ", pointer="/again")
    account = account_of_link(
        current_session(), runtime.settings.hash_key, token, runtime.clock.now()
    )
    with unit_of_work(Actor(account.key, Role(account.role))) as work:
        choose_password(work, token, password)
    notice("done", _("Your password is kept. Sign in with it."))
    return remember_browser(redirect(url_for("web.sign_in")), account.username)
