"""Templates of answers as staff are offered them, and how one becomes the words of an answer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from babel.dates import format_date
from sqlalchemy.orm import Session

from backend.core.db import table_of
from backend.core.errors import NotFound
from backend.reports.answer_models import AnswerTemplate
from backend.reports.answer_words import Filled, fill_places
from backend.reports.workflow import State

_TEMPLATE = table_of(AnswerTemplate)
_IN_USE = (
    sa.select(_TEMPLATE.c.id, _TEMPLATE.c.name, _TEMPLATE.c.services, _TEMPLATE.c.texts)
    .where(_TEMPLATE.c.is_active, _TEMPLATE.c.step == sa.bindparam("step"))
    .order_by(_TEMPLATE.c.name)
)


@dataclass(frozen=True, slots=True)
class OfferedTemplate:
    """A template in use; `texts` by language, the city's own first."""

    id: uuid.UUID
    name: str
    texts: Mapping[str, str]

    def text_in(self, language: str) -> str:
        """Its text in `language`, in the city's own where nobody wrote one."""
        return self.texts.get(language) or next(iter(self.texts.values()))


def templates_for(
    session: Session, step: State | None, service_code: str
) -> tuple[OfferedTemplate, ...]:
    """What to offer where a report of a service is moved to `step`, or answered without a step."""
    rows = session.execute(_IN_USE, {"step": step.value if step else ""})
    return tuple(
        OfferedTemplate(row.id, row.name, {one["language"]: one["text"] for one in row.texts})
        for row in rows
        if not row.services or service_code in row.services
    )


def fill_template(
    text: str,
    *,
    number: str,
    service: str,
    language: str,
    street: str | None = None,
    day: date | None = None,
) -> Filled:
    """`text` with what is known of one report; `day` is written out as `language` does.

    What is not known stays as {street} or {day} and is in `missing`: staff put it in, or take the
    sentence out.
    """
    known = {
        "number": number,
        "service": service,
        "street": street,
        "day": format_date(day, "full", locale=language.replace("-", "_")) if day else None,
    }
    return fill_places(text, known)


def all_templates(session: Session) -> list[AnswerTemplate]:
    """Every template, those in use first, by step and name."""
    order = (AnswerTemplate.is_active.desc(), AnswerTemplate.step, AnswerTemplate.name)
    return list(session.scalars(sa.select(AnswerTemplate).order_by(*order)))


def find_template(session: Session, template_id: uuid.UUID) -> AnswerTemplate:
    """The template; raises `NotFound`."""
    found = session.get(AnswerTemplate, template_id)
    if found is None:
        raise NotFound("template-unknown")
    return found
