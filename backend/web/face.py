"""What every page shares: the blueprint, who is looking, and how values are written."""

from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    flash,
    g,
    get_flashed_messages,
    request,
    session,
)
from flask_babel import format_date, format_datetime, format_decimal, get_locale
from markupsafe import Markup
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from backend.accounts.identify import staff_of_session
from backend.core.access import guard
from backend.core.actors import ANONYMOUS, Actor
from backend.core.db import current_session, db
from backend.core.runtime import current_runtime
from backend.places.models import City
from backend.places.queries import UNNAMED, the_city
from backend.web.public_sections import public_sections
from equity.sentences import lower_limit, upper_limit

blueprint = Blueprint("web", __name__, template_folder="templates")
STAFF_TOKEN = "staff"  # noqa: S105 - the name of a cookie's field
TROUBLES = (OperationalError, InterfaceError, sa.exc.TimeoutError)
"""What is raised where the database is busy or away."""
KEPT_SLOT = Markup("<!-- kept -->")
"""Where a page that is given as it was kept says so."""
_last_known: "WeakKeyDictionary[Engine, City]" = WeakKeyDictionary()


def identify_viewer() -> Actor:
    """The member of staff whose session the cookie carries, anonymous without one."""
    token = session.get(STAFF_TOKEN)
    if not isinstance(token, str):
        return ANONYMOUS
    now = current_runtime().clock.now()
    return staff_of_session(current_session(), token, now) or ANONYMOUS


guard(blueprint, identify_viewer)


@blueprint.before_request
def refuse_null_bytes() -> None:
    """An address with a NUL leads nowhere, and PostgreSQL takes none as text."""
    parts = [*(request.view_args or {}).values(), *request.args.values()]
    if any("\0" in str(part) for part in parts):
        abort(404)


@blueprint.after_request
def keep_out_of_caches(response: Response) -> Response:
    """What staff see is for their eyes, also on a shared computer after they signed out."""
    if "actor" in g and g.actor.is_staff:
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def whole_number(name: str) -> int | None:
    """A positive number from the address that a database can count to, None for anything else."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number < 2**31 else None


def current_city() -> City:
    """The city of the running request, read once; as last known where nothing can be read."""
    if "city" not in g:
        session = current_session()
        try:
            g.city = the_city(session)
            _last_known[db.engine] = _copied(g.city)
        except TROUBLES:
            session.rollback()
            g.city = _last_known.get(db.engine, UNNAMED)
    return g.city  # type: ignore[no-any-return]


def _copied(city: City) -> City:
    names = sa.inspect(City).column_attrs.keys()
    return City(**{name: getattr(city, name) for name in names})


def notice(kind: str, words: str) -> None:
    """Say something on the next page; `kind` is done or error."""
    flash(words, kind)


def local(moment: datetime) -> datetime:
    """`moment` in the city's time zone."""
    return moment.astimezone(ZoneInfo(current_city().time_zone))


def add_page_tools(app: Flask) -> None:
    """Give templates what they may rely on."""

    def page_globals() -> dict[str, Any]:
        actor = g.get("actor", ANONYMOUS)
        locale = get_locale()
        return {
            "city": current_city(),
            "viewer": actor if actor.is_staff else None,
            "is_demo": "demo" in app.blueprints,
            "language": str(locale) if locale else "en",
            "text_direction": locale.text_direction if locale else "ltr",
            "notices": get_flashed_messages(with_categories=True),
            "kept_slot": KEPT_SLOT if g.get("is_kept_page") else "",
            "licence": current_runtime().settings.data_licence,
            "public_sections": public_sections(),
        }

    app.context_processor(page_globals)
    app.add_template_filter(_moment, "moment")
    app.add_template_filter(_day, "day")
    app.add_template_filter(_number, "number")
    app.add_template_filter(lambda value: f"{value:.2f}", "rate")
    app.add_template_filter(lower_limit, "lower_limit")
    app.add_template_filter(upper_limit, "upper_limit")


def _moment(moment: datetime) -> Markup:
    words = format_datetime(local(moment), "d MMM y, HH:mm", rebase=False)
    return _time(moment, words)


def _day(moment: datetime) -> Markup:
    return _time(moment, format_date(local(moment), "d MMM y", rebase=False))


def _time(moment: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), words)


def _number(value: float) -> str:
    return format_decimal(value)
