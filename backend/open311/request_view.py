"""Requests as GeoReport v2 tells them, from what anybody may know of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from backend.open311.extensions import Extensions
from backend.open311.pictures import picture_addresses
from backend.open311.status_words import plain_words
from backend.reports.public_requests import PublicRequest


def view_requests(
    session: Session, requests: Sequence[PublicRequest], *, is_extended: bool
) -> list[dict[str, Any]]:
    """One element for each request; with what `extensions=true` asks for where `is_extended`."""
    words = plain_words()
    pictures = picture_addresses(session, [one.id for one in requests])
    extensions = Extensions(session, requests) if is_extended else None
    views = []
    for request in requests:
        own = list(pictures.get(request.id, ()))
        view = _view(request, words, own)
        views.append(view if extensions is None else view | extensions.of(request, own))
    return views


def status_text(request: PublicRequest, words: dict[str, str]) -> str:
    """Where it stands, and why where somebody said so."""
    state = words[request.state]
    return f"{state}: {request.status_note}" if request.status_note else state


def _view(request: PublicRequest, words: dict[str, str], pictures: list[str]) -> dict[str, Any]:
    return {
        "service_request_id": request.number,
        "status": "open" if request.is_open else "closed",
        "status_notes": status_text(request, words),
        "service_name": request.service_name,
        "service_code": request.service_code,
        "description": request.description or None,
        "agency_responsible": request.agency,
        "service_notice": request.notice,
        "requested_datetime": request.requested_at,
        "updated_datetime": request.updated_at,
        "expected_datetime": request.expected_at,
        "address": request.address,
        "address_id": None,
        "zipcode": None,
        "lat": request.lat,
        "long": request.lon,
        "media_url": pictures[0] if pictures else None,
    }
