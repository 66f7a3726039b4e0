"""The catalogue in force as the TOML file it can be imported from again."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.db import Base
from backend.reports.catalogue_fields import (
    ATTRIBUTE,
    BODY,
    HOLIDAY,
    POLICY,
    ROUTE,
    SERVICE,
    TEAM,
    Fields,
)
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

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def export_catalogue(session: Session) -> str:
    """The whole catalogue; importing it changes nothing."""
    return "\n".join(_lines(session))


def _lines(session: Session) -> Iterator[str]:
    policy = session.get(ReportPolicy, 1)
    if policy is not None:
        yield from _table("[policy]", policy, POLICY)
    for service in session.scalars(sa.select(Service).order_by(Service.code)):
        yield from _table("[[service]]", service, SERVICE)
        asked = sa.select(ServiceAttribute).where(ServiceAttribute.service_code == service.code)
        for one in session.scalars(asked.order_by(ServiceAttribute.position)):
            yield from _table("[[service.attribute]]", one, ATTRIBUTE)
    yield from _hazard_words(session)
    for header, model, fields, order in (
        ("[[team]]", Team, TEAM, Team.code),
        ("[[body]]", Body, BODY, Body.code),
        ("[[route]]", RoutingRule, ROUTE, RoutingRule.id),
        ("[[holiday]]", Holiday, HOLIDAY, Holiday.day),
    ):
        for row in session.scalars(sa.select(model).order_by(order)):
            yield from _table(header, row, fields)


def _hazard_words(session: Session) -> Iterator[str]:
    words = session.scalars(sa.select(HazardWord).order_by(HazardWord.language, HazardWord.word))
    header = ["[hazard_words]"]
    for language, listed in groupby(words, key=lambda one: one.language):
        yield from header
        header = []
        yield f"{language} = ["
        yield from (f"    {_value(one.word)}," for one in listed)
        yield "]"
    if not header:
        yield ""


def _table(header: str, row: Base, fields: Fields) -> Iterator[str]:
    yield header
    for name, field in fields.items():
        value = getattr(row, field.column)
        if value is not None and value != field.default and value != []:
            yield f"{name} = {_value(value)}"
    yield ""


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _value(name)


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            inside = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
            return f"{{{inside}}}"
        case list():
            return f"[{', '.join(map(_value, value))}]"
    # JSON's escapes are TOML's, but for one character that JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
