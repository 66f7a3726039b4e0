"""The decision log, for anybody."""

from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files

import sqlalchemy as sa
from flask import Response, render_template, url_for

from backend.core.access import access
from backend.core.db import current_session
from backend.core.decision_file import entry_line
from backend.core.decision_log import Decision, all_decisions
from backend.core.long_answers import take_turn
from backend.web.face import blueprint, whole_number
from backend.web.kept_pages import open_page
from backend.web.public.decision_names import Names, entry_words, log_names
from backend.web.public.left_out import left_out
from backend.web.view_models import DecisionView
from backend.web.words import actor_words

_PAGE_SIZE = 50


@blueprint.get("/decisions")
@access()
@open_page
def decisions() -> str:
    """Decisions, newest first, from the entry before `before` on."""
    session = current_session()
    before = whole_number("before")
    query = sa.select(Decision).order_by(Decision.sequence.desc()).limit(_PAGE_SIZE)
    entries = session.scalars(query.where(Decision.sequence < before) if before else query).all()
    newest = session.scalar(sa.select(Decision.hash).order_by(Decision.sequence.desc()).limit(1))
    names = log_names(session)
    is_more = bool(entries) and entries[-1].sequence > 1
    return render_template(
        "public/decisions.html",
        program_sha256=sha256(_program()).hexdigest(),
        entries=tuple(_view(entry, names) for entry in entries),
        head=newest,
        older_url=url_for("web.decisions", before=entries[-1].sequence) if is_more else None,
        unknown=left_out(("before",), place="before"),
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

    return take_turn(Response(lines(), content_type="application/jsonl; charset=utf-8"))


@blueprint.get("/check_log.py")
@access()
def log_check() -> Response:
    """The program that checks the file, which needs nothing but Python."""
    response = Response(_program(), content_type="text/x-python; charset=utf-8")
    response.headers["Content-Disposition"] = "attachment; filename=check_log.py"
    response.add_etag()
    return response


def _program() -> bytes:
    return files("backend.core").joinpath("check_log.py").read_bytes()


def _view(entry: Decision, names: Names) -> DecisionView:
    return DecisionView(
        entry.sequence,
        entry.at,
        actor_words(entry.actor),
        entry_words(entry, names),
        entry.hash,
    )
