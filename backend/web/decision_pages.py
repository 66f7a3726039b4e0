"""The decision log, for anybody."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Response, render_template, url_for

from backend.core.access import access
from backend.core.db import current_session
from backend.core.decision_file import entry_line
from backend.core.decision_log import Decision, all_decisions
from backend.core.i18n import gettext as _
from backend.reports.workflow import State
from backend.web.face import blueprint, whole_number
from backend.web.view_models import DecisionView
from backend.web.words import actor_words, state_words

_PAGE_SIZE = 50


@blueprint.get("/decisions")
@access()
def decisions() -> str:
    """Decisions, newest first, from the entry before `before` on."""
    session = current_session()
    before = whole_number("before")
    query = sa.select(Decision).order_by(Decision.sequence.desc()).limit(_PAGE_SIZE)
    entries = session.scalars(query.where(Decision.sequence < before) if before else query).all()
    newest = session.scalar(sa.select(Decision.hash).order_by(Decision.sequence.desc()).limit(1))
    is_more = bool(entries) and entries[-1].sequence > 1
    return render_template(
        "decisions.html",
        entries=tuple(_view(entry) for entry in entries),
        head=newest,
        older_url=url_for("web.decisions", before=entries[-1].sequence) if is_more else None,
    )


@blueprint.get("/decisions.jsonl")
@access()
def decisions_file() -> Response:
    """The whole log with everything its marks are made from, for `log verify --file`."""
    engine = current_session().get_bind().engine

    def lines() -> Iterator[str]:
        # The answer outlives the request's session, so it reads through a connection of its own.
        with engine.connect() as connection:
            for row in connection.execute(all_decisions()):
                yield entry_line(row)

    return Response(lines(), content_type="application/jsonl; charset=utf-8")


def _view(entry: Decision) -> DecisionView:
    return DecisionView(
        entry.sequence,
        entry.at,
        actor_words(entry.actor),
        _words(entry, json.loads(entry.facts)),
        entry.hash,
    )


def _words(entry: Decision, facts: dict[str, Any]) -> str:
    """One sentence for each action; an action this page does not know shows itself."""
    subject = entry.subject.partition(":")[2]
    words = {
        "city.founded": lambda: _("The log begins"),
        "city.described": lambda: _("The city's description was set"),
        "staff.added": lambda: _("A staff account was added (%(role)s)", role=facts["role"]),
        "boundaries.imported": lambda: _(
            "%(count)s districts came into force", count=facts["districts"]
        ),
        "services.imported": lambda: _("The list of services was set"),
        "report.filed": lambda: _("Report %(number)s came in", number=subject),
        "reports.imported": lambda: _(
            "%(count)s reports were imported from %(file)s",
            count=facts["requests"],
            file=facts["file"],
        ),
        "status.changed": lambda: _(
            "Report %(number)s: %(before)s, then %(after)s",
            number=subject,
            before=state_words(State(facts["before"])),
            after=state_words(State(facts["after"])),
        ),
        "repeat.linked": lambda: _(
            "Report %(number)s was joined to %(target)s", number=subject, target=facts["target"]
        ),
        "repeat.unlinked": lambda: _(
            "Report %(number)s was parted from %(target)s", number=subject, target=facts["target"]
        ),
        "incident.inspected": lambda: _("Report %(number)s was inspected", number=subject),
        "incidents.reread": lambda: _(
            "%(count)s problems lie in another district now", count=facts["changed"]
        ),
        "rates.fitted": lambda: _("Reporting rates were fitted"),
        "weights.proposed": lambda: _("Weight set %(version)s was proposed", version=subject),
        "weights.approved": lambda: _(
            "Weight set %(version)s came into force: %(reason)s",
            version=subject,
            reason=facts["reason"],
        ),
        "weights.retired": lambda: _(
            "Weight set %(version)s was retired: %(reason)s",
            version=subject,
            reason=facts["reason"],
        ),
        "election.tallied": lambda: _("The election %(slug)s was counted", slug=subject),
        "keys.rotated": lambda: _("Personal fields were sealed with a new key"),
    }
    known = words.get(entry.action)
    return known() if known else f"{entry.action} {subject}"
