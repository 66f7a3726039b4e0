"""Reports inside somebody else's page: a small list or counts by district, and how to show them."""

from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template, request, url_for
from markupsafe import escape

from backend.core.access import access
from backend.core.addresses import public_address
from backend.core.content_policy import content_policy
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.web.address_filters import check_names, unreadable
from backend.web.face import blueprint
from backend.web.fact_words import describe_on_page
from backend.web.kept_pages import open_page
from backend.web.public.open_reports_view import (
    OpenReportsView,
    asked_of,
    open_reports_view,
)
from backend.web.view_models import Choice

_MOST = 8
_LIST, _COUNTS = "list", "districts"
_HEIGHTS = {_LIST: 620, _COUNTS: 760}
_FILTERS = ("kind", "district")
_NAMES = ("show", *_FILTERS)


@blueprint.get("/embed/reports")
@access()
@open_page
def embedded_reports() -> Response:
    """What other sites may show in a frame, as far as the city lets them."""
    view, show = _view(), _show()
    refusal, status = _refusal(view)
    response = make_response(
        render_template(
            "public/embedded.html", view=view, rows=view.rows[:_MOST], show=show, refusal=refusal
        ),
        status,
    )
    origins = current_runtime().settings.embed_origins or ("'none'",)
    response.headers["Content-Security-Policy"] = content_policy(frame_ancestors=origins)
    return response


@blueprint.get("/embed")
@access()
@open_page
def embedding() -> str:
    """The line to copy, for what is chosen."""
    view, unknown = _view(), _unknown()
    show = _show() if _show() in _HEIGHTS else _LIST
    asked: dict[str, Any] = {"show": show, **view.chosen}
    address = public_address("web.embedded_reports", **asked)
    shows = ((_LIST, _("A list of the newest")), (_COUNTS, _("Counts by district, with coverage")))
    return render_template(
        "public/embedding.html",
        view=view,
        unknown=describe_on_page(unknown).detail if unknown else "",
        shows=tuple(Choice(name, words, name == show) for name, words in shows),
        snippet=_snippet(address, _HEIGHTS[show]),
        preview_url=url_for("web.embedded_reports", **asked),
        origins=current_runtime().settings.embed_origins,
        feeds={
            name: public_address(f"api_exports.{name}_feed", **_given(view.feed))
            for name in ("atom", "rss")
        },
    )


def _view() -> OpenReportsView:
    asked = asked_of(request.args, _FILTERS)
    return open_reports_view(current_session(), asked, "", current_runtime().clock.now())


def _show() -> str:
    return asked_of(request.args, ("show",))["show"] or _LIST


def _unknown() -> Invalid | None:
    """A filter of the address that there is none of, or a thing to show that there is none of."""
    try:
        check_names(request.args, _NAMES)
    except Invalid as error:
        return error
    return None if _show() in _HEIGHTS else unreadable("show", _show())


def _refusal(view: OpenReportsView) -> tuple[str, int]:
    """What cannot be shown, in words for the frame, and the status; empty where all can be.

    In a school's frame the whole city would pass for the school's part of it.
    """
    unknown = _unknown()
    if unknown:
        return describe_on_page(unknown).detail, unknown.status
    if view.several:
        words = _("Only one can be shown at a time, not “%(words)s”.", words=view.several[0])
        return words, 200
    if not view.refused:
        return "", 200
    # A part of the city may be gone since; the page is kept as any other.
    words = _(
        "This list was set up for “%(words)s”, which the city does not know any more.",
        words=", ".join(view.refused),
    )
    return words, 200


def _given(feed: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in feed.items() if text is not None}


def _snippet(address: str, height: int) -> str:
    title = escape(_("Reports to the city"))
    return (
        f'<iframe src="{escape(address)}" title="{title}" width="100%" height="{height}" '
        'loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )
