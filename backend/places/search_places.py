"""From what somebody types to the places that may be meant, the likeliest first."""

from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from backend.places.house_numbers import REACH, FoundNumber, KnownNumber, find_number
from backend.places.locate import DistrictMap, district_map
from backend.places.name_index import JOINED_WORDS, Scores, weight_of
from backend.places.place_label import Named, label_of
from backend.places.place_map import (
    DISTRICT,
    STREET,
    NamedDistrict,
    Place,
    PlaceMap,
    place_map,
)
from backend.places.queries import addresses_around, the_city
from backend.places.typed_name import HouseNumber, Reading, readings_of, words_of
from geo.distance import metres_between_many

MOST_TYPED, MOST_FOUND = 200, 20
_MOST_WORDS = 12
_LEAST_COVERED = 0.4
# What fits much worse than the best is not meant.
_LEAST_OF_BEST = 0.6
# A word may also say where a place is: its district, or the city.
_WHEREABOUTS = 0.7
# Of two names that fit alike, the shorter.
_FOR_SHORTNESS = 0.15
_WITHOUT_NUMBER, _NO_STREET = 0.97, 0.85
_NEAR_BONUS, _NEAR_METRES = 0.08, 1_000.0
_ADDRESS_BONUS, _ABOUT_BONUS = 0.05, 0.02
_ORDER = {STREET: 0, DISTRICT: 1}
_MORE = 2


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that may be meant; degrees in WGS84.

    `is_approximate` is where the point is only about there: a street without a house number, or a
    number that is known by its neighbours alone. `label_as_typed` has the house number also where
    nobody knows its place, for whoever looks for it there.
    """

    label: str
    kind: str
    name: str
    number: str | None
    district: NamedDistrict | None
    lon: float
    lat: float
    is_approximate: bool
    label_as_typed: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: Place
    row: int
    score: float
    reading: Reading
    number: FoundNumber | None = None


def search_places(
    session: Session, typed: str, near: tuple[float, float] | None = None, limit: int = 8
) -> list[FoundPlace]:
    """At most `limit` places, those near `near` (longitude, latitude) before others like them."""
    known = place_map(session)
    words = words_of(typed[:MOST_TYPED])[:_MOST_WORDS]
    if known is None or not words:
        return []
    city = the_city(session)
    is_unfinished = not typed[-1:].isspace()
    scores, chosen, readings = _score(known, words, is_unfinished, set(words_of(city.name)))
    rows = np.flatnonzero(scores > _LEAST_OF_BEST * scores.max())
    ranked: NDArray[np.floating] = scores[rows]
    if near is not None:
        away = metres_between_many(*near, known.lons[rows], known.lats[rows])
        ranked = ranked + _NEAR_BONUS / (1 + away / _NEAR_METRES)
    # A house number may bring one up.
    best = np.argsort(-ranked, kind="stable")[: limit + _MORE]
    candidates = [
        _Candidate(known.places[row], int(row), float(score), readings[chosen[row]])
        for row, score in zip(rows[best], ranked[best], strict=True)
    ]
    candidates = _with_numbers(session, known, candidates)
    candidates.sort(key=lambda one: (-one.score, _ORDER.get(one.place.kind, 2), one.place.name))
    districts = district_map(session)
    return [_found(known, districts, one, city.country) for one in candidates[:limit]]


def _score(
    known: PlaceMap, words: list[str], is_unfinished: bool, city_words: set[str]
) -> tuple[Scores, NDArray[np.int64], list[Reading]]:
    """Each place's score, 0 where it is not meant, and which reading gave it."""
    readings, last = readings_of(words), len(words) - 1
    if 0 < last < JOINED_WORDS:
        # Some write in two words what others write in one.
        readings.append(Reading((len(words),)))
        words = [*words, "".join(words)]
    own = [
        known.index.match(word, is_unfinished=is_unfinished and at >= last)
        for at, word in enumerate(words)
    ]
    fits = [
        np.maximum(scores, _whereabouts(known, word, city_words))
        for scores, word in zip(own, words, strict=True)
    ]
    each = [
        weight_of(word, is_unfinished=is_unfinished and at >= last) for at, word in enumerate(words)
    ]
    best = np.zeros(len(known.places), np.float32)
    chosen = np.zeros(len(known.places), np.int64)
    for number, reading in enumerate(readings):
        weights = np.array([each[at] for at in reading.words], np.float32)
        covered = weights @ np.array([fits[at] for at in reading.words]) / weights.sum()
        named = np.array([own[at] for at in reading.words]).sum(axis=0)
        if reading.words[0] > last:
            named *= last + 1
        share = np.minimum(named / known.index.lengths, 1.0)
        score = covered * (1 - _FOR_SHORTNESS * (1 - share))
        score[(covered < _LEAST_COVERED) | (named == 0)] = 0.0
        if reading.number is not None:
            score *= np.where(known.is_street, _WITHOUT_NUMBER, _NO_STREET).astype(np.float32)
        chosen[score > best] = number
        best = np.maximum(best, score)
    return best, chosen, readings


def _whereabouts(known: PlaceMap, word: str, city_words: set[str]) -> Scores | float:
    if word in city_words:
        return _WHEREABOUTS
    if not known.districts:
        return 0.0
    # Whatever lies in no district is last, and matches none.
    of_districts = np.append(known.district_index.match(word, is_unfinished=False), 0.0)
    return _WHEREABOUTS * of_districts[known.district_of].astype(np.float32)


def _with_numbers(
    session: Session, known: PlaceMap, candidates: list[_Candidate]
) -> list[_Candidate]:
    """The candidates, those whose house number is known at its place."""
    wanted: dict[HouseNumber, list[int]] = {}
    for one in candidates:
        if one.reading.number is not None:
            wanted.setdefault(one.reading.number, []).extend(one.place.address_ids)
    rows: dict[tuple[HouseNumber, int], list[KnownNumber]] = {}
    for number, ids in wanted.items():
        for row in addresses_around(session, ids, number.first, REACH) if ids else ():
            rows.setdefault((number, row.place_id), []).append(_known(row))
    return [_with_number(known, one, rows) for one in candidates]


def _with_number(
    known: PlaceMap,
    one: _Candidate,
    rows: dict[tuple[HouseNumber, int], list[KnownNumber]],
) -> _Candidate:
    number = one.reading.number
    if number is None:
        return one
    around = [row for id_ in one.place.address_ids for row in rows.get((number, id_), ())]
    if not around:
        return one
    shape = known.shapes[one.row]
    line = known.plane.to_degrees(shape) if shape.geom_type == "MultiLineString" else None
    found = find_number(number, around, line)
    if found is None:
        return one
    bonus = _ABOUT_BONUS if found.is_approximate else _ADDRESS_BONUS
    return replace(one, number=found, score=one.score + bonus)


def _known(row: sa.Row[tuple[object, ...]]) -> KnownNumber:
    number = HouseNumber(row.number, row.first, row.last)
    return KnownNumber(number, row.lon, row.lat, row.is_exact)


def _found(
    known: PlaceMap, districts: DistrictMap | None, one: _Candidate, country: str | None
) -> FoundPlace:
    place, number, at = one.place, None, one.number
    district = None if place.kind == DISTRICT else known.district(place)
    if at is not None and one.reading.number is not None:
        number = one.reading.number.text.upper()
        # A long street has houses in more districts than one.
        code = districts.find(at.lon, at.lat)[1] if districts else None
        district = next((each for each in known.districts if each.code == code), None)
    named = Named(place.name, number, district.name if district else None)
    label = label_of(named, country, is_number_first=one.reading.is_number_first)
    as_typed = label
    if place.kind == STREET and number is None and one.reading.number is not None:
        named = replace(named, number=one.reading.number.text.upper())
        as_typed = label_of(named, country, is_number_first=one.reading.is_number_first)
    return FoundPlace(
        label=label,
        kind="address" if at else place.kind,
        name=place.name,
        number=number,
        district=district,
        lon=round(at.lon if at else place.lon, 6),
        lat=round(at.lat if at else place.lat, 6),
        is_approximate=at.is_approximate if at else place.kind in (STREET, DISTRICT),
        label_as_typed=as_typed,
    )
