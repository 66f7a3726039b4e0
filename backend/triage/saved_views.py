"""Staff keep filters of the queue under short names, for themselves or for all at the desk."""

import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import chain, count

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, Invalid, NotFound
from backend.core.public_words import check_text
from backend.core.uow import UnitOfWork
from backend.triage.may import require_person
from backend.triage.models import SavedView

_LONGEST_TITLE, _LONGEST_NAME, _LONGEST_QUERY = 60, 40, 4000
# Of one person; a list that is longer finds nothing quicker.
_MOST = 50


@dataclass(frozen=True, slots=True)
class SaveView:
    """What to keep: `query` is the part of the address that says the filters.

    `is_first` opens the queue with it, for its owner alone.
    """

    title: str
    query: str
    is_shared: bool = False
    is_first: bool = False


def views_for(session: Session, owner: str) -> list[SavedView]:
    """Those of `owner` and those shared with them, own ones first, by title."""
    found = session.scalars(
        sa.select(SavedView)
        .where((SavedView.owner == owner) | SavedView.is_shared)
        .order_by(SavedView.title, SavedView.id)
    )
    return sorted(found, key=lambda view: view.owner != owner)


def view_named(name: str, views: Sequence[SavedView]) -> SavedView | None:
    """What an address calls `name`: of two of one name, as they once could be, the shared one."""
    named = [view for view in views if view.name == name]
    return next((view for view in named if view.is_shared), next(iter(named), None))


def first_view(session: Session, owner: str) -> SavedView | None:
    """The view somebody opens the queue with."""
    opens = sa.select(SavedView).where(SavedView.owner == owner, SavedView.is_first)
    return session.scalar(opens)


def save_view(work: UnitOfWork, command: SaveView) -> SavedView:
    """Keep a view; one of their own with the same title is replaced.

    Raises `Forbidden` for whoever is not staff, `Invalid`, and `Conflict` where another shares a
    view of that name or they keep very many.
    """
    require_person(work)
    title, owner = " ".join(command.title.split()), work.actor.key
    check_text(title, "/title", _LONGEST_TITLE)
    name = short_name(title)
    if not name:
        raise Invalid("view-without-name", pointer="/title")
    if not command.query or len(command.query) > _LONGEST_QUERY:
        raise Invalid("view-without-filter", pointer="/query")
    known = views_for(work.session, owner)
    own = [view for view in known if view.owner == owner]
    alike = [view for view in known if _folded(view.title) == _folded(title)]
    if command.is_shared and any(view.owner != owner for view in alike):
        raise Conflict("view-name-taken", pointer="/title", name=title)
    view = next((view for view in alike if view.owner == owner), None)
    if view is None:
        if len(own) >= _MOST:
            raise Conflict("too-many-views", most=_MOST)
        view = SavedView(owner=owner, name=name)
    view.name = _free_name(view.name, _names_of_others(work.session, view))
    work.session.add(view)
    view.title, view.query, view.is_shared = title, command.query, command.is_shared
    view.is_first, view.saved_at = False, work.now
    if command.is_first:
        _open_with(work, view)
    return view


def open_with_view(work: UnitOfWork, name: str | None) -> None:
    """Open the queue with one of their own views from now on; with none, as the engine orders."""
    require_person(work)
    _open_with(work, None if name is None else _own(work, name))


def drop_view(work: UnitOfWork, name: str) -> SavedView:
    """Keep one of their own views no more; raises `NotFound`."""
    require_person(work)
    view = _own(work, name)
    work.session.delete(view)
    return view


def short_name(title: str) -> str:
    """What an address calls it: small letters and digits of any script, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", _folded(title)).strip("-")[:_LONGEST_NAME].rstrip("-")


def _folded(title: str) -> str:
    return unicodedata.normalize("NFKC", title).lower()


def _names_of_others(session: Session, view: SavedView) -> set[str]:
    """Names of all other views, also of those nobody else sees: an address means one alone."""
    rows = session.execute(sa.select(SavedView.id, SavedView.name))
    return {name for id_, name in rows if id_ != view.id}


def _free_name(name: str, taken: Set[str]) -> str:
    """`name`, or with a number behind it where another view is called so."""
    endings = chain([""], (f"-{number}" for number in count(2)))
    names = (f"{name[: _LONGEST_NAME - len(ending)]}{ending}" for ending in endings)
    return next(one for one in names if one not in taken)


def _open_with(work: UnitOfWork, view: SavedView | None) -> None:
    is_own = SavedView.owner == work.actor.key
    work.session.execute(sa.update(SavedView).where(is_own).values(is_first=False))
    if view is not None:
        view.is_first = True


def _own(work: UnitOfWork, name: str) -> SavedView:
    for view in views_for(work.session, work.actor.key):
        if (view.owner, view.name) == (work.actor.key, name):
            return view
    raise NotFound("view-unknown", name=name[:_LONGEST_NAME])
