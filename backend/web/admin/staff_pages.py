"""Administration: who works for the city, and what they may do."""

import uuid
from collections.abc import Callable

from flask import g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from backend.accounts.add_staff import AddStaff, add_staff
from backend.accounts.change_staff import change_role, enable_staff, end_sessions
from backend.accounts.models import StaffAccount
from backend.accounts.queries import open_sessions, staff_account, staff_accounts
from backend.accounts.start_link import LIFE, make_start_link
from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Role
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.reports.desk_acts.close_account import close_account, held_counts
from backend.reports.workflow import DESK
from backend.web.admin.admin_form import line
from backend.web.face import blueprint, notice
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice
from backend.web.words import role_words

_CLOSE = "disable"
_ACTS: dict[str, Callable[[UnitOfWork, str], StaffAccount]] = {
    "enable": enable_staff,
    "sign-out": end_sessions,
}


@blueprint.get("/admin/users")
@access(Role.ADMIN)
def admin_users() -> str:
    """Everybody, those who may sign in first."""
    session, now = current_session(), current_runtime().clock.now()
    accounts = sorted(staff_accounts(session), key=lambda one: (not one.is_active, one.username))
    return render_template(
        "admin/users.html",
        accounts=[(one, _roles(one.role)) for one in accounts],
        sessions=open_sessions(session, now),
        held=held_counts(session),
        heirs=[(one.key, one.display_name) for one in accounts if _works_queue(one)],
        own=current_actor().key,
        roles=_roles(Role.WARD_STAFF),
        role_words=role_words,
        link=g.get("start_link"),
        days=LIFE.days,
    )


@blueprint.post("/admin/users", endpoint="add_user")
@access(Role.ADMIN)
@returns_to(admin_users)
def add_user_submit() -> Response:
    """Give somebody an account, and show the link by which they choose their password."""
    password = current_runtime().ids.token()
    command = AddStaff(line("username"), line("display_name"), _role(), password)
    with unit_of_work(current_actor()) as work:
        username = add_staff(work, command).username
        work.session.flush()
        token = make_start_link(work, username)
    return _show_link(username, token)


@blueprint.post("/admin/users/<uuid:id>", endpoint="change_user")
@access(Role.ADMIN)
@returns_to(admin_users)
def change_user_submit(id: uuid.UUID) -> Response:
    """Take an account back, open it again, or sign somebody out."""
    act = line("act")
    if act not in {_CLOSE, *_ACTS}:
        raise Invalid("choice-not-offered", pointer="/act", choices=[_CLOSE, *_ACTS])
    username = staff_account(current_session(), id).username
    if act == _CLOSE:
        return _close(username)
    with unit_of_work(current_actor()) as work:
        _ACTS[act](work, username)
    words = {
        "enable": _("%(username)s may sign in again.", username=username),
        "sign-out": _("%(username)s is signed out everywhere.", username=username),
    }
    notice("done", words[act])
    return redirect(url_for("web.admin_users"))


def _close(username: str) -> Response:
    heir = line("heir") or None
    with unit_of_work(current_actor()) as work:
        handed_on = close_account(work, username, heir)
    notice("done", _("%(username)s can sign in no more.", username=username))
    if handed_on and heir:
        notice("done", _("Open reports that somebody else has now: %(count)s.", count=handed_on))
    elif handed_on:
        notice("done", _("Open reports that nobody has now: %(count)s.", count=handed_on))
    return redirect(url_for("web.admin_users"))


@blueprint.post("/admin/users/<uuid:id>/role", endpoint="change_role")
@access(Role.ADMIN)
@returns_to(admin_users)
def change_role_submit(id: uuid.UUID) -> Response:
    """Let somebody do other things."""
    username = staff_account(current_session(), id).username
    with unit_of_work(current_actor()) as work:
        change_role(work, username, _role(), line("seen"))
    notice("done", _("%(username)s has another role from now on.", username=username))
    return redirect(url_for("web.admin_users"))


@blueprint.post("/admin/users/<uuid:id>/link", endpoint="make_start_link")
@access(Role.ADMIN)
@returns_to(admin_users)
def make_start_link_submit(id: uuid.UUID) -> Response:
    """End somebody's password, and show the link by which they choose another."""
    username = staff_account(current_session(), id).username
    with unit_of_work(current_actor()) as work:
        token = make_start_link(work, username)
    return _show_link(username, token)


def _show_link(username: str, token: str) -> Response:
    """On this answer alone: it is nowhere else."""
    g.start_link = username, public_address("web.start", token=token)
    return make_response(admin_users())


def _works_queue(account: StaffAccount) -> bool:
    return account.is_active and Role(account.role) in DESK


def _role() -> Role:
    if line("role") not in STAFF:
        raise Invalid("choice-not-offered", pointer="/role", choices=sorted(STAFF))
    return Role(line("role"))


def _roles(chosen: str) -> list[Choice]:
    order = (Role.WARD_STAFF, Role.ANALYST, Role.ADMIN)
    return [Choice(one, role_words(one), one == chosen) for one in order]
