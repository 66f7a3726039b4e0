"""What a look-up by name costs among 100,000 addresses, beside a plain LIKE.

    .venv/bin/python bench/place_search.py [--database sqlite|postgis|both]

The city has 5,000 streets with 20 houses each, and every name but one in eight has a namesake that
differs in its second word or its kind alone. Look-ups are written as people write them: whole,
unfinished, shortened, with a letter left out, with two exchanged. `first` is how many have the
street that was meant at the top. CPU is the program's and, for PostgreSQL, the server process's.
"""

import argparse
from collections.abc import Callable
from time import process_time

import numpy as np
import sqlalchemy as sa
from near_lookup import DATABASES, analyze, city_on, clock_of
from sqlalchemy.orm import Session

from backend.core.actors import OPERATOR
from backend.core.db import current_session, db, table_of
from backend.core.uow import unit_of_work
from backend.demo.placenames import NEW, OLD, STREET_KINDS
from backend.places.import_places import import_places
from backend.places.models import Address, NamedPlace
from backend.places.nearest_streets import nearest_streets
from backend.places.place_file import PlaceFile, ReadAddress
from backend.places.place_map import place_map
from backend.places.search_places import search_places
from backend.places.typed_name import HouseNumber

STREETS, HOUSES, LOOKUPS = 5_000, 20, 300
SECONDS = ("", "Hill", "Park", "Bridge", "Field", "Wood", "End", "Cross")
SHORT = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Gardens": "Gdns", "Drive": "Dr"}
WEST, SOUTH, STEP = 10.0, 50.0, 0.0002

_PLACE, _ADDRESS = table_of(NamedPlace), table_of(Address)
_PLAIN = (
    sa.select(_PLACE.c.name, _ADDRESS.c.number, _ADDRESS.c.lon, _ADDRESS.c.lat)
    .join(_ADDRESS, _ADDRESS.c.place_id == _PLACE.c.id)
    .where((_PLACE.c.name + " " + _ADDRESS.c.number).ilike(sa.bindparam("typed")))
    .limit(8)
)
Lookup = Callable[[Session, str], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    asked = parser.parse_args()
    rng = np.random.default_rng(12)
    names = street_names(rng)
    for database in DATABASES if asked.database == "both" else (asked.database,):
        with city_on(database):
            fill(names)
            report(database, names)


def street_names(rng: np.random.Generator) -> list[str]:
    every = [
        " ".join(filter(None, (first, second, kind)))
        for first in dict.fromkeys((*NEW, *OLD))
        for second in SECONDS
        for kind in STREET_KINDS
    ]
    return [str(name) for name in rng.permutation(every)[:STREETS]]


def fill(names: list[str]) -> None:
    rng = np.random.default_rng(3)
    corners = np.array([WEST, SOUTH]) + rng.uniform(0, 0.2, (STREETS, 2))
    addresses = tuple(
        ReadAddress(
            name,
            HouseNumber(str(number), number, number),
            float(lon + STEP * (number // 2)),
            float(lat + STEP / 2 * (number % 2)),
            is_exact=True,
        )
        for name, (lon, lat) in zip(names, corners, strict=True)
        for number in range(1, HOUSES + 1)
    )
    began = process_time()
    with unit_of_work(OPERATOR) as work:
        import_places(work, PlaceFile("addresses.gpkg", "0" * 64, (), addresses), only=True)
    imported = process_time() - began
    analyze()
    began = process_time()
    place_map(current_session())
    print(
        f"{len(addresses)} addresses: import {imported:.1f} s, index {process_time() - began:.2f} s"
    )


def ways_to_write(rng: np.random.Generator, name: str, number: int) -> dict[str, str]:
    words = name.split()
    cut = int(rng.integers(2, len(words[0]) - 1)) if len(words[0]) > 4 else 1
    first = words[0]
    rest = " ".join(words[1:])
    short = " ".join(SHORT.get(word, word) for word in words)
    exchanged = first[: cut - 1] + first[cut] + first[cut - 1] + first[cut + 1 :]
    return {
        "whole": f"{number} {name}",
        "unfinished": name[:-2],
        "shortened": f"{short} {number}".lower(),
        "one letter less": f"{number} {first[:cut]}{first[cut + 1 :]} {rest}",
        "two exchanged": f"{exchanged} {rest}, {number}",
    }


def report(database: str, names: list[str]) -> None:
    rng = np.random.default_rng(7)
    asked: dict[str, list[tuple[str, str]]] = {}
    for name in rng.permutation(names)[:LOOKUPS]:
        ways = ways_to_write(rng, str(name), int(rng.integers(1, HOUSES + 1)))
        for way, typed in ways.items():
            asked.setdefault(way, []).append((typed, str(name)))
    for way, lookups in asked.items():
        show(f"{way}, {database}", lookups, by_index)
    spots = [(f"{lon},{lat}", "") for lon, lat in rng.uniform(0, 0.2, (LOOKUPS, 2))]
    show(f"streets around, {database}", spots, around)
    plain = [
        (f"{name} {1 + at % HOUSES}", name) for at, (_, name) in enumerate(asked["whole"][:30])
    ]
    show(f"LIKE, whole, {database}", plain, by_like)


def by_index(session: Session, typed: str) -> str:
    found = search_places(session, typed)
    return found[0].name if found else ""


def around(session: Session, typed: str) -> str:
    east, north = map(float, typed.split(","))
    nearest_streets(session, WEST + east, SOUTH + north)
    return ""


def by_like(session: Session, typed: str) -> str:
    row = session.execute(_PLAIN, {"typed": f"%{typed}%"}).first()
    return row.name if row else ""


def show(label: str, lookups: list[tuple[str, str]], lookup: Lookup) -> None:
    session = current_session()
    session.rollback()
    database_time = clock_of(session)
    is_server = db.engine.dialect.name != "sqlite"
    spent, hits = [], 0
    for typed, meant in lookups:
        began, worked = process_time(), database_time()
        hits += lookup(session, typed) == meant
        spent.append(process_time() - began + is_server * (database_time() - worked))
    half, most = 1000 * np.percentile(spent, [50, 99])
    first = f"first {hits / len(lookups):4.0%}" if lookups[0][1] else ""
    print(
        f"{label:<28}{len(lookups):4}   CPU p50 {half:6.2f} p99 {most:6.2f} ms   {first}",
        flush=True,
    )


if __name__ == "__main__":
    main()
