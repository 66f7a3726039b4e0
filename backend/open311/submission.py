"""What a client sends with a new request, read from its parameters."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid5

from backend.accounts.identify import reporter_hash
from backend.core.errors import Invalid, NotFound
from backend.core.runtime import Runtime
from backend.open311.keys import Client
from backend.open311.parameters import Parameters
from backend.reports.catalogue import CityCatalogue, ServiceTerms
from backend.reports.commands import FileReport
from backend.reports.photos.rules import MAX_PHOTOS
from backend.reports.rules import MAX_REFERENCE, check_attributes, check_report

_MAX_ADDRESS = 500
# How mySociety's clients name their own id of a report, as if a service had asked for it.
_ID_AS_ATTRIBUTE = "fixmystreet_id"


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
    """The submission the parameters make; raises `Invalid`, and `NotFound` on unknown services."""
    code = asked.needed("service_code")
    service = catalogue.services.get(code)
    if service is None or not service.is_active:
        raise NotFound("service-unknown", pointer="/service_code", service=code[:MAX_REFERENCE])
    point = asked.point()
    address = asked.text("address_string") or asked.text("address_id")
    if point is None and not address:
        raise Invalid("location-missing", pointer="/lat")
    attributes = asked.attributes()
    own_id = _own_id(asked, attributes, service)
    lon, lat = point or (0.0, 0.0)
    report = FileReport(
        id=uuid5(client.id, own_id) if own_id else runtime.ids.uuid(),
        service_code=code,
        # The standard asks for no words; then the name of the service says what it is.
        description=asked.text("description") or service.name,
        lon=lon,
        lat=lat,
        channel=client.channel,
        address=address or None,
        contact=_contact(asked),
        attributes=attributes,
    )
    if point is None:
        # Nobody will be there to answer once the place is found.
        check_report(report, None)
        check_attributes(attributes, service.attributes)
    return Submission(
        report,
        point is not None,
        reporter_of(asked, client, runtime),
        asked.text("account_id") or None,
        _media_urls(asked),
    )


def reporter_of(asked: Parameters, client: Client, runtime: Runtime) -> str | None:
    """The salted hash of the person a client speaks for, None where it does not say."""
    for name in ("account_id", "email", "device_id", "deviceid", "phone"):
        known = asked.text(name).casefold()
        if known:
            kind = "device_id" if name == "deviceid" else name
            return reporter_hash(runtime, f"open311:{client.prefix}:{kind}:{known}")
    return None


def _own_id(
    asked: Parameters, attributes: dict[str, list[str]], service: ServiceTerms
) -> str | None:
    """The id the client itself gave the report, under any of its names."""
    as_attribute: list[str] = []
    if all(one.code != _ID_AS_ATTRIBUTE for one in service.attributes):
        as_attribute = attributes.pop(_ID_AS_ATTRIBUTE, [])
    for text in (asked.text("client_id"), *as_attribute):
        if text:
            return text
    return None


def _contact(asked: Parameters) -> Mapping[str, str]:
    name = " ".join(filter(None, (asked.text("first_name"), asked.text("last_name"))))
    return {"name": name, "email": asked.text("email"), "phone": asked.text("phone")}


def _media_urls(asked: Parameters) -> tuple[str, ...]:
    addresses = tuple(dict.fromkeys(asked.all("media_url")))
    if len(addresses) > MAX_PHOTOS or any(not _is_address(one) for one in addresses):
        raise Invalid("media-url-not-valid", pointer="/media_url", most=MAX_PHOTOS)
    return addresses


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and len(text) <= _MAX_ADDRESS and text.isprintable() and " " not in text
