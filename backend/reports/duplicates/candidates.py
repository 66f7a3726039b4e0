"""Open incidents that may be what somebody is about to report, or what an incident is about too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.errors import NotFound
from backend.core.public_words import check_text
from backend.core.resemblance import resemblance, shingles
from backend.photos.models import Photo
from backend.photos.rules import hamming_distance
from backend.places.locate import district_map
from backend.reports.catalogue import CityCatalogue, ServiceTerms, city_catalogue
from backend.reports.models import Incident, ModeratedText, ServiceRequest
from backend.reports.near import NearbyIncident, open_incidents_near
from backend.reports.photos.queries import IS_OF_REPORT, picture_hashes
from backend.reports.public_place import public_place
from backend.reports.public_words import PUBLIC_DESCRIPTION
from backend.reports.rules import MAX_DESCRIPTION, check_place
from backend.reports.similarity import Likeness, likeness
from geo.distance import metres_between

MOST_SHOWN = 5
# Further ones are nearly always something else, and each costs a comparison of words.
_MOST_COMPARED = 30
_DAY_SECONDS = 86_400.0

_REQUEST, _MODERATED, _PHOTO = map(table_of, (ServiceRequest, ModeratedText, Photo))
_WORDS = (
    sa.select(_REQUEST.c.number, PUBLIC_DESCRIPTION.label("summary"))
    .outerjoin(_MODERATED, _MODERATED.c.service_request_id == _REQUEST.c.id)
    .where(_REQUEST.c.number.in_(sa.bindparam("numbers", expanding=True)))
)
_SENT_AHEAD: sa.Select[str] = (
    sa.select(_PHOTO.c.picture_hash)
    .where(
        IS_OF_REPORT,
        _PHOTO.c.subject_id == sa.bindparam("id"),
        _PHOTO.c.picture_hash.is_not(None),
    )
    .order_by(_PHOTO.c.opened_at, _PHOTO.c.id)
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A report somebody is about to make; photos may have been sent ahead under its `id`."""

    service_code: str
    lon: float
    lat: float
    description: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open incident with how likely it is the same; `summary` are its words as moderated."""

    incident_id: int
    number: str
    service_code: str
    service_name: str
    state: str
    own_severity_band: int | None
    opened_at: datetime
    reports: int
    summary: str
    metres: float
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class _Near:
    """An incident, how far it is, and how far it might be."""

    incident: NearbyIncident
    metres: float
    reach: float


@dataclass(frozen=True, slots=True)
class _Compared:
    """What others are compared with."""

    service: ServiceTerms
    lon: float
    lat: float
    at: datetime
    description: str
    photos: Sequence[str]


def likely_duplicates(session: Session, draft: Draft, now: datetime) -> list[Candidate]:
    """Up to `MOST_SHOWN` open incidents, likeliest first, as anybody may know them.

    Where a service rounds its public places, nearness is that of the rounded place: asking from
    many places finds no more than the public map shows. Raises `Invalid` and `NotFound`.
    """
    check_text(draft.description, "/description", MAX_DESCRIPTION)
    districts = district_map(session)
    check_place(draft.lon, draft.lat, districts.extent if districts else None)
    catalogue = city_catalogue(session)
    service = catalogue.services.get(draft.service_code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", pointer="/service_code", service=draft.service_code[:60])
    photos = session.scalars(_SENT_AHEAD, {"id": draft.id}).all() if draft.id else ()
    compared = _Compared(service, draft.lon, draft.lat, now, draft.description, photos)
    near = _near(session, catalogue, compared, is_public=True)
    return _likeliest(session, catalogue, compared, near)


def likely_duplicates_of(session: Session, incident: Incident) -> list[Candidate]:
    """The same for an incident that is there, as staff know its place and the others'."""
    catalogue = city_catalogue(session)
    compared = _Compared(
        catalogue.services[incident.service_code],
        incident.lon,
        incident.lat,
        incident.opened_at,
        _summaries(session, [incident.number])[incident.number],
        picture_hashes(session, [incident.id]).get(incident.id, ()),
    )
    near = _near(session, catalogue, compared, is_public=False)
    return _likeliest(
        session, catalogue, compared, [one for one in near if one.incident.id != incident.id]
    )


def _near(
    session: Session, catalogue: CityCatalogue, compared: _Compared, *, is_public: bool
) -> list[_Near]:
    """Open incidents of the service and its group within reach, nearest first."""
    reach, group = float(compared.service.duplicate_metres), compared.service.group_name
    grids = {
        one.code: one.public_grid_metres or 0 if is_public else 0
        for one in catalogue.services.values()
        if one.code == compared.service.code or (group and one.group_name == group)
    }
    widest = max(max(reach, grid) + grid for grid in grids.values())
    near = []
    for one in open_incidents_near(session, compared.lon, compared.lat, widest, *grids):
        grid = grids[one.service_code]
        place = public_place(one.lon, one.lat, grid or None)
        metres = metres_between(compared.lon, compared.lat, *place) if grid else one.metres
        near.append(_Near(one, metres, max(reach, grid)))
    within = (one for one in near if one.metres <= one.reach)
    return sorted(within, key=lambda one: (one.metres, one.incident.id))[:_MOST_COMPARED]


def _likeliest(
    session: Session, catalogue: CityCatalogue, compared: _Compared, near: Sequence[_Near]
) -> list[Candidate]:
    if not near:
        return []
    summaries = _summaries(session, [one.incident.number for one in near])
    photos: Mapping[int, Sequence[str]] = {}
    if compared.photos:
        photos = picture_hashes(session, [one.incident.id for one in near])
    letters = shingles(compared.description)
    found = []
    for place in near:
        one, summary = place.incident, summaries[place.incident.number]
        likely = likeness(
            metres=place.metres,
            reach_metres=place.reach,
            days=(compared.at - one.opened_at).total_seconds() / _DAY_SECONDS,
            is_same_service=one.service_code == compared.service.code,
            words=resemblance(letters, shingles(summary)),
            photo_bits=_fewest_bits(compared.photos, photos.get(one.id, ())),
        )
        found.append(
            Candidate(
                incident_id=one.id,
                number=one.number,
                service_code=one.service_code,
                service_name=catalogue.services[one.service_code].name,
                state=one.state,
                own_severity_band=one.own_severity_band,
                opened_at=one.opened_at,
                reports=one.request_count,
                summary=summary,
                metres=place.metres,
                likeness=likely,
            )
        )
    return sorted(found, key=lambda one: (-one.likeness.score, one.metres, one.number))[:MOST_SHOWN]


def _summaries(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """What the public reads of each incident's first report."""
    return {row.number: row.summary for row in session.execute(_WORDS, {"numbers": numbers})}


def _fewest_bits(ones: Iterable[str], others: Iterable[str]) -> int | None:
    return min((hamming_distance(one, other) for one, other in product(ones, others)), default=None)
