"""What the city makes of what is typed at the desk: which kind, which place, and whether it is
known; the same for somebody who has a script and for somebody who presses a button."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy.orm import Session

from backend.core.errors import DomainError
from backend.core.i18n import gettext as _
from backend.core.resemblance import folded
from backend.places.locate import DistrictMap
from backend.places.nearest_streets import nearest_streets
from backend.places.queries import the_city
from backend.places.search_places import FoundPlace, search_places
from backend.reports.catalogue import ServiceTerms, city_catalogue
from backend.reports.duplicates.candidates import Candidate, Draft, likely_duplicates
from backend.reports.hazard_words import first_hazard
from backend.reports.rules import AttributeTerms, check_place
from backend.web.entry.saved_report import SavedReport, saved_report
from backend.web.reporting import report_form
from backend.web.view_models import Choice

NO_OTHER = "none"
"""It is none of those that were shown."""
_MOST_PLACES = 5
# As maps write it: latitude, longitude.
_DEGREES = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)[,;\s]+(-?\d{1,3}(?:\.\d+)?)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ChosenPlace:
    """A place as a choice holds it, in WGS84 degrees."""

    lon: float
    lat: float
    label: str

    def __str__(self) -> str:
        return f"{self.lon:.6f},{self.lat:.6f},{self.label}"


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place to choose; `note` says how sure it is, to be read out."""

    value: str
    label: str
    note: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What stands beside the form.

    `fitting` are the kinds the words point to and `others` the rest. `is_asked` is whether a place
    was asked for: without any in `places` it was not found. The place that is chosen may be outside
    the city, which promises nothing there. Of what is `saved` already nobody asks any more whether
    it is the same as another.
    """

    emergency_number: str | None
    fitting: tuple[Choice, ...]
    others: tuple[Choice, ...]
    suggested: str
    is_asked: bool
    places: tuple[PlaceChoice, ...]
    questions: tuple[AttributeTerms, ...]
    candidates: tuple[Candidate, ...]
    same: str
    due_at: datetime | None
    is_outside: bool
    saved: SavedReport | None


def read_place(value: str) -> ChosenPlace | None:
    """The place a choice holds: longitude, latitude, label."""
    lon, _comma, rest = value.partition(",")
    lat, _comma, label = rest.partition(",")
    try:
        return ChosenPlace(float(lon), float(lat), label)
    except ValueError:
        return None


def look(session: Session, typed: dict[str, str], now: datetime) -> Looked:
    """What can be said of the fields `typed`, as far as there are any."""
    words, catalogue = typed.get("description", ""), city_catalogue(session)
    fitting = report_form.suggested_codes(words) if words else []
    service = _service(typed, fitting, catalogue.services)
    places = _places(session, typed)
    chosen = next((read_place(one.value) for one in places if one.is_chosen), None)
    is_hazard = service is not None and report_form.is_danger(service)
    is_danger = is_hazard or first_hazard(catalogue.hazards, words) is not None
    choices = report_form.service_choices(service.code if service else "")
    by_code = {one.code: Choice(one.code, one.name, one.is_chosen) for one in choices}
    due = catalogue.due_in_danger if is_danger else catalogue.due_at
    saved = saved_report(session, typed)
    candidates = [] if saved else _candidates(session, service, chosen, words, now)
    is_outside = chosen is not None and _is_outside(catalogue.districts, chosen)
    return Looked(
        emergency_number=the_city(session).emergency_number if is_danger else None,
        fitting=tuple(by_code[code] for code in fitting),
        others=tuple(one for code, one in by_code.items() if code not in fitting),
        suggested=fitting[0] if fitting else "",
        is_asked=bool(typed.get("address", "").strip()),
        places=places,
        questions=tuple(report_form.questions_of(service)) if service else (),
        candidates=tuple(candidates),
        same=typed.get("same", ""),
        due_at=due(service, now) if service and not is_outside else None,
        is_outside=is_outside,
        saved=saved,
    )


def _is_outside(districts: DistrictMap | None, place: ChosenPlace) -> bool:
    return districts is not None and districts.find(place.lon, place.lat)[0] is None


def _service(
    typed: dict[str, str], fitting: list[str], services: Mapping[str, ServiceTerms]
) -> ServiceTerms | None:
    """What somebody chose, or what the words point to as long as nobody chose anything else."""
    code = typed.get("service_code", "")
    if code in {"", typed.get("suggested", "")}:
        code = fitting[0] if fitting else ""
    service = services.get(code)
    return service if service is not None and service.is_active else None


def _places(session: Session, typed: dict[str, str]) -> tuple[PlaceChoice, ...]:
    address = typed.get("address", "").strip()
    if not address:
        return ()
    found: dict[str, FoundPlace | ChosenPlace]
    found = {str(_as_chosen(one)): one for one in _found(session, address)}
    asked_before = typed.get("place", "") if typed.get("asked", "") == typed["address"] else ""
    before = read_place(asked_before)
    if before is not None and str(before) not in found:
        # Chosen on a page before, as by whoever is on a visit.
        found = {str(before): before, **found}
    chosen = str(before) if before is not None else _surely_meant(address, found)
    return tuple(
        PlaceChoice(
            value,
            _label(one) or address,
            _to_read_out(session, one) if value == chosen else "",
            value == chosen,
        )
        for value, one in found.items()
    )


def _surely_meant(address: str, found: Mapping[str, FoundPlace | ChosenPlace]) -> str:
    """The one place that has every word that was typed, or begins with it; empty where several do.

    What is only much like it somebody has to choose: a wrong street is not seen any more later.
    """
    typed = [word for word in re.split(r"\W+", folded(address)) if word.isalpha()]
    for fits in (str.__eq__, str.startswith):
        meant = [
            value
            for value, one in found.items()
            if all(
                any(fits(own, word) for own in re.split(r"\W+", folded(one.label)))
                for word in typed
            )
        ]
        if meant:
            return meant[0] if len(meant) == 1 else ""
    return ""


def _found(session: Session, address: str) -> list[FoundPlace | ChosenPlace]:
    degrees = _DEGREES.fullmatch(address)
    if degrees is None:
        return list(search_places(session, address, limit=_MOST_PLACES))
    lat, lon = map(float, degrees.groups())
    districts = city_catalogue(session).districts
    try:
        check_place(lon, lat, districts.extent if districts else None)
    except DomainError:
        return []
    return [ChosenPlace(lon, lat, "")]


def _as_chosen(found: FoundPlace | ChosenPlace) -> ChosenPlace:
    return ChosenPlace(found.lon, found.lat, _label(found))


def _label(place: FoundPlace | ChosenPlace) -> str:
    """With the house number that was typed also where nobody knows its place."""
    if isinstance(place, FoundPlace):
        return place.label_as_typed or place.label
    return place.label


def _to_read_out(session: Session, place: FoundPlace | ChosenPlace) -> str:
    """How sure it is, and the streets around: who tells of a place knows what is near."""
    near = nearest_streets(session, place.lon, place.lat, limit=3)
    names = [name for one in near[:1] for name in one.crossings]
    names += [one.name for one in near if one.name not in place.label]
    said = []
    if isinstance(place, FoundPlace) and place.is_approximate and place.number is None:
        is_number_unknown = _label(place) != place.label
        said.append(
            _("Only about there: the map does not know this number. Ask what is near.")
            if is_number_unknown
            else _("Only about there: ask for a house number or a corner.")
        )
    if names:
        said.append(_("Near: %(streets)s.", streets=", ".join(list(dict.fromkeys(names))[:3])))
    return " ".join(said)


def _candidates(
    session: Session,
    service: ServiceTerms | None,
    place: ChosenPlace | None,
    words: str,
    now: datetime,
) -> list[Candidate]:
    if service is None or place is None:
        return []
    draft = Draft(service.code, place.lon, place.lat, words.strip())
    try:
        return likely_duplicates(session, draft, now)
    except DomainError:
        # What cannot be is said when it is saved.
        return []


def fields_typed() -> dict[str, str]:
    """The form's fields, each once; browsers send a line's end as two characters."""
    return {name: text.replace("\r\n", "\n") for name, text in request.form.items()}
