"""The desk of ward staff: the queue, by whatever it is filtered, and what is new in it."""

from datetime import datetime
from uuid import UUID

from flask import jsonify, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from backend.core.access import access, current_actor
from backend.core.actors import STAFF, Actor
from backend.core.db import current_session
from backend.core.errors import DomainError, NotFound
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.reports.desk_acts.queries import find_act, items_of
from backend.reports.desk_acts.rules import may_undo
from backend.reports.find_number import report_numbered
from backend.reports.workflow import DESK, State
from backend.triage.models import SavedView
from backend.triage.queries import (
    arrived_since,
    queue_length,
    queue_page,
    version_in_force,
)
from backend.triage.queue_cursor import QueueCursor, read_cursor
from backend.triage.queue_filter import QueueFilter
from backend.triage.saved_views import first_view
from backend.web.desk.queue_address import (
    asked_address,
    asked_views,
    read_address,
    view_address,
)
from backend.web.desk.queue_view import (
    Offered,
    QueuePageView,
    TakeBackView,
    arrived_words,
    moves_by_key,
    numbered_view,
    page_urls,
    queue_row,
    view_links,
)
from backend.web.desk.queue_way import PAGE_SIZE, way_query
from backend.web.face import blueprint, notice
from backend.web.fact_words import describe_on_page
from backend.web.words import state_words

_DESK = tuple(sorted(STAFF))
_ACTS = ("status", "take_back", "assign", "save_view")


@blueprint.get("/desk/queue")
@access(*_DESK)
def queue() -> str | AnyResponse:
    """The queue; where the address asks for nothing, the view somebody opens it with."""
    if not request.args:
        first = first_view(current_session(), current_actor().key)
        if first is not None and _can_be_read(first):
            return redirect(view_address(first, asked_views()).url())
    return queue_list()


def _can_be_read(view: SavedView) -> bool:
    """Whether a view can open the queue; where it cannot, the page says so and shows all."""
    session, viewer = current_session(), current_actor()
    try:
        read_address(MultiDict({"view": view.name}), [view]).wanted(session, viewer)
    except DomainError as error:
        problem = describe_on_page(error)
        words = _("The queue opens with your view “%(title)s”.", title=view.title)
        said = _("This is all of the queue. Save the view anew, or delete it.")
        notice("error", f"{words} {problem.detail} {said}")
        return False
    return True


@blueprint.get("/desk/queue/new")
@access(*_DESK)
def queue_news() -> AnyResponse:
    """How many took their place in a list since it was begun, and in words; told once by its mark.

    `since` is the decision the list was begun after.
    """
    viewer, session = current_actor(), current_session()
    address = asked_address()
    since = request.args.get("since", "")
    sequence = int(since) if since.isdecimal() and len(since) < 18 else 0
    now = current_runtime().clock.now()
    count = arrived_since(session, address.wanted(session, viewer), now, sequence)
    response = jsonify(count=count, words=arrived_words(count))
    response.set_etag(f"{sequence}-{count}")
    return response.make_conditional(request)


def queue_list() -> str:
    """The page of the list that the address asks for."""
    session, viewer = current_session(), current_actor()
    now = current_runtime().clock.now()
    address = asked_address()
    after, before = _cursor("after"), _cursor("before")
    found = queue_page(
        session, address.wanted(session, viewer), now, limit=PAGE_SIZE, after=after, before=before
    )
    offered = Offered(session, address, viewer)
    previous_url, next_url = page_urls(found, address)
    way = {"after": str(after)} if after else {"before": str(before)} if before else {}
    view = QueuePageView(
        rows=tuple(queue_row(entry, now, viewer, offered.names) for entry in found.entries),
        moves=moves_by_key(found.entries, viewer),
        total=found.total,
        left=found.left,
        first_position=found.first_position,
        previous_url=previous_url,
        next_url=next_url,
        act_urls={act: address.url(f"web.queue_{act}", **way) for act in _ACTS},
        fresh_url=address.url(),
        everything_url=address.everything(),
        new_url=address.url("web.queue_news", since=str(found.began.sequence)),
        bulk_url=address.url("web.bulk", **way),
        bulk_all_url=address.url("web.bulk", all="1", **way),
        way_query=way_query(address.url(**way)),
        arrived_words=arrived_words(found.arrived),
        fields=offered.fields(),
        searched=address.one("q"),
        numbered=numbered_view(
            report_numbered(session, address.one("q")), {one.number for one in found.entries}
        ),
        area=address.one("area"),
        is_overdue=bool(address.one("overdue")),
        has_photo=bool(address.one("photo")),
        chips=offered.chips(),
        views=view_links(asked_views(), address, viewer),
        takers=offered.takers(),
        is_outside_list=address.is_outside,
        outside_total=queue_length(session, QueueFilter(is_outside=True), now),
        weights_words=_weights_words(),
        taken=_taken(request.args.get("changed", ""), viewer, now),
        may_act=viewer.role in DESK,
    )
    return render_template("desk/queue.html", view=view)


def _cursor(name: str) -> QueueCursor | None:
    return read_cursor(request.args.get(name, ""))


def _taken(act_id: str, viewer: Actor, now: datetime) -> TakeBackView | None:
    """What the viewer did just now from the list, for as long as it can be taken back."""
    session = current_session()
    try:
        act = find_act(session, UUID(act_id))
    except (ValueError, NotFound):
        return None
    if act.actor != viewer.key or act.undone_at is not None or not may_undo(act.at, now):
        return None
    (item,) = items_of(session, act.id) if not act.is_bulk else (None,)
    if item is None or item.has_moved_on:
        return None
    words = (
        _("%(number)s was given on.", number=item.number)
        if act.after is None
        else _("%(number)s: %(state)s.", number=item.number, state=state_words(State(item.state)))
    )
    return TakeBackView(str(act.id), item.number, words)


def _weights_words() -> str:
    version = version_in_force(current_session())
    if version is None:
        return _("No district counts for more than another.")
    return _(
        "Inside the bands Soon, Ordinary and Wish, weight set %(version)s applies.",
        version=version,
    )
