"""What the form of a report holds, as commands, and the questions it asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask_babel import get_locale

from backend.core.channels import Channel
from backend.core.contact import CONTACT_FIELDS
from backend.core.db import current_session
from backend.core.errors import Invalid
from backend.reports.catalogue import HAZARD_BAND, ServiceTerms, city_catalogue
from backend.reports.commands import FileReport
from backend.reports.rules import AttributeTerms, check_report
from backend.reports.service_words import question_in
from backend.reports.suggest_service import Suggestible, suggest_services
from backend.web.form_fields import made_id, text

ANSWER = "attribute-"


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A kind of problem as a choice in the form."""

    code: str
    name: str
    description: str
    is_danger: bool
    is_chosen: bool


def service_choices(chosen: str) -> list[ServiceChoice]:
    """What can be reported, most severe first."""
    language = page_language()
    return [
        ServiceChoice(one.code, words.name, words.description, is_danger(one), one.code == chosen)
        for one in _services()
        for words in [one.in_language(language)]
    ]


def is_danger(service: ServiceTerms) -> bool:
    """Whether the emergency number comes first."""
    return service.severity_band == HAZARD_BAND


def chosen_service(code: str) -> ServiceTerms:
    """The service with `code`; raises `Invalid` where none was chosen."""
    service = city_catalogue(current_session()).services.get(code)
    if service is None or not service.is_active:
        raise Invalid("service-not-chosen", pointer="/service_code")
    return service


def questions_of(service: ServiceTerms) -> list[AttributeTerms]:
    """What it asks besides, in the page's language."""
    return [question_in(page_language(), one) for one in service.attributes]


def written_report(asked: Sequence[AttributeTerms] = ()) -> FileReport:
    """The report a form holds, with the answers to what was `asked`; raises `Invalid`."""
    service = chosen_service(text("service_code"))
    words = text("description")
    command = FileReport(
        id=report_id(),
        service_code=service.code,
        description=words,
        lon=_degrees("lon"),
        lat=_degrees("lat"),
        channel=Channel.HELPER if "on_behalf" in request.form else Channel.WEB,
        address=text("address") or None,
        contact={name: text(f"contact_{name}") for name in CONTACT_FIELDS},
        attributes={one.code: request.form.getlist(ANSWER + one.code) for one in asked},
        language=page_language(),
        suggested_service_code=next(iter(suggested_codes(words)), None),
    )
    districts = city_catalogue(current_session()).districts
    check_report(command, districts.extent if districts else None)
    return command


def report_id() -> UUID:
    """The id the page gave the form, so that sending it twice is safe."""
    return made_id()


def keeping_days() -> int | None:
    """After how many days from the closing contacts are gone at the latest, where it is said."""
    days = [one.retention_days for one in _services()]
    return max((one or 0 for one in days), default=None) if all(days) else None


def page_language() -> str:
    """The language the page is in."""
    return str(get_locale() or "en")


def _services() -> list[ServiceTerms]:
    services = city_catalogue(current_session()).services.values()
    taken = (one for one in services if one.is_active)
    return sorted(taken, key=lambda one: (one.severity_band, one.name, one.code))


def suggested_codes(words: str) -> list[str]:
    """The kinds that the words point to, the likeliest first."""
    language = page_language()
    services = (
        Suggestible(one.code, one.severity_band, one.in_language(language).keywords)
        for one in _services()
    )
    return [one.code for one in suggest_services(words, services)]


def _degrees(name: str) -> float:
    try:
        return float(text(name))
    except ValueError as error:
        raise Invalid("report-place-missing", pointer=f"/{name}") from error
