"""Administration: keys of other programs that write through Open311."""

from flask import g, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response

from backend.accounts.api_keys import MAX_HOLDER, IssueKey, api_keys, issue_key, revoke_key
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.uow import unit_of_work
from backend.web.admin.admin_form import is_ticked, line
from backend.web.face import blueprint, notice
from backend.web.refused_form import returns_to
from backend.web.view_models import Choice
from backend.web.words import channel_words


@blueprint.get("/admin/keys")
@access(Role.ADMIN)
def admin_keys() -> str:
    """Those in use first, then those that ended."""
    keys = api_keys(current_session())
    return render_template(
        "admin/keys.html",
        keys=sorted(keys, key=lambda one: (one.revoked_at is not None, one.issued_at)),
        channels=[Choice(one, channel_words(one), one is Channel.OTHER) for one in Channel],
        channel_words=channel_words,
        new=g.get("new_key"),
        longest=MAX_HOLDER,
    )


@blueprint.post("/admin/keys", endpoint="issue_key")
@access(Role.ADMIN)
@returns_to(admin_keys)
def issue_key_submit() -> Response:
    """Make one, and show it on this answer alone."""
    channel = line("channel")
    if channel not in set(Channel):
        raise Invalid("choice-not-offered", pointer="/channel", choices=list(Channel))
    command = IssueKey(line("holder"), Channel(channel), is_ticked("is_desk"))
    with unit_of_work(current_actor()) as work:
        key = issue_key(work, command)
    g.new_key = command.holder, key
    return make_response(admin_keys())


@blueprint.post("/admin/keys/revocation", endpoint="revoke_key")
@access(Role.ADMIN)
@returns_to(admin_keys)
def revoke_key_submit() -> Response:
    """Let one be of no use any more."""
    prefix = line("prefix")
    with unit_of_work(current_actor()) as work:
        revoke_key(work, prefix)
    notice("done", _("The key %(prefix)s is ended.", prefix=prefix))
    return redirect(url_for("web.admin_keys"))
