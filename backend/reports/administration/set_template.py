"""An administrator writes a template of an answer, changes it or takes it out of use."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from backend.core.errors import Conflict, Invalid
from backend.core.public_words import checked_line, without_blank
from backend.core.uow import UnitOfWork
from backend.reports.administration.record_change import record_change
from backend.reports.administration.standing import Entry, Kind, check_seen
from backend.reports.answer_models import AnswerTemplate
from backend.reports.answer_words import MAX_TEXT, PLACES, unknown_places
from backend.reports.catalogue_fields import LANGUAGE
from backend.reports.models import Service
from backend.reports.workflow import State


@dataclass(frozen=True, slots=True)
class SetTemplate:
    """What a template is to be; `texts` are pairs of a language and its text, empty ones left out.

    `step` is a state or empty; `seen` is empty for a new one.
    """

    id: uuid.UUID
    name: str
    step: str
    services: Sequence[str]
    texts: Sequence[tuple[str, str]]
    is_active: bool
    seen: str


def template_entry(template: AnswerTemplate | None) -> Entry | None:
    """What stands of it."""
    if template is None:
        return None
    names = ("name", "step", "services", "texts", "is_active")
    return {name: getattr(template, name) for name in names}


def set_template(work: UnitOfWork, command: SetTemplate) -> tuple[str, ...]:
    """Offer those words from now on; answers that were sent stay as they were sent.

    Raises `Invalid` for a text without words or with places nobody can fill, `Conflict` for a
    name that another has or where somebody else was faster.
    """
    row = work.session.get(AnswerTemplate, command.id, with_for_update=True)
    stands = template_entry(row)
    check_seen(stands, command.seen)
    becomes: Entry = {
        "name": checked_line(command.name, "/name", 120),
        "step": _step(command.step),
        "services": _services(work, command.services),
        "texts": [_text(*one) for one in command.texts if without_blank(one[1])],
        "is_active": command.is_active,
    }
    if not becomes["texts"]:
        raise Invalid("template-without-words", pointer="/text")
    taken = sa.select(AnswerTemplate.id).where(
        AnswerTemplate.name == becomes["name"], AnswerTemplate.id != command.id
    )
    if work.session.scalar(taken) is not None:
        raise Conflict("template-name-taken", name=becomes["name"])
    called = {"called": becomes["name"]}
    names = record_change(work, Kind.TEMPLATE, str(command.id), stands, becomes, **called)
    if names:
        noted = {"changed_at": work.now, "changed_by": work.actor.key}
        work.session.merge(AnswerTemplate(id=command.id, **becomes, **noted))
    return names


def _step(step: str) -> str:
    if step and step not in set(State):
        raise Invalid("choice-not-offered", pointer="/step", choices=list(State))
    return step


def _services(work: UnitOfWork, codes: Sequence[str]) -> list[str]:
    known = set(work.session.scalars(sa.select(Service.code)))
    for code in codes:
        if code not in known:
            raise Invalid("entry-unknown", pointer="/services", code=code[:60])
    return sorted(set(codes))


def _text(language: str, text: str) -> Entry:
    if not LANGUAGE.fullmatch(language):
        raise Invalid("field-not-valid", pointer="/language", field="language", why="such as es")
    words = checked_line(text.replace("\r\n", "\n"), f"/text-{language}", MAX_TEXT)
    if unknown := unknown_places(words):
        raise Invalid(
            "template-place-unknown",
            pointer=f"/text-{language}",
            unknown=unknown,
            places=[f"{{{one}}}" for one in PLACES],
        )
    return {"language": language, "text": words}
