"""Administration: the configuration that runs, and work that failed."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.failed_jobs import failed_jobs, jobs_by_state, try_again
from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.core.runtime import current_runtime
from backend.core.schema import newest_revision
from backend.core.shown_settings import shown_settings
from backend.core.uow import unit_of_work
from backend.web.face import blueprint, notice

_MOST = 100
_ALL = "all"


@blueprint.get("/admin/running")
@access(Role.ADMIN)
def admin_running() -> str:
    """Read only, but for another try of what failed."""
    session = current_session()
    failed = failed_jobs(session)
    return render_template(
        "admin/running.html",
        settings=list(shown_settings(current_runtime().settings)),
        failed=failed[-_MOST:][::-1],
        failed_total=len(failed),
        states=jobs_by_state(session),
        revision=newest_revision(),
        database=session.get_bind().dialect.name,
    )


@blueprint.post("/admin/running/jobs", endpoint="try_jobs_again")
@access(Role.ADMIN)
def try_jobs_again_submit() -> Response:
    """Try one job once more, or all that failed."""
    wanted = request.form.get("job", "")
    with unit_of_work(current_actor()) as work:
        found = [one for one in failed_jobs(work.session) if wanted in {_ALL, str(one.id)}]
        try_again(work, found)
        count = len(found)
    words = ngettext(
        "One job is tried again within a minute.",
        "%(num)s jobs are tried again within a minute.",
        count,
    )
    notice("done", words if count else _("Nothing was left to try again."))
    return redirect(url_for("web.admin_running"))
