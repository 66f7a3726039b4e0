"""Reporting on plain pages, without a script: where, what, what is asked besides, and the number.

Nothing is kept between the pages but photos, which wait for their report as a phone's do: each page
carries on what was written on the one before.
"""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from backend.core.access import access, current_actor
from backend.core.channels import Channel
from backend.core.db import current_session
from backend.core.errors import Conflict, DomainError, Invalid, TooLarge
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from backend.core.text_brake import hold_back_alike
from backend.core.uow import unit_of_work
from backend.photos.rules import MAX_PHOTOS
from backend.places.queries import the_city
from backend.places.search_places import search_places
from backend.reports.catalogue import city_catalogue
from backend.reports.commands import FileReport, MeToo
from backend.reports.duplicates.candidates import Candidate, Draft, likely_duplicates
from backend.reports.duplicates.me_too import me_too
from backend.reports.duplicates.note_exposure import note_exposure
from backend.reports.file_report import file_report
from backend.reports.public_report import public_report
from backend.reports.queries import find_request, number_of
from backend.web.face import blueprint
from backend.web.fact_words import describe_on_page
from backend.web.form_fields import made_id, text
from backend.web.maps import city_map
from backend.web.pointing import place_pointed_at, pointing_size
from backend.web.reporting import report_form
from backend.web.reporting.report_photos import LARGEST_FORM, keep_photos
from geo.coordinates import CoordinateError, check_lon_lat

_CARRIED = ("id", "service_code", "description", "lat", "lon", "address", "on_behalf")
_CONTACT = ("contact_name", "contact_phone", "contact_email", "contact_note")


@blueprint.url_value_preprocessor
def take_photos(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Every other form is short; this comes before the form is read for its token."""
    if endpoint == "web.create_report" and request.method == "POST":
        request.max_content_length = LARGEST_FORM


@blueprint.get("/report")
@access()
def report_place() -> str | BaseResponse:
    """Where is it? By address, or by pointing; never by a map alone."""
    session, typed = current_session(), request.args.get("address", "").strip()
    place = place_pointed_at()
    if place is not None:
        return redirect(_form_address(place, typed))
    return render_template(
        "reporting/report_place.html",
        typed=typed,
        found=[
            (one.label, _form_address((one.lon, one.lat), one.label))
            for one in (search_places(session, typed) if typed else ())
        ],
        size=pointing_size() if city_map(session, "") else None,
    )


@blueprint.get("/report/new")
@access()
def new_report() -> str | BaseResponse:
    """What is it? For a place that is known."""
    values = {name: request.args.get(name, "") for name in ("lat", "lon", "address")}
    if _place_of(values) is None:
        return redirect(url_for("web.report_place", address=values["address"] or None))
    return _form_page(values | {"id": str(current_runtime().ids.uuid())})


@blueprint.post("/report/new")
@access()
def create_report() -> str | BaseResponse | tuple[str, int]:
    """Take the report, unless the city has something to ask before; photos are kept already."""
    try:
        command = report_form.written_report()
        service = report_form.chosen_service(command.service_code)
        photos = keep_photos(command.id)
    except (Invalid, TooLarge, Conflict) as error:
        return _form_page(request.form.to_dict(), error), error.status
    sent = number_of(current_session(), command.id)
    if sent is not None:
        return redirect(url_for("web.report_sent", number=sent))
    candidates = _candidates(command)
    if candidates or any(one.is_question for one in service.attributes):
        return _check_page(command, candidates, photos)
    return _file(command)


@blueprint.post("/report/check")
@access()
def check_report_form() -> str | BaseResponse | tuple[str, int]:
    """Take the report with the answers to what was asked."""
    asked: list[Any] = []
    try:
        service = report_form.chosen_service(text("service_code"))
        asked = [one for one in report_form.questions_of(service) if one.is_question]
        command = report_form.written_report(asked)
    except Invalid as error:
        return _form_page(request.form.to_dict(), error), error.status
    try:
        return _file(command)
    except Invalid as error:
        photos = request.form.get("photo_count", 0, int)
        return _check_page(command, [], photos, error), error.status


@blueprint.post("/report/me-too")
@access()
def add_to_report() -> BaseResponse:
    """It is that one: one more has seen it."""
    _hold_back()
    channel = Channel.HELPER if "on_behalf" in request.form else Channel.WEB
    with unit_of_work(current_actor()) as work:
        number = me_too(work, MeToo(made_id("tap"), text("number"), channel)).number
    return redirect(url_for("web.report_sent", number=number))


@blueprint.get("/report/sent/<string:number>")
@access()
def report_sent(number: str) -> str:
    """The number, and by when to expect what."""
    session = current_session()
    found = public_report(session, find_request(session, number).number)
    return render_template("reporting/report_sent.html", report=found)


def _file(command: FileReport) -> BaseResponse:
    runtime = current_runtime()
    sender = _hold_back()
    brake = runtime.settings.alike_limit
    hold_back_alike(runtime.limits, brake, sender, command.id, command.description)
    with unit_of_work(current_actor()) as work:
        number = file_report(work, command).number
    return redirect(url_for("web.report_sent", number=number))


def _hold_back(purpose: str = "report") -> str:
    runtime, sender = current_runtime(), network_of(request.remote_addr or "")
    runtime.limits.check(runtime.settings.report_limit, purpose, sender)
    return sender


def _candidates(command: FileReport) -> list[Candidate]:
    """What may be the same and is open; that it was shown is kept."""
    _hold_back("candidates")
    session, now = current_session(), current_runtime().clock.now()
    place = (command.lon, command.lat)
    draft = Draft(command.service_code, *place, command.description, command.id)
    found = likely_duplicates(session, draft, now)
    if found:
        with unit_of_work(current_actor()) as work:
            note_exposure(work, found, command.service_code, command.channel)
    return found


def _form_page(values: dict[str, str], error: DomainError | None = None) -> str:
    session = current_session()
    place = _place_of(values)
    problem = describe_on_page(error) if error else None
    return render_template(
        "reporting/report_new.html",
        values=values,
        services=report_form.service_choices(values.get("service_code", "")),
        map=city_map(session, "", pin=place) if place else None,
        most_photos=MAX_PHOTOS,
        keeps=report_form.keeping_days(),
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
        error_field=(error.pointer or "").lstrip("/").replace("/", "_") if error else "",
    )


def _check_page(
    command: FileReport,
    candidates: list[Candidate],
    photos: int,
    error: DomainError | None = None,
) -> str:
    session = current_session()
    service = report_form.chosen_service(command.service_code)
    catalogue = city_catalogue(session)
    has_danger = catalogue.own_band(service, command.description) is not None
    is_danger = report_form.is_danger(service) or has_danger
    problem = describe_on_page(error) if error else None
    carried = {name: text(name) for name in (*_CARRIED, *_CONTACT) if text(name)}
    field = (error.pointer or "").replace("/attributes/", report_form.ANSWER) if error else ""
    return render_template(
        "reporting/report_check.html",
        carried=carried | {"photo_count": str(photos)},
        service_name=service.in_language(report_form.page_language()).name,
        questions=report_form.questions_of(service),
        answers=request.form,
        candidates=[(one, str(current_runtime().ids.uuid())) for one in candidates],
        photos=photos,
        emergency_number=the_city(session).emergency_number if is_danger else None,
        error_words=f"{problem.detail} {problem.remedy}" if problem else "",
        error_field=field,
    )


def _place_of(values: dict[str, str]) -> tuple[float, float] | None:
    try:
        place = float(values["lon"]), float(values["lat"])
        check_lon_lat(*place)
    except (KeyError, ValueError, CoordinateError):
        return None
    return place


def _form_address(place: tuple[float, float], address: str) -> str:
    lon, lat = (f"{one:.6f}" for one in place)
    return url_for("web.new_report", lat=lat, lon=lon, address=address or None)
