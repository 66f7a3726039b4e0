"""Where the link at the end of a mail leads: one click, and no more mails come."""

from flask import render_template

from backend.core.access import access
from backend.core.actors import ANONYMOUS
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.delivery.notices.stop_mails import mailed_registration
from backend.delivery.notices.stop_mails import stop_mails as forget_address
from backend.web.face import blueprint


@blueprint.get("/notices/stop/<string:token>")
@access()
def stop_mails(token: str) -> str:
    """Ask first: mail programs look behind links without anybody having clicked."""
    mailed_registration(current_runtime(), token)
    return render_template("reporting/notices_stop.html", mail_token=token, is_done=False)


@blueprint.post("/notices/stop/<string:token>")
@access()
def stop_mails_now(token: str) -> str:
    """Send nothing more to the address the mail went to.

    Mail programs send this too (RFC 8058), with neither a cookie nor a form of ours: whoever has
    the address of this page had the mail.
    """
    with unit_of_work(ANONYMOUS) as work:
        forget_address(work, token)
    return render_template("reporting/notices_stop.html", mail_token=token, is_done=True)
