"""What a client sends with a new request, read from its parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid5

from backend.accounts.api_keys import Client
from backend.accounts.identify import reporter_hash
from backend.core.contact import CONTACT_FIELDS
from backend.core.errors import Invalid, NotFound
from backend.core.public_words import check_text
from backend.core.runtime import Runtime
from backend.open311.parameters import Parameters
from backend.photos.rules import MAX_PHOTOS
from backend.reports.catalogue import CityCatalogue, ServiceTerms
from backend.reports.commands import FileReport
from backend.reports.rules import (
    MAX_ADDRESS,
    MAX_DESCRIPTION,
    MAX_REFERENCE,
    check_attributes,
    check_place,
)

_MAX_ADDRESS = 500
# How mySociety's clients name their own id of a report, as if a service had asked for it.
_ID_AS_ATTRIBUTE = "fixmystreet_id"
_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Submission:
    """A request as it was sent: a report, whose place may not be known yet, and what goes with it.

    Without `is_placed` the coordinates of `report` mean nothing and its address says where.
    """

    report: FileReport
    is_placed: bool
    reporter: str | None
    account_id: str | None
    media_urls: tuple[str, ...]


def read_submission(
    asked: Parameters, client: Client, catalogue: CityCatalogue, runtime: Runtime
) -> Submission:
    """The submission the parameters make; everything that is wrong with them is refused."""
    service = _service(asked, catalogue)
    point = asked.point()
    address = asked.text("address_string") or asked.text("address_id")
    if not (address or asked.text("lat") or asked.text("long")):
        asked.refuse(Invalid("location-missing", pointer="/lat"))
    attributes = asked.attributes()
    own_id = _own_id(asked, attributes, service)
    lon, lat = point or (0.0, 0.0)
    report = FileReport(
        id=uuid5(client.id, own_id) if own_id else runtime.ids.uuid(),
        service_code=service.code if service else "",
        # The standard asks for no words; then the name of the service says what it is.
        description=asked.text("description") or (service.name if service else ""),
        lon=lon,
        lat=lat,
        channel=client.channel,
        address=address or None,
        contact=_contact(asked),
        attributes=attributes,
    )
    _check(asked, report, service)
    return Submission(
        report,
        point is not None,
        reporter_of(asked, client, runtime),
        asked.text("account_id") or None,
        read_media_urls(asked),
    )


def _service(asked: Parameters, catalogue: CityCatalogue) -> ServiceTerms | None:
    code = asked.needed("service_code")
    service = catalogue.services.get(code)
    if service is not None and service.is_active:
        return service
    if code:
        facts = {"service": code[:MAX_REFERENCE]}
        asked.refuse(NotFound("service-unknown", pointer="/service_code", **facts))
    return None


def _check(asked: Parameters, report: FileReport, service: ServiceTerms | None) -> None:
    """Refuse what can be told to be wrong without the city's map, each parameter by its name."""
    words = {
        "description": (report.description, MAX_DESCRIPTION),
        "address_string": (report.address or "", MAX_ADDRESS),
    }
    words |= {name: (text, CONTACT_FIELDS[name]) for name, text in report.contact.items()}
    for name, (text, longest) in words.items():
        with asked.noting():
            check_text(text, f"/{name}", longest)
    with asked.noting():
        check_place(report.lon, report.lat, None)
    if service is not None:
        with asked.noting():
            _check_answers(report, service)


def _check_answers(report: FileReport, service: ServiceTerms) -> None:
    asks = any(one.is_question for one in service.attributes)
    for code in () if asks else report.attributes:
        attribute = code[:MAX_REFERENCE]
        raise Invalid("nothing-asked", pointer=f"/{attribute}", attribute=attribute)
    check_attributes(report.attributes, service.attributes)


def reporter_of(asked: Parameters, client: Client, runtime: Runtime) -> str | None:
    """The salted hash of the person a client speaks for, None where it does not say."""
    for name in ("account_id", "email", "device_id", "deviceid", "phone"):
        known = asked.text(name).casefold()
        if known:
            kind = "device_id" if name == "deviceid" else name
            return reporter_hash(runtime, f"open311:{client.prefix}:{kind}:{known}")
    return None


def _own_id(
    asked: Parameters, attributes: dict[str, list[str]], service: ServiceTerms | None
) -> str | None:
    """The id the client itself gave the report, under any of its names."""
    as_attribute: list[str] = []
    if service is None or all(one.code != _ID_AS_ATTRIBUTE for one in service.attributes):
        as_attribute = attributes.pop(_ID_AS_ATTRIBUTE, [])
    for text in (asked.text("client_id"), *as_attribute):
        if text:
            return text
    return None


def read_email(asked: Parameters) -> str:
    """The address of a mailbox, "" without one."""
    text = asked.text("email")
    if text and not _MAILBOX.fullmatch(text):
        kind = "an e-mail address such as name@example.org"
        asked.refuse(Invalid("parameter-not-valid", pointer="/email", parameter="email", kind=kind))
    return text


def read_media_urls(asked: Parameters) -> tuple[str, ...]:
    """The addresses of pictures, six at most."""
    addresses = tuple(dict.fromkeys(asked.all("media_url")))
    if len(addresses) > MAX_PHOTOS or any(not _is_address(one) for one in addresses):
        asked.refuse(Invalid("media-url-not-valid", pointer="/media_url", most=MAX_PHOTOS))
    return addresses


def _contact(asked: Parameters) -> Mapping[str, str]:
    name = " ".join(filter(None, (asked.text("first_name"), asked.text("last_name"))))
    return {"name": name, "email": read_email(asked), "phone": asked.text("phone")}


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and len(text) <= _MAX_ADDRESS and text.isprintable() and " " not in text
