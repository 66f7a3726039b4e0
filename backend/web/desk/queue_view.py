"""The queue's page: its lines with factors and steps, its filters, and what can be chosen."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backend.core.actors import Actor
from backend.core.channels import Channel
from backend.core.i18n import gettext as _
from backend.core.i18n import marked, ngettext
from backend.reports.find_number import NumberedReport
from backend.reports.staff_report import open_moves
from backend.reports.workflow import CLOSED_STATES, DESK, OPEN_STATES, State
from backend.triage.models import SavedView
from backend.triage.queries import Queued, QueuePage
from backend.triage.queue_line import is_overdue, position_words, shortened, weight_source
from backend.triage.queue_options import Named, queue_options
from backend.web.desk.queue_address import ME, NOBODY, QueueAddress, view_address
from backend.web.view_models import Choice, QueueRowView
from backend.web.words import (
    channel_words,
    due_words,
    duration_words,
    severity_words,
    state_words,
)
from equity.rates.reporting_rate import Grade

_AGES = (1, 3, 7, 14, 30, 90, 365)
_GRADES = {
    Grade.A: marked("Well known (A)"),
    Grade.B: marked("Roughly known (B)"),
    Grade.C: marked("Cannot tell (C)"),
    Grade.S: marked("Silent (S)"),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing the queue is filtered by, and the address without it."""

    words: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view: where it is, and whether it is shown, own, shared, or opens the queue."""

    name: str
    title: str
    url: str
    is_here: bool
    is_own: bool
    is_shared: bool
    is_first: bool


@dataclass(frozen=True, slots=True)
class TakeBackView:
    """A step just taken: the act that is to be undone, of which report, and what became of it."""

    act_id: str
    number: str
    words: str


@dataclass(frozen=True, slots=True)
class NumberedView:
    """A report whose number was looked for, and why it is not in the list by that number."""

    number: str
    words: str


@dataclass(frozen=True, slots=True)
class QueuePageView:
    """The queue, filtered: `fields` are the options of each filter by its name in the address.

    `moves` are the steps the viewer may take, by the rows' `moves_key`; `act_urls` are where forms
    of this page go, `takers` who a report can be given to, by their group. `fresh_url` begins the
    list anew; `new_url` tells what came since it was begun, and `arrived_words` what did so far.
    `bulk_url` acts on several, `bulk_all_url` on all that the filters let through. `way_query`
    stands between a report's address and its place, so that its page leads on and back.
    """

    rows: tuple[QueueRowView, ...]
    moves: Mapping[str, tuple[Choice, ...]]
    total: int
    left: int
    first_position: int
    previous_url: str | None
    next_url: str | None
    act_urls: Mapping[str, str]
    fresh_url: str
    everything_url: str
    new_url: str
    bulk_url: str
    bulk_all_url: str
    way_query: str
    arrived_words: str
    fields: Mapping[str, tuple[Choice, ...]]
    searched: str
    numbered: NumberedView | None
    area: str
    is_overdue: bool
    has_photo: bool
    chips: tuple[Chip, ...]
    views: tuple[ViewLink, ...]
    takers: tuple[tuple[str, tuple[Choice, ...]], ...]
    is_outside_list: bool
    outside_total: int
    weights_words: str
    taken: TakeBackView | None
    may_act: bool


def queue_row(
    entry: Queued, now: datetime, viewer: Actor, names: Mapping[str, str] | None = None
) -> QueueRowView:
    """The line for `entry`; `names` are those of staff and teams, by their keys."""
    priority = entry.priority
    state = State(entry.state)
    return QueueRowView(
        position=entry.position,
        number=entry.number,
        service_name=entry.service_name,
        severity_band=priority.severity_band,
        severity_words=severity_words(priority.severity_band),
        state=state.value,
        state_words=state_words(state),
        district_name=entry.district_name,
        is_outside=entry.is_outside,
        opened_at=entry.opened_at,
        waiting_words=duration_words(now - entry.opened_at),
        due_words=due_words(entry.due_at, now, entry.stopped_at, is_closed=state in CLOSED_STATES),
        is_overdue=is_overdue(entry, now),
        reports=entry.request_count,
        summary=shortened(entry.summary),
        sentence=position_words(entry),
        score=priority.score,
        waiting_hours=priority.factor("waiting_hours"),
        target_hours=priority.target_hours,
        weight=priority.factor("district_weight"),
        weight_from=weight_source(entry),
        version=entry.version,
        moves_key=_moves_key(entry, viewer),
        taker=_taker(entry, names or {}),
        at=str(entry.cursor or ""),
    )


def _taker(entry: Queued, names: Mapping[str, str]) -> str:
    """Who works on it, as far as anybody is named: a person before a team."""
    keys = (entry.assignee, entry.team_code)
    return next((names[key] for key in keys if key is not None and key in names), "")


def move_choices(state: State, viewer: Actor, appealed_against: str | None) -> tuple[Choice, ...]:
    """The steps the viewer may take now that need no more than a reason."""
    return tuple(
        Choice(
            move.after.value,
            _("%(state)s (reason needed)", state=state_words(move.after))
            if move.needs_reason
            else state_words(move.after),
        )
        for move in open_moves(state, viewer, appealed_against)
        if move.after is not State.HANDED_OVER
    )


def moves_by_key(entries: Iterable[Queued], viewer: Actor) -> dict[str, tuple[Choice, ...]]:
    """The same for every line of a page, by the line's `moves_key`."""
    moves: dict[str, tuple[Choice, ...]] = {}
    for entry in entries:
        key = _moves_key(entry, viewer)
        if key not in moves:
            moves[key] = move_choices(State(entry.state), viewer, entry.appealed_against)
    return moves


def _moves_key(entry: Queued, viewer: Actor) -> str:
    return f"{entry.state} appealed" if entry.appealed_against == viewer.key else entry.state


class Offered:
    """What a filter can be, and who a report can be given to; read once for a page."""

    def __init__(self, session: Session, address: QueueAddress, viewer: Actor) -> None:
        self._address = address
        self._city = queue_options(session)
        self.names = self._city.names
        self._is_desk = viewer.role in DESK
        others = [one for one in self._city.colleagues if one[0] != viewer.key]
        self._options: dict[str, Sequence[Named]] = {
            "state": [(state.value, state_words(state)) for state in OPEN_STATES],
            "band": [(str(band), severity_words(band)) for band in range(5)],
            "service": self._city.services,
            "district": self._city.districts,
            "team": self._city.teams,
            "person": [(ME, _("Me")), (NOBODY, _("Nobody yet")), *others, *self._left()],
            "channel": [(one.value, channel_words(one.value).capitalize()) for one in Channel],
            "age": [(str(days), age_words(days)) for days in _AGES],
            "grade": [(grade.value, _(words)) for grade, words in _GRADES.items()],
        }

    def fields(self) -> dict[str, tuple[Choice, ...]]:
        """The options of every filter by its name, with what is chosen."""
        fields = {}
        for name, options in self._options.items():
            chosen = set(self._address.chosen(name))
            known = {value for value, _label in options}
            # What is filtered by and not offered stays chosen, or changing another would lose it.
            more = [(value, value) for value in sorted(chosen - known)]
            fields[name] = tuple(
                Choice(value, label, value in chosen) for value, label in (*options, *more)
            )
        return fields

    def _left(self) -> list[Named]:
        """Who has reports and works the queue no more: those wait for somebody else."""
        left = _("no longer at the desk")
        return [(key, f"{name} ({left})") for key, name in self._city.holders]

    def takers(self) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
        """Who a report can be given to."""
        if not self._is_desk:
            return ()
        people = (
            Choice(ME, _("Me")),
            *(Choice(key, name) for key, name in self._city.colleagues),
            Choice(NOBODY, _("Nobody yet")),
        )
        groups = [(_("People"), people)]
        if self._city.teams:
            own = tuple(Choice(f"team:{code}", name) for code, name in self._city.teams)
            groups.append((_("Teams"), own))
        return tuple(groups)

    def chips(self) -> tuple[Chip, ...]:
        """What the list is filtered by, each to be taken out."""
        return tuple(
            Chip(self._chip_words(*pair), self._address.without(pair))
            for pair in self._address.pairs
        )

    def _chip_words(self, name: str, value: str) -> str:
        label = next((words for one, words in self._options.get(name, ()) if one == value), value)
        return {
            "q": _("Words: %(words)s", words=value),
            "area": _("In the area drawn on the map"),
            "overdue": _("Overdue"),
            "photo": _("With a photo"),
            "age": age_words(int(value)) if value.isdigit() else value,
            "person": _("With: %(name)s", name=label),
            "team": _("Team: %(name)s", name=label),
            "channel": _("Came %(way)s", way=channel_words(value)),
            "grade": _("Area: %(grade)s", grade=label),
        }.get(name, label)


def numbered_view(report: NumberedReport | None, listed: Collection[str]) -> NumberedView | None:
    """What is to be said of a report whose number was looked for; None where its line says it.

    `listed` are the numbers of the lines.
    """
    if report is None or report.number in listed:
        return None
    number, state = report.number, State(report.state)
    if state in CLOSED_STATES:
        words = _("%(number)s is closed: %(state)s.", number=number, state=state_words(state))
    elif report.incident_number in listed:
        words = _("%(number)s is one problem with the report below.", number=number)
    else:
        words = _("%(number)s is open and does not fit the other filters.", number=number)
    return NumberedView(number, words)


def view_links(
    views: Sequence[SavedView], address: QueueAddress, viewer: Actor
) -> tuple[ViewLink, ...]:
    """Links to the saved views."""
    return tuple(
        ViewLink(
            name=view.name,
            title=view.title,
            url=view_address(view, views).url(),
            is_here=address.view is view,
            is_own=view.owner == viewer.key,
            is_shared=view.is_shared,
            is_first=view.is_first and view.owner == viewer.key,
        )
        for view in views
    )


def arrived_words(count: int) -> str:
    """What took its place since the list was begun; empty where nothing did."""
    if not count:
        return ""
    return ngettext(
        "%(num)s is new or moved since you opened this list.",
        "%(num)s are new or moved since you opened this list.",
        count,
    )


def age_words(days: int) -> str:
    """How long something has been waiting, at least."""
    return ngettext("Waiting %(num)s day or more", "Waiting %(num)s days or more", days)


def page_urls(found: QueuePage, address: QueueAddress) -> tuple[str | None, str | None]:
    """The pages before and after this one."""
    before, after = found.before, found.after
    return (
        address.url(before=str(before)) if before else None,
        address.url(after=str(after)) if after else None,
    )
