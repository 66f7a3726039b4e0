"""The decision log, for anybody."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from flask import Response, render_template, url_for

from backend.core.access import access
from backend.core.db import current_session
from backend.core.decision_file import entry_line
from backend.core.decision_log import Decision, all_decisions
from backend.web.decision_words import decision_words
from backend.web.face import blueprint, whole_number
from backend.web.view_models import DecisionView
from backend.web.words import actor_words

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
        decision_words(entry.action, entry.subject.partition(":")[2], json.loads(entry.facts)),
        entry.hash,
    )
