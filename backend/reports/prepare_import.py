"""The first half of an import: reading, placing and numbering, while nobody has to wait for it.

The rows wait in a file beside the database, so that memory holds their ids and one chunk of them.
"""

import hashlib
import pickle
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.decision_log import Decision
from backend.core.ids import Ids
from backend.core.runtime import Runtime
from backend.places.locate import DistrictMap, district_map
from backend.places.queries import current_boundary_version
from backend.reports.column_map import ColumnMap
from backend.reports.models import Incident, ServiceRequest
from backend.reports.request_file import RequestFile, RequestRow
from backend.reports.workflow import OPEN_STATES

# Below the number of parameters SQLite and PostgreSQL take in one statement.
_CHUNK = 5000
_REQUEST, _INCIDENT = table_of(ServiceRequest), table_of(Incident)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a prepared import rests on: the districts in force, and the imports before it."""

    boundaries: tuple[int, datetime] | None
    last_import: int | None


@dataclass(slots=True)
class PreparedImport:
    """The rows that are not here yet, ready to be written, and what the file says besides.

    `parents` has the id of every new row with that of the row it repeats; `roots` leads from a
    repeat to the outermost row or request that it belongs to, and `awaited` names the parent of one
    whose parent nobody knows yet. `closings` are moments by incident: what came in open with an
    earlier import and is closed in this file. `own_codes` are those of services that stand in the
    file and are not made from a name.
    """

    file: str
    column_map: ColumnMap
    standing: Standing
    spool: IO[bytes]
    chunks: int = 0
    already_here: int = 0
    outside: int = 0
    closed_early: int = 0
    service_names: dict[str, str] = field(default_factory=dict)
    own_codes: set[str] = field(default_factory=set)
    parents: dict[str, str | None] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    awaited: dict[str, str] = field(default_factory=dict)
    closings: dict[int, datetime] = field(default_factory=dict)

    def take(self, rows: list[RequestRow], values: list[dict[str, Any]]) -> None:
        """Add new rows and what will be stored of them."""
        pickle.dump(values, self.spool)
        self.chunks += 1
        self.outside += sum(value["is_outside"] for value in values)
        for row in rows:
            self.parents[row.external_id] = row.parent_id
            self.service_names[row.service_code] = row.service_name
            if row.has_own_code:
                self.own_codes.add(row.service_code)
            self.closed_early += row.closed_at is not None and row.closed_at < row.requested_at

    def rows(self, here: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
        """The new rows, a chunk at a time; the root of a row that repeats none is its own id.

        `here` leads from codes of services to those that stand here in their place.
        """
        self.spool.seek(0)
        for _ in range(self.chunks):
            rows = pickle.load(self.spool)  # noqa: S301 - we wrote it, and nobody else can reach it
            for row in rows:
                row["service_code"] = here.get(row["service_code"], row["service_code"])
                row["root"] = self.roots.get(row["external_id"], row["external_id"])
                row["awaited_parent"] = self.awaited.get(row["external_id"])
            yield rows


@contextmanager
def prepare_import(
    session: Session, runtime: Runtime, file: RequestFile, column_map: ColumnMap
) -> Iterator[PreparedImport]:
    """Everything an import of `file` is going to write, as long as it stands; only reads."""
    source = column_map.source
    # Before all that rests on it, so that no change can slip in between.
    standing, districts = standing_of(session, source), district_map(session)
    # Beside the database, which holds the same words.
    with TemporaryFile(dir=runtime.settings.data_dir) as spool:
        prepared = PreparedImport(file.name, column_map, standing, spool)
        numbers: set[str] = set()
        for rows in chunked(file.rows):
            known = _known(session, source, [row.external_id for row in rows])
            prepared.already_here += len(known)
            prepared.closings |= _closings(rows, known)
            fresh = [row for row in rows if row.external_id not in known]
            if fresh:
                prepared.take(fresh, _values(runtime, source, districts, fresh, numbers))
        parents = {row: parent for row, parent in prepared.parents.items() if parent}
        beyond = set(parents.values()) - prepared.parents.keys()
        beyond -= _known(session, source, beyond).keys()
        prepared.awaited = {row: one for row, one in parents.items() if one in beyond}
        prepared.roots = _roots({row: one for row, one in parents.items() if one not in beyond})
        yield prepared


def standing_of(session: Session, source: str) -> Standing:
    """What an import of `source` rests on if it is prepared now."""
    last_import = sa.select(sa.func.max(Decision.sequence)).where(
        Decision.subject == subject_of(source)
    )
    return Standing(current_boundary_version(session), session.scalar(last_import))


def subject_of(source: str) -> str:
    """How the decision log names the system that requests come from."""
    return f"source:{source}"


def chunked(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in lists that one statement can take."""
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


def _known(
    session: Session, source: str, external_ids: Iterable[str]
) -> dict[str, sa.Row[*tuple[Any, ...]]]:
    """The requests of `source` that are here: their incident, and whether they opened it."""
    known: dict[str, sa.Row[*tuple[Any, ...]]] = {}
    query = sa.select(
        _REQUEST.c.external_id,
        _INCIDENT.c.id,
        _INCIDENT.c.state,
        _INCIDENT.c.changed_at,
        (_INCIDENT.c.number == _REQUEST.c.number).label("is_opener"),
    ).join(_INCIDENT, _INCIDENT.c.id == _REQUEST.c.incident_id)
    for chunk in chunked(external_ids):
        found = session.execute(
            query.where(_REQUEST.c.source == source, _REQUEST.c.external_id.in_(chunk))
        )
        known |= {row.external_id: row for row in found}
    return known


def _closings(
    rows: Iterable[RequestRow], known: dict[str, sa.Row[*tuple[Any, ...]]]
) -> dict[int, datetime]:
    """Closing moments of open incidents, by the row that opened them.

    One before the incident's last step is old news: it has been reopened or worked on since.
    """
    said = [(known.get(row.external_id), _closed_at(row)) for row in rows]
    return {
        here.id: closed_at
        for here, closed_at in said
        if here is not None and closed_at is not None
        if here.is_opener and here.state in OPEN_STATES and closed_at >= here.changed_at
    }


def _closed_at(row: RequestRow) -> datetime | None:
    """A closing before the opening is taken as the opening."""
    return row.closed_at and max(row.closed_at, row.requested_at)


def _values(
    runtime: Runtime,
    source: str,
    districts: DistrictMap | None,
    rows: list[RequestRow],
    numbers: set[str],
) -> list[dict[str, Any]]:
    """What will be stored of new rows; `numbers` are those the file has had so far."""
    places: list[int | None] = [None] * len(rows)
    if districts is not None:
        places = districts.locate_many([row.lon for row in rows], [row.lat for row in rows])
    return [
        {
            "id": str(row.request_id(runtime.settings.hash_key, source)),
            "number": _number(runtime.ids, numbers),
            "service_code": row.service_code,
            "description": row.description,
            "lon": row.lon,
            "lat": row.lat,
            "address": row.address,
            "district_id": district_id,
            "is_outside": districts is not None and district_id is None,
            "channel": row.channel.value,
            "requested_at": row.requested_at,
            "closed_at": _closed_at(row),
            "external_id": row.external_id,
            "fingerprint": hashlib.sha256(f"{source}:{row.external_id}".encode()).hexdigest(),
        }
        for row, district_id in zip(rows, places, strict=True)
    ]


def _number(ids: Ids, taken: set[str]) -> str:
    """A number no other row of the file has; whether a request has it is seen to later."""
    number = ids.public_number()
    while number in taken:
        number = ids.public_number()
    taken.add(number)
    return number


def _roots(parents: dict[str, str]) -> dict[str, str]:
    """Each repeat's outermost parent: itself on a circle."""
    roots: dict[str, str] = {}
    for row in parents:
        path: dict[str, None] = {}
        last = row
        while last not in roots and last not in path and (parent := parents.get(last)):
            path[last] = None
            last = parent
        if last in path:
            steps = list(path)
            roots.update((step, step) for step in steps[steps.index(last) :])
        root = roots.setdefault(last, last)
        for step in path:
            roots.setdefault(step, root)
    return roots
