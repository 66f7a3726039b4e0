"""What the forms of the administration hold, as entries and commands."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import request

from backend.core.errors import Invalid
from backend.core.runtime import current_runtime
from backend.reports.administration.read_entry import read_attributes, read_entry
from backend.reports.administration.set_policy import SetHoliday, SetPolicy
from backend.reports.administration.set_routes import SetRoute
from backend.reports.administration.set_service import SetService
from backend.reports.administration.set_taker import SetTaker
from backend.reports.administration.set_template import SetTemplate
from backend.reports.administration.standing import TAKERS, Entry, Kind
from backend.reports.catalogue_fields import HOLIDAY, POLICY, ROUTE, SERVICE
from backend.reports.rules import LIST_DATATYPES
from backend.web.catalogue_words import field_words
from backend.web.fact_words import read_facts
from backend.web.form_fields import day, text

MOST_ATTRIBUTES = 60
_TRANSLATED = ("name", "description", "notice", "keywords")


def line(name: str) -> str:
    """A field's words without blanks around them."""
    return text(name).strip()


def is_ticked(name: str) -> bool:
    """Whether a box is ticked."""
    return bool(line(name))


def other_languages(said: Any = ()) -> tuple[str, ...]:
    """The city's languages but the catalogue's own, and those that something is said in already."""
    known = [one["language"] for one in said or ()]
    return tuple(dict.fromkeys((*current_runtime().settings.languages[1:], *known)))


def service(code: str | None) -> SetService:
    """A service as its form has it; `code` is that of the address, None for a new one."""
    values = {
        "code": code or line("code"),
        "name": _said("name"),
        "description": line("description"),
        "group": line("group"),
        "keywords": ", ".join(_words("keywords")),
        "severity_band": _whole("severity_band"),
        "target_hours": _whole("target_hours"),
        "counts_working_days": is_ticked("counts_working_days"),
        "is_active": is_ticked("is_active"),
        "duplicate_metres": _whole("duplicate_metres"),
        "public_grid_metres": _whole("public_grid_metres"),
        "retention_days": _whole("retention_days"),
        "notice": _said("notice"),
        "translations": _translations() or None,
    }
    entry = read_entry(SERVICE, values)
    attributes = read_attributes([_attribute(at) for at in _attributes()])
    return SetService(entry, attributes, line("seen"))


def taker() -> SetTaker:
    """A team or another body."""
    kind = taker_kind()
    _model, fields = TAKERS[kind]
    values = {"code": line("code"), "name": _said("name"), "is_active": is_ticked("is_active")}
    if kind is Kind.BODY:
        values["public_contact"] = line("public_contact")
    return SetTaker(kind, read_entry(fields, values), line("seen"))


def taker_kind() -> Kind:
    """Which of the two the form is about."""
    if line("kind") not in TAKERS:
        raise Invalid("choice-not-offered", pointer="/kind", choices=list(TAKERS))
    return Kind(line("kind"))


def route() -> SetRoute:
    """Who takes what; the taker is chosen by its kind and code, as in team:ROADS."""
    kind, _colon, code = line("taker").partition(":")
    values = {
        "service": line("service") or None,
        "district": line("district") or None,
        "team": code or None if kind == Kind.TEAM else None,
        "body": code or None if kind == Kind.BODY else None,
    }
    return SetRoute(read_entry(ROUTE, values), line("seen"))


def working_week() -> SetPolicy:
    """The days that are ticked, Monday first."""
    week = "".join("W" if is_ticked(f"day-{number}") else "-" for number in range(7))
    if "W" not in week:
        raise Invalid("week-without-work", pointer="/day-0")
    return _policy({"working_week": week})


def policy() -> SetPolicy:
    """What the city decided besides its calendar."""
    return _policy(
        {
            "confirm_days": _whole("confirm_days"),
            "links_repeats": is_ticked("links_repeats"),
            "needs_photo_approval": is_ticked("needs_photo_approval"),
        }
    )


def holiday() -> SetHoliday:
    """A day and its name."""
    entry = read_entry(HOLIDAY, {"day": day("day"), "name": _said("name")})
    return SetHoliday(entry["day"], entry["name"])


def template(template_id: uuid.UUID) -> SetTemplate:
    """A template with its texts, the catalogue's own language first."""
    first = current_runtime().settings.languages[0]
    return SetTemplate(
        template_id,
        line("name"),
        line("step"),
        request.form.getlist("services"),
        [(one, text(f"text-{one}")) for one in (first, *_template_languages(first))],
        is_ticked("is_active"),
        line("seen"),
    )


def _template_languages(first: str) -> list[str]:
    sent = [one.removeprefix("text-") for one in request.form if one.startswith("text-")]
    return [one for one in sent if one != first]


def _policy(values: Mapping[str, Any]) -> SetPolicy:
    return SetPolicy(read_entry({name: POLICY[name] for name in values}, values), line("seen"))


def _attributes() -> list[int]:
    """The numbers of the questions the form has, in the order it gives them."""
    numbers = [
        at
        for at in range(MOST_ATTRIBUTES)
        if line(f"attribute-{at}-code") and not is_ticked(f"attribute-{at}-gone")
    ]
    return sorted(numbers, key=lambda at: (_place(at), at))


def _place(at: int) -> float:
    """Where a question is to stand; where it stood, if the form does not say."""
    try:
        return float(line(f"attribute-{at}-position"))
    except ValueError:
        return at + 1


def _attribute(at: int) -> Entry:
    def of(name: str) -> str:
        return f"attribute-{at}-{name}"

    is_list = line(of("datatype")) in LIST_DATATYPES
    said = []
    for language in other_languages():
        parts: Entry = {
            name: _said(f"{of(name)}-{language}")
            for name in ("description", "datatype_description")
        }
        parts["choices"] = _choices(f"{of('choices')}-{language}") if is_list else None
        if any(parts.values()):
            said.append({"language": language} | {k: one for k, one in parts.items() if one})
    chosen = _choices(of("choices")) if is_list else {}
    return {
        "code": line(of("code")),
        "datatype": line(of("datatype")),
        "is_question": not is_ticked(of("is_note")),
        "is_required": is_ticked(of("is_required")),
        "description": _said(of("description")),
        "datatype_description": line(of("datatype_description")),
        "choices": [{"key": key, "name": name} for key, name in chosen.items()] or None,
        "translations": said or None,
    }


def _choices(name: str) -> dict[str, str]:
    """Lines such as `w = White`; the key alone stands for itself."""
    found = {}
    for one in text(name).splitlines():
        key, _equals, words = (part.strip() for part in one.partition("="))
        if key:
            found[key] = words or key
    return found


def _translations() -> list[Entry]:
    found = []
    for language in _languages_sent():
        said: Entry = {name: _said(f"{name}-{language}") for name in _TRANSLATED}
        said["keywords"] = _words(f"keywords-{language}")
        if any(said.values()):
            found.append({"language": language} | {k: one for k, one in said.items() if one})
    return found


def _languages_sent() -> list[str]:
    names = [one.removeprefix("name-") for one in request.form if one.startswith("name-")]
    return list(dict.fromkeys(names))


def _words(name: str) -> list[str]:
    return [one.strip() for one in text(name).replace("\n", ",").split(",") if one.strip()]


def _said(name: str) -> str | None:
    return line(name) or None


def _whole(name: str) -> int | None:
    typed = line(name)
    if not typed:
        return None
    try:
        return int(typed)
    except ValueError as error:
        why = "a whole number"
        raise Invalid("field-not-valid", pointer=f"/{name}", field=name, why=why) from error


read_facts("field-not-valid", "field-missing", field=field_words)
