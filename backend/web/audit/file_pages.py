"""An audit to take away in one file, and having a period audited."""

from datetime import date

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from backend.audits.findings.ask_audit import ask_for_audit, awaited_audits
from backend.audits.findings.period import Period, quarter_before
from backend.audits.queries import find_finding
from backend.core.access import access, current_actor
from backend.core.actors import Role
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.core.uow import unit_of_work
from backend.web.audit.asked import asked_for
from backend.web.audit.finding_view import period_words
from backend.web.audit.yearly_audit import yearly_audit
from backend.web.face import blueprint, local, notice
from backend.web.view_models import Choice

_QUARTERS_BACK = 8


@blueprint.get("/audits/<int:id>.html")
@access()
def finding_file(id: int) -> Response:
    """A finding in one file that loads nothing and prints well."""
    asked_for()
    session = current_session()
    response = Response(yearly_audit(session, find_finding(session, id)), mimetype="text/html")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{id}.html"
    return response


@blueprint.post("/audits/run", endpoint="ask_for_audit")
@access(Role.ANALYST, Role.ADMIN)
def ask_for_audit_submit() -> AnyResponse:
    """Have a quarter audited in the background; what comes out is public at once."""
    period = _period(request.form.get("period", ""))
    with unit_of_work(current_actor()) as work:
        ask_for_audit(work, period)
    notice("done", _("The audit is being made. It will stand here in a few minutes."))
    return redirect(url_for("web.findings"))


def periods_to_audit() -> list[Choice]:
    """The quarters that are over, newest first."""
    day, found = local(current_runtime().clock.now()).date(), []
    for _quarter in range(_QUARTERS_BACK):
        quarter = quarter_before(day)
        day = quarter.starts_on
        found.append(Choice(_value(quarter), period_words(quarter.starts_on, quarter.ends_on)))
    return found


def periods_awaited() -> list[str]:
    """Those that are asked for and not there yet, in words."""
    return [
        period_words(*(date.fromisoformat(one[name]) for name in ("starts_on", "ends_on")))
        for one in awaited_audits(current_session())
    ]


def _value(period: Period) -> str:
    return f"{period.starts_on.isoformat()}/{period.ends_on.isoformat()}"


def _period(text: str) -> Period:
    first, _slash, last = text.partition("/")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError as error:
        raise Invalid("quarter-unreadable", quarter=text[:21]) from error
