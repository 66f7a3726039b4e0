"""The catalogue of a file comes into force, whole or not at all."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import Base
from backend.core.uow import UnitOfWork
from backend.places.queries import current_districts
from backend.reports.administration.catalogue_changes import catalogue_changes
from backend.reports.administration.record_change import wait_for_turn
from backend.reports.catalogue_file import CatalogueFile, Entry
from backend.reports.events import ServicesSet
from backend.reports.models import (
    Body,
    HazardWord,
    Holiday,
    ReportPolicy,
    RoutingRule,
    Service,
    ServiceAttribute,
    Team,
)


def import_catalogue(work: UnitOfWork, file: CatalogueFile) -> None:
    """Set what the file says; raises `Invalid` with the line of a route that leads nowhere."""
    session = work.session
    wait_for_turn(work)
    changes = catalogue_changes(session, file)
    for model, entries in ((Service, file.services), (Team, file.teams), (Body, file.bodies)):
        for entry in entries:
            session.merge(model(**entry))
    session.flush()
    for code, attributes in file.attributes.items():
        named = ({"service_code": code} | one for one in attributes)
        is_its = ServiceAttribute.service_code == code
        _replace(session, ServiceAttribute, named, is_its)
    for language, words in file.hazard_words.items():
        listed = ({"language": language, "word": word} for word in words)
        _replace(session, HazardWord, listed, HazardWord.language == language)
    if file.routes is not None:
        _check_routes(session, file, file.routes)
        _replace(session, RoutingRule, file.routes)
    if file.holidays is not None:
        _replace(session, Holiday, file.holidays)
    if file.policy is not None:
        session.merge(ReportPolicy(id=1, **file.policy))
    _check_takers(session, file)
    codes = sorted(entry["code"] for entry in file.services)
    facts = {"tables": _tables(file), "changes": [one.facts() for one in changes]}
    work.decide("catalogue.imported", "catalogue", services=codes, **facts)
    work.emit(ServicesSet(tuple(codes)))


def _replace(
    session: Session, model: type[Base], rows: Iterable[Entry], *which: sa.ColumnElement[bool]
) -> None:
    session.execute(sa.delete(model).where(*which))
    session.add_all([model(**row) for row in rows])
    session.flush()


def _check_routes(session: Session, file: CatalogueFile, routes: tuple[Entry, ...]) -> None:
    known: dict[str, tuple[str, set[str]]] = {
        "service_code": ("service", _codes(session, Service)),
        "district_code": ("district", {one.code for one in current_districts(session)}),
        "team_code": ("team", _codes(session, Team)),
        "body_code": ("body", _codes(session, Body)),
    }
    for at, route in enumerate(routes):
        for column, (name, codes) in known.items():
            if route[column] is not None and route[column] not in codes:
                path = ("route", at, name)
                raise file.lines.refusal(path, f"the city has no {name} {route[column]}")


def _check_takers(session: Session, file: CatalogueFile) -> None:
    """No route, of the file or of before, leads to what takes nothing new."""
    for model, column, table in (
        (Team, RoutingRule.team_code, "team"),
        (Body, RoutingRule.body_code, "body"),
    ):
        closed = sa.select(column).join(model, model.code == column).where(~model.is_active)
        code = session.scalar(closed.order_by(column).limit(1))
        if code is not None:
            why = f"a route leads to the {table} {code}, which takes nothing new"
            raise file.lines.refusal((table,), why)


def _codes(session: Session, model: Any) -> set[str]:
    return set(session.scalars(sa.select(model.code)))


def _tables(file: CatalogueFile) -> list[str]:
    """Which of the tables that are taken whole the file sets."""
    whole = {"routes": file.routes, "holidays": file.holidays, "policy": file.policy}
    languages = [f"hazard words in {language}" for language in file.hazard_words]
    return [*languages, *(name for name, table in whole.items() if table is not None)]
