"""What a catalogue file would change, entry by entry."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.reports.administration.record_change import differences, values_of
from backend.reports.administration.standing import (
    Entry,
    Kind,
    entry_of,
    hazard_words_stand,
    policy_stands,
    service_stands,
    taker_stands,
)
from backend.reports.catalogue_fields import HOLIDAY, ROUTE
from backend.reports.catalogue_file import CatalogueFile
from backend.reports.models import Holiday, RoutingRule


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that is added (`was` is None), taken away (`becomes` is None) or another."""

    kind: Kind
    key: str
    was: Entry | None
    becomes: Entry | None

    @property
    def fields(self) -> tuple[str, ...]:
        return differences(self.was, self.becomes)

    def facts(self) -> Entry:
        """For the log: what was and what became of it, where it was there and stays."""
        told: Entry = {"kind": self.kind.value, "key": self.key}
        if self.was is None or self.becomes is None:
            return told | {"is_added": self.was is None}
        names = self.fields
        return told | {
            "was": values_of(self.was, names),
            "became": values_of(self.becomes, names),
        }


def catalogue_changes(session: Session, file: CatalogueFile) -> tuple[EntryChange, ...]:
    """Everything the file says otherwise than it stands, in the order of the file's tables."""
    return tuple(one for one in _all(session, file) if one.fields)


def _all(session: Session, file: CatalogueFile) -> Iterator[EntryChange]:
    if file.policy is not None:
        yield EntryChange(Kind.POLICY, "reports", policy_stands(session), file.policy)
    for entry in file.services:
        code = entry["code"]
        asked = [
            {name: value for name, value in one.items() if name != "position"}
            for one in file.attributes[code]
        ]
        stands = service_stands(session, code)
        yield EntryChange(Kind.SERVICE, code, stands, entry | {"attributes": asked})
    for kind, entries in ((Kind.TEAM, file.teams), (Kind.BODY, file.bodies)):
        for entry in entries:
            stands = taker_stands(session, kind, entry["code"])
            yield EntryChange(kind, entry["code"], stands, entry)
    for language, words in file.hazard_words.items():
        was, becomes = hazard_words_stand(session, language), sorted(words)
        yield EntryChange(Kind.HAZARD_WORDS, language, {"words": was}, {"words": becomes})
    if file.routes is not None:
        rows = session.scalars(sa.select(RoutingRule).order_by(RoutingRule.id))
        stand = _keyed((entry_of(row, ROUTE) for row in rows), "service_code", "district_code")
        sets = _keyed(file.routes, "service_code", "district_code")
        yield from _replaced(Kind.ROUTE, stand, sets)
    if file.holidays is not None:
        days = session.scalars(sa.select(Holiday).order_by(Holiday.day))
        stand = _keyed((entry_of(row, HOLIDAY) for row in days), "day")
        yield from _replaced(Kind.HOLIDAY, stand, _keyed(file.holidays, "day"))


def _keyed(entries: Iterable[Entry | None], *columns: str) -> dict[str, Entry]:
    named = (one for one in entries if one is not None)
    return {"/".join(str(one[name] or "any") for name in columns): one for one in named}


def _replaced(kind: Kind, stand: dict[str, Any], sets: dict[str, Any]) -> Iterator[EntryChange]:
    """Of a table that is taken whole: what it leaves out goes."""
    for key in dict.fromkeys((*stand, *sets)):
        yield EntryChange(kind, key, stand.get(key), sets.get(key))
