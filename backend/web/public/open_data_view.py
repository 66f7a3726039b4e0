"""Every file of open data: what it is, its form, how large about, and where it is."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from backend.audits.models import Finding
from backend.audits.queries import preregistrations
from backend.ballots.cycle.queries import public_cycles
from backend.ballots.models import Election, ElectionFile
from backend.ballots.published import BALLOTS, RESULT, TRANSCRIPT
from backend.ballots.queries import elections
from backend.core.db import table_of
from backend.core.decision_log import log_end
from backend.core.i18n import gettext as _
from backend.core.runtime import current_runtime
from backend.places.basemap import current_basemap
from backend.places.queries import current_boundary_set
from backend.reports.models import ServiceRequest
from backend.reports.public_fields import PUBLIC_FIELDS, public_values
from backend.reports.public_requests import RequestFilter, public_requests

_MOST_OF_A_KIND = 20
_SAMPLED = 100
_SHOWN = 3
_SHOWN_FIELDS = (
    "service_request_id",
    "service_name",
    "status_description",
    "district_name",
    "lat",
    "long",
)
_KILO = 1000


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One file; `size` is in words, empty where nobody knows before it is written."""

    url: str
    words: str
    form: str
    size: str = ""


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files about one thing."""

    id: str
    title: str
    words: str
    files: tuple[OpenFile, ...]


@dataclass(frozen=True, slots=True)
class OpenDataView:
    """The page; the vintage is the newest decision, `as_of` when it was read."""

    groups: tuple[FileGroup, ...]
    reports: int
    columns: tuple[str, ...]
    sample: tuple[tuple[object, ...], ...]
    fields: tuple[tuple[str, str, str], ...]
    decision: int
    decision_hash: str
    boundaries: str | None
    boundaries_since: datetime | None
    as_of: datetime


def open_data_view(session: Session, now: datetime) -> OpenDataView:
    """What there is at `now`."""
    reports = session.scalar(sa.select(sa.func.count()).select_from(table_of(ServiceRequest))) or 0
    sampled = public_requests(session, RequestFilter(), limit=_SAMPLED)
    newest = [public_values(one) for one in sampled]
    decision, hash_ = log_end(session)
    boundaries = current_boundary_set(session)
    names = [field.name for field in PUBLIC_FIELDS]
    places = [names.index(name) for name in _SHOWN_FIELDS]
    groups = (
        _reports(reports, _bytes_each(newest)),
        _budgets(session),
        _results(session),
        _findings(session),
        _decisions(decision),
        _programs(),
    )
    return OpenDataView(
        groups=tuple(group for group in groups if group.files),
        reports=reports,
        columns=_SHOWN_FIELDS,
        sample=tuple(tuple(row[at] for at in places) for row in newest[:_SHOWN]),
        fields=tuple((one.name, one.kind.value, one.sentence) for one in PUBLIC_FIELDS),
        decision=decision,
        decision_hash=hash_,
        boundaries=boundaries.source_name if boundaries else None,
        boundaries_since=boundaries.imported_at if boundaries else None,
        as_of=now,
    )


def size_words(count: float) -> str:
    """Bytes as people say them."""
    for unit in ("B", "kB", "MB"):
        if count < _KILO:
            return f"{count:.0f} {unit}" if count >= 10 or unit == "B" else f"{count:.1f} {unit}"
        count /= _KILO
    return f"{count:.1f} GB"


def _bytes_each(rows: Sequence[Sequence[object]]) -> float:
    """Of a row as CSV, on average of the newest."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return len(text.getvalue().encode()) / len(rows) if rows else 0.0


def _reports(reports: int, each: float) -> FileGroup:
    size = _("about %(size)s", size=size_words(reports * each)) if reports else ""
    # A feature of GeoJSON names every field.
    larger = _("about %(size)s", size=size_words(reports * (each + 420))) if reports else ""
    files = (
        ("spreadsheet_file", _("For spreadsheets: no cell can run as a formula"), "CSV", size),
        ("csv_file", _("For programs: words as they are"), "CSV", size),
        ("geojson_file", _("For maps, one collection"), "GeoJSON", larger),
        ("geojsonl_file", _("For maps, a feature a line"), "GeoJSON", larger),
        ("geoparquet_file", _("For analysis: columns, points, the smallest"), "GeoParquet", ""),
        ("package_file", _("Licence, vintage and columns of these files"), "Data Package", ""),
        ("atom_feed", _("What is new, for feed readers"), "Atom", ""),
        ("rss_feed", _("The same as RSS"), "RSS", ""),
    )
    return FileGroup(
        "reports",
        _("Reports"),
        _("Every report as the public may know it; places rounded where a kind asks for it."),
        tuple(
            OpenFile(url_for(f"api_exports.{name}"), words, form, how_large)
            for name, words, form, how_large in files
        ),
    )


def _budgets(session: Session) -> FileGroup:
    tables = (("projects", _("What is built, and how far it is")), ("spending", _("Every payment")))
    return FileGroup(
        "budgets",
        _("Budgets, from idea to built"),
        _("What won, what it costs, what was paid to whom, and by when it should be done."),
        tuple(
            OpenFile(
                url_for("api_exports.projects_file", slug=cycle.slug, name=f"{table}.csv"),
                f"{cycle.title}: {words}",
                "CSV",
            )
            for cycle in public_cycles(session)[:_MOST_OF_A_KIND]
            for table, words in tables
        ),
    )


def _results(session: Session) -> FileGroup:
    found = elections(session)[:_MOST_OF_A_KIND]
    stored = (
        sa.select(ElectionFile.election_id, ElectionFile.name, sa.func.length(ElectionFile.content))
        .where(ElectionFile.election_id.in_([one.id for one in found]))
        .order_by(ElectionFile.election_id, ElectionFile.name)
    )
    sizes: dict[int, dict[str, int]] = {one.id: {} for one in found}
    for election_id, name, size in session.execute(stored):
        sizes[election_id][name] = size
    files = [file for one in found for file in _result_files(one, sizes[one.id])]
    if found:
        files.append(OpenFile(url_for("web.recount"), _("The program that counts again"), "Python"))
    return FileGroup(
        "results",
        _("Votes"),
        _("Every ballot and no voter, the winners, and every step of the count."),
        tuple(files),
    )


def _result_files(election: Election, sizes: Mapping[str, int]) -> Iterator[OpenFile]:
    """The ballots, which are written anew where none are stored, and what else is stored."""
    slug, title = election.slug, election.title
    words = {
        RESULT: _("%(title)s: the winners and the rule", title=title),
        TRANSCRIPT: _("%(title)s: every step of the count", title=title),
    }
    ballots = url_for("web.election_file", slug=slug)
    yield OpenFile(ballots, title, "Pabulib", _packed(sizes.get(BALLOTS)))
    for name in sorted(words.keys() & sizes.keys()):
        url = url_for("web.result_file", slug=slug, name=name)
        yield OpenFile(url, words[name], "JSON", _packed(sizes[name]))


def _packed(size: int | None) -> str:
    return _("%(size)s packed", size=size_words(size)) if size else ""


def _findings(session: Session) -> FileGroup:
    ids = session.scalars(sa.select(Finding.id).order_by(Finding.id.desc()).limit(_MOST_OF_A_KIND))
    return FileGroup(
        "findings",
        _("Audits"),
        _("Every figure with its interval; what would point at single people is left out."),
        (*_finding_files(ids.all()), *_promise_files(session)),
    )


def _finding_files(ids: Sequence[int]) -> Iterator[OpenFile]:
    for id_ in ids:
        title = _("Finding %(id)s", id=id_)
        by_map = _("Finding %(id)s by district, with its boundaries", id=id_)
        whole = _("Finding %(id)s, everything in one file", id=id_)
        yield OpenFile(url_for("web.finding_csv", id=id_), title, "CSV")
        yield OpenFile(url_for("web.finding_json", id=id_), title, "JSON")
        yield OpenFile(url_for("api_exports.audit_file", id=id_), by_map, "GeoParquet")
        yield OpenFile(url_for("web.finding_file", id=id_), whole, "HTML")


def _promise_files(session: Session) -> Iterator[OpenFile]:
    yield OpenFile(url_for("web.promises_csv"), _("What was promised beforehand"), "CSV")
    for plan in preregistrations(session)[:_MOST_OF_A_KIND]:
        words = _("What was signed: promise %(id)s", id=plan.id)
        yield OpenFile(url_for("web.preregistration_json", id=plan.id), words, "JSON")


def _decisions(decision: int) -> FileGroup:
    return FileGroup(
        "decisions",
        _("Decisions"),
        _("Every entry of the log with everything its marks are made from."),
        (
            OpenFile(
                url_for("web.decisions_file"),
                _("The whole log"),
                "JSON",
                _("about %(size)s", size=size_words(decision * 420)),
            ),
            OpenFile(url_for("web.log_check"), _("The program that checks it"), "Python"),
        ),
    )


def _programs() -> FileGroup:
    ground = OpenFile(url_for("api_exports.city_basemap"), _("The ground of the maps"), "PMTiles")
    open311 = OpenFile(
        url_for("open311_discovery.discover", form="json"),
        _("Open311 (GeoReport v2), to read and to report"),
        "JSON",
    )
    has_ground = current_basemap(current_runtime().settings.data_dir.resolve()) is not None
    return FileGroup(
        "programs",
        _("For programs"),
        _("What other programs ask of the city."),
        (open311, *([ground] if has_ground else [])),
    )
