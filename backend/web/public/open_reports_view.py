"""The public list of reports: what the address asks for, the rows, and the counts beside them.

Parts of the city are counted with how readily people there report, or not shaded at all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import current_app, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from backend.core.i18n import gettext as _
from backend.core.i18n import ngettext
from backend.places.models import District
from backend.places.queries import current_districts, the_city
from backend.reports.district_counts import problems_by_district
from backend.reports.find_words import MOST_WORDS, words_in
from backend.reports.overdue import late_by
from backend.reports.public_requests import (
    PublicRequest,
    RequestFilter,
    place_in_list,
    public_requests,
)
from backend.reports.queries import active_services
from backend.reports.workflow import CLOSED_STATES, OPEN_STATES, PAUSED_STATES, State
from backend.web.audit.district_figures import (
    NO_LINE,
    DistrictFigure,
    DistrictFigures,
    coverage_now,
)
from backend.web.maps import Shading, city_map
from backend.web.public.kept_counts import kept_count
from backend.web.view_models import Choice, LegendStep, MapView
from backend.web.words import state_words

PAGE_SIZE = 40
FILTERS = ("state", "kind", "district", "since", "words")
LOOKED_THROUGH = timedelta(days=90)
"""How far back words are looked for among what is settled."""
_LONGEST_WORDS = 100
_LONGEST_SUMMARY = 180
_STEPS = 5
_BETWEEN = ", "
# What was joined to another counts there.
_GROUPS = {
    "open": OPEN_STATES,
    "closed": tuple(state for state in CLOSED_STATES if state is not State.DUPLICATE),
    "all": tuple(state for state in State if state is not State.DUPLICATE),
}


@dataclass(frozen=True, slots=True)
class OpenReportRow:
    """One report as a line of the list."""

    number: str
    service_name: str
    summary: str
    state: str
    state_words: str
    district_name: str
    requested_at: datetime
    due_at: datetime | None
    is_overdue: bool
    reports: int


@dataclass(frozen=True, slots=True)
class DistrictCount:
    """One district: how many problems are known there, and how readily people report."""

    code: str
    name: str
    problems: int
    coverage: DistrictFigure
    url: str


@dataclass(frozen=True, slots=True)
class CountsView:
    """Every district with its count; `outside` lie in none. `coverage` is None where nobody can
    tell how readily people report."""

    rows: tuple[DistrictCount, ...]
    outside: int
    map: MapView | None
    legend: tuple[LegendStep, ...]
    coverage: DistrictFigures | None


@dataclass(frozen=True, slots=True)
class OpenReportsView:
    """The page; `chosen` is what the address asks for and can be read, `refused` what cannot.

    `several` are values of which each could be asked for, and not together.
    """

    rows: tuple[OpenReportRow, ...]
    states: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    districts: tuple[Choice, ...]
    chosen: Mapping[str, str]
    refused: tuple[str, ...]
    several: tuple[str, ...]
    older_url: str | None
    newest_url: str | None
    counts: CountsView
    feed: Mapping[str, str | None]
    csv_url: str
    map_url: str | None


def asked_of(args: MultiDict[str, str], names: Iterable[str]) -> dict[str, str]:
    """What an address says under each of `names`; what it says in two ways stands together."""
    return {name: _BETWEEN.join(dict.fromkeys(args.getlist(name))) for name in names}


def open_reports_view(
    session: Session, asked: Mapping[str, str], before: str, now: datetime
) -> OpenReportsView:
    """What `asked` lets through, from the report `before` on."""
    services = sorted(active_services(session), key=lambda one: one.name)
    districts = current_districts(session)
    chosen, refused, several = _read(
        asked, {one.code for one in services}, {one.code for one in districts}
    )
    since = _moment(session, chosen.get("since"))
    place = place_in_list(session, before[:8]) if before else None
    if before and place is None:
        refused += (before[:_LONGEST_WORDS],)
    is_group = chosen.get("state", "open") in _GROUPS
    wanted = RequestFilter(
        service_codes=(chosen["kind"],) if "kind" in chosen else None,
        district_code=chosen.get("district"),
        states=None if is_group else _states(chosen),
        common_states=_states(chosen) if is_group else None,
        requested_from=since,
        before=place,
    )
    found = public_requests(session, _with_words(wanted, chosen, now), limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return OpenReportsView(
        rows=tuple(_row(one, now) for one in shown),
        states=_state_choices(chosen.get("state", "open")),
        kinds=_choices([(one.code, one.name) for one in services], chosen.get("kind")),
        districts=_choices([(one.code, one.name) for one in districts], chosen.get("district")),
        chosen=chosen,
        refused=refused,
        several=several,
        older_url=_url(chosen, before=shown[-1].number) if len(found) > PAGE_SIZE else None,
        newest_url=_url(chosen) if place else None,
        counts=district_counts(session, chosen, since, districts),
        feed={"service": chosen.get("kind"), "district": chosen.get("district")},
        csv_url=_csv_url(chosen),
        map_url=_map_url(),
    )


def district_counts(
    session: Session,
    chosen: Mapping[str, str],
    since: datetime | None,
    districts: Sequence[District],
) -> CountsView:
    """Problems by district in the chosen states, of the chosen kind and time.

    Where nobody can tell how readily people report, a count is not shaded: it would be believed.
    """
    states, kind = _states(chosen), chosen.get("kind")
    counts = kept_count(
        session,
        (states, kind, since),
        lambda: problems_by_district(session, states=states, service_code=kind, opened_from=since),
    )
    coverage = coverage_now(session)
    untold = DistrictFigure(_("cannot tell"), "", NO_LINE, False)
    rows = tuple(
        DistrictCount(
            one.code,
            one.name,
            counts.get(one.code, 0),
            coverage.by_code.get(one.code, untold) if coverage else untold,
            _url({**chosen, "district": one.code}),
        )
        for one in districts
    )
    edges = _edges([row.problems for row in rows if row.coverage.is_told])
    title = _("Known problems by district")
    shading = {
        one.id: Shading(_step(row, edges), _district_words(row))
        for one, row in zip(districts, rows, strict=True)
    }
    is_told = any(row.coverage.is_told for row in rows)
    return CountsView(
        rows=rows,
        outside=counts.get(None, 0),
        map=city_map(session, title, shading),
        legend=_legend(edges) if is_told else (),
        coverage=coverage if is_told else None,
    )


def _read(
    asked: Mapping[str, str], kinds: set[str], districts: set[str]
) -> tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]:
    """What is asked for and can be read; in words what cannot, and what cannot together."""
    known: Mapping[str, Callable[[str], bool]] = {
        "state": lambda text: text in _GROUPS or text in set(State),
        "kind": kinds.__contains__,
        "district": districts.__contains__,
        "since": _is_day,
        "words": lambda text: len(text) <= _LONGEST_WORDS and bool(words_in(text)),
    }
    given = {name: text.strip() for name, text in asked.items() if text.strip()}
    chosen = {name: text for name, text in given.items() if known[name](text)}
    refused: dict[bool, list[str]] = {False: [], True: []}
    for name in given.keys() - chosen.keys():
        is_several = name != "words" and all(map(known[name], given[name].split(_BETWEEN)))
        refused[is_several].append(given[name][:_LONGEST_WORDS])
    return chosen, tuple(refused[False]), tuple(refused[True])


def _states(chosen: Mapping[str, str]) -> tuple[str, ...]:
    asked = chosen.get("state") or "open"
    return tuple(str(state) for state in _GROUPS.get(asked, (asked,)))


def _with_words(wanted: RequestFilter, chosen: Mapping[str, str], now: datetime) -> RequestFilter:
    """In the index of what is open; where more is asked for, what is of late is looked through."""
    if "words" not in chosen:
        return wanted
    if not looks_through(chosen):
        return replace(wanted, open_words=words_in(chosen["words"]))
    return replace(
        wanted,
        words=tuple(chosen["words"].split()[:MOST_WORDS]),
        requested_from=max(wanted.requested_from or now - LOOKED_THROUGH, now - LOOKED_THROUGH),
    )


def looks_through(asked: Mapping[str, str]) -> bool:
    """Whether `asked` looks for words where no index has them."""
    is_open = set(_states(asked)) <= set(map(str, OPEN_STATES))
    return bool(asked.get("words")) and not is_open


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year > 1900
    except ValueError:
        return False


def _moment(session: Session, day: str | None) -> datetime | None:
    """The start of a day of the city."""
    if day is None:
        return None
    zone = ZoneInfo(the_city(session).time_zone)
    return datetime.combine(date.fromisoformat(day), time.min, zone).astimezone(UTC)


def _row(one: PublicRequest, now: datetime) -> OpenReportRow:
    due_at = one.due_at if one.is_open else None
    is_late = due_at is not None and late_by(due_at, one.paused_at, now) > timedelta()
    if one.state in PAUSED_STATES and not is_late:
        # While others are awaited the clock stands still.
        due_at = None
    words = " ".join(one.description.split())
    is_long = len(words) > _LONGEST_SUMMARY
    return OpenReportRow(
        number=one.number,
        service_name=one.service_name,
        summary=words[:_LONGEST_SUMMARY].rstrip() + "…" if is_long else words,
        state=one.state,
        state_words=state_words(State(one.state)),
        district_name=_("Outside the city") if one.is_outside else one.district_name or "",
        requested_at=one.requested_at,
        due_at=due_at,
        is_overdue=is_late,
        reports=one.reports,
    )


def _state_choices(chosen: str) -> tuple[Choice, ...]:
    groups = [
        ("open", _("Not settled yet")),
        ("closed", _("Settled")),
        ("all", _("All states")),
    ]
    each = [(str(state), state_words(state)) for state in State]
    return tuple(Choice(code, words, code == chosen) for code, words in groups + each)


def _choices(options: Sequence[tuple[str, str]], chosen: str | None) -> tuple[Choice, ...]:
    return tuple(Choice(code, name, code == chosen) for code, name in options)


def _url(chosen: Mapping[str, str], **changes: str) -> str:
    return url_for("web.reports", **{**chosen, **changes})  # type: ignore[arg-type]


def _csv_url(chosen: Mapping[str, str]) -> str:
    """The same choice as open data, which knows no search for words."""
    names = {"kind": "service", "district": "district", "since": "from"}
    asked = {names[name]: text for name, text in chosen.items() if name in names}
    state = chosen.get("state", "open")
    return url_for(
        "api_exports.spreadsheet_file",
        **asked,  # type: ignore[arg-type]
        **({} if state == "all" else {"state": state}),  # type: ignore[arg-type]
    )


def _map_url() -> str | None:
    """The map one can move and enlarge, where this installation has it."""
    has_map = "web.reports_map" in current_app.view_functions
    return url_for("web.reports_map") if has_map else None


def _edges(counts: Sequence[int]) -> list[int]:
    """Upper edges of the steps but the last, even between nothing and the most."""
    most = max(counts, default=0)
    return sorted({most * step // _STEPS for step in range(1, _STEPS)} - {0})


def _step(row: DistrictCount, edges: Sequence[int]) -> int | None:
    return sum(row.problems > edge for edge in edges) if row.coverage.is_told else None


def _legend(edges: Sequence[int]) -> tuple[LegendStep, ...]:
    lows = [0, *(edge + 1 for edge in edges)]
    words = [
        str(low) if low == high else _("%(low)s to %(high)s", low=low, high=high)
        for low, high in zip(lows, edges, strict=False)
    ]
    words.append(_("%(low)s or more", low=lows[-1]))
    return (
        *(LegendStep(step, text) for step, text in enumerate(words)),
        LegendStep(None, _("not shaded: nobody can tell how readily people report")),
    )


def _district_words(row: DistrictCount) -> str:
    counted = ngettext("one known problem", "%(num)s known problems", row.problems)
    return _(
        "%(district)s: %(counted)s; people report %(coverage)s.",
        district=row.name,
        counted=counted,
        coverage=row.coverage.words,
    )
