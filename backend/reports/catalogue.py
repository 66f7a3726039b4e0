"""What the city takes reports of, where, and what it decided about them, kept until it changes."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache
from backend.core.db import table_of
from backend.places.locate import DistrictMap, district_map
from backend.places.models import BoundarySet, City
from backend.places.queries import the_city
from backend.reports.hazard_words import first_hazard, hazard_pattern
from backend.reports.models import (
    Catalogue,
    HazardWord,
    Holiday,
    ReportPolicy,
    RoutingRule,
    Service,
    ServiceAttribute,
)
from backend.reports.rules import AttributeTerms, Translations
from backend.reports.service_words import ServiceWords, by_language, words_in
from backend.reports.target_clock import Calendar, due_at
from equity.levers.priority import UNWEIGHTED_BANDS

HAZARD_BAND = min(UNWEIGHTED_BANDS)


@dataclass(frozen=True, slots=True)
class Policy:
    """What the city decided about reports; these are the choices where it has not."""

    working_week: str = "WWWWW--"
    confirm_days: int = 14
    links_repeats: bool = False
    needs_photo_approval: bool = True


@dataclass(frozen=True, slots=True)
class ServiceTerms:
    """A service as use cases need it: `attributes` in the order they are asked."""

    code: str
    name: str
    description: str
    keywords: tuple[str, ...]
    group_name: str
    is_active: bool
    severity_band: int
    target: timedelta
    counts_working_days: bool
    duplicate_metres: int
    public_grid_metres: int | None
    retention_days: int | None
    notice: str
    attributes: tuple[AttributeTerms, ...]
    translations: Translations

    def in_language(self, language: str) -> ServiceWords:
        """What it is called in `language`."""
        own = ServiceWords(self.name, self.description, self.notice, self.keywords)
        return words_in(language, own, self.translations)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a report: a team of the city, or another body."""

    team_code: str | None = None
    body_code: str | None = None


@dataclass(frozen=True, slots=True)
class CityCatalogue:
    """Services by code, and the rules that hold for all of them.

    `hazards` finds any of `hazard_words`, which are of every language and stand there once each.
    `districts` is None before any were imported.
    """

    services: Mapping[str, ServiceTerms]
    policy: Policy
    calendar: Calendar
    hazards: re.Pattern[str] | None
    routes: Mapping[tuple[str | None, str | None], Taker]
    hazard_words: tuple[str, ...] = ()
    districts: DistrictMap | None = None

    def taker(self, service_code: str, district_code: str | None) -> Taker:
        """Who takes it: the rule for both goes before the service's, that before the district's."""
        for key in (
            (service_code, district_code),
            (service_code, None),
            (None, district_code),
            (None, None),
        ):
            if key in self.routes:
                return self.routes[key]
        return Taker()

    def calendar_of(self, service: ServiceTerms) -> Calendar | None:
        """The calendar the service's target runs by, None where every hour counts."""
        return self.calendar if service.counts_working_days else None

    def due_at(self, service: ServiceTerms, opened_at: datetime) -> datetime:
        """The moment the city means to have acted by."""
        return due_at(opened_at, service.target, self.calendar_of(service))

    @property
    def hazard(self) -> ServiceTerms | None:
        """The service about danger with the shortest target; None in a city without any."""
        dangers = (
            one
            for one in self.services.values()
            if one.is_active and one.severity_band == HAZARD_BAND
        )
        return min(dangers, key=lambda one: one.target, default=None)

    def due_in_danger(self, service: ServiceTerms, known_at: datetime) -> datetime:
        """The same where the words say danger: by the hazards' target, if that is earlier."""
        due = self.due_at(service, known_at)
        return min(due, self.due_at(self.hazard, known_at)) if self.hazard else due

    def own_band(self, service: ServiceTerms, description: str) -> int | None:
        """The hazards' band where the words say danger and the service does not, else None."""
        is_worse = service.severity_band > HAZARD_BAND and first_hazard(self.hazards, description)
        return HAZARD_BAND if is_worse else None


_OF_TRANSACTION = "evenward-catalogue"
_kept: CityCache[CityCatalogue] = CityCache()
_CATALOGUE, _CITY, _BOUNDARIES = map(table_of, (Catalogue, City, BoundarySet))


def _only(column: sa.Column[Any], *condition: sa.Column[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(column).where(*condition).scalar_subquery()


# One row, whatever the city has not said yet.
_VERSION = sa.select(
    _only(_CATALOGUE.c.version),
    _only(_CITY.c.time_zone),
    _only(_BOUNDARIES.c.id, _BOUNDARIES.c.is_current),
    _only(_BOUNDARIES.c.imported_at, _BOUNDARIES.c.is_current),
)


def city_catalogue(session: Session) -> CityCatalogue:
    """The catalogue in force, the same throughout a transaction that does not change it."""
    transaction = session.get_transaction()
    known = session.info.get(_OF_TRANSACTION)
    if known is not None and known[0] is transaction:
        return cast("CityCatalogue", known[1])
    version = catalogue_version(session)
    found = _kept.get(session, version, lambda: _read(session))
    session.info[_OF_TRANSACTION] = (session.get_transaction(), found)
    return found


def catalogue_version(session: Session) -> tuple[Any, ...]:
    """What changes with the catalogue, the time zone and the boundaries."""
    return tuple(session.execute(_VERSION).one())


def needs_photo_approval(session: Session) -> bool:
    """Whether a person of the city looks at residents' photos before everybody does."""
    return city_catalogue(session).policy.needs_photo_approval


def forget_catalogue(session: Session) -> None:
    """What this transaction read of the catalogue holds no longer."""
    session.info.pop(_OF_TRANSACTION, None)


def _read(session: Session) -> CityCatalogue:
    row = session.get(ReportPolicy, 1)
    policy = Policy()
    if row is not None:
        policy = Policy(
            row.working_week, row.confirm_days, row.links_repeats, row.needs_photo_approval
        )
    attributes = _attributes(session)
    services = session.scalars(sa.select(Service).order_by(Service.code))
    rules = session.scalars(sa.select(RoutingRule).order_by(RoutingRule.id))
    words = tuple(session.scalars(sa.select(HazardWord.word).distinct().order_by(HazardWord.word)))
    return CityCatalogue(
        services={one.code: _terms(one, tuple(attributes[one.code])) for one in services},
        policy=policy,
        calendar=Calendar(
            the_city(session).time_zone,
            policy.working_week,
            frozenset(session.scalars(sa.select(Holiday.day))),
        ),
        hazards=hazard_pattern(words),
        routes={
            (rule.service_code, rule.district_code): Taker(rule.team_code, rule.body_code)
            for rule in rules
        },
        hazard_words=words,
        districts=district_map(session),
    )


def _attributes(session: Session) -> Mapping[str, list[AttributeTerms]]:
    found: dict[str, list[AttributeTerms]] = defaultdict(list)
    order = (ServiceAttribute.service_code, ServiceAttribute.position)
    for one in session.scalars(sa.select(ServiceAttribute).order_by(*order)):
        choices: dict[str, Any] = {choice["key"]: choice["name"] for choice in one.choices}
        found[one.service_code].append(
            AttributeTerms(
                one.code,
                one.datatype,
                one.is_question,
                one.is_required,
                one.description,
                one.datatype_description,
                choices,
                by_language(one.translations),
            )
        )
    return found


def _terms(service: Service, attributes: tuple[AttributeTerms, ...]) -> ServiceTerms:
    return ServiceTerms(
        code=service.code,
        name=service.name,
        description=service.description,
        keywords=tuple(word.strip() for word in service.keywords.split(",") if word.strip(" *")),
        group_name=service.group_name,
        is_active=service.is_active,
        severity_band=service.severity_band,
        target=timedelta(hours=service.target_hours),
        counts_working_days=service.counts_working_days,
        duplicate_metres=service.duplicate_metres,
        public_grid_metres=service.public_grid_metres,
        retention_days=service.retention_days,
        notice=service.notice or "",
        attributes=attributes,
        translations=by_language(service.translations),
    )
