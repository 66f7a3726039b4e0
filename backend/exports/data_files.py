"""The files of open data over HTTP, sent while they are read."""

import hashlib
from collections.abc import Iterator
from http import HTTPStatus

import orjson
from flask import Response, request
from sqlalchemy.engine import Engine

from backend.core.access import access
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.limits import network_of
from backend.core.long_answers import take_turn
from backend.core.runtime import Runtime, current_runtime
from backend.exports.data_package import data_package
from backend.exports.face import blueprint
from backend.exports.forms import FORMS, Form
from backend.exports.read_filter import read_filter
from backend.exports.snapshot import snapshot
from backend.exports.vintage import Vintage, vintage_of
from backend.reports.public_requests import RequestFilter, stream_public_requests


@blueprint.get("/data/requests.csv")
@access()
def csv_file() -> Response:
    """Every public request as CSV."""
    return _file("csv")


@blueprint.get("/data/requests-spreadsheet.csv")
@access()
def spreadsheet_file() -> Response:
    """The same for spreadsheets."""
    return _file("spreadsheet")


@blueprint.get("/data/requests.geojson")
@access()
def geojson_file() -> Response:
    """The same as GeoJSON."""
    return _file("geojson")


@blueprint.get("/data/requests.geojsonl")
@access()
def geojsonl_file() -> Response:
    """The same as GeoJSON, a feature a line."""
    return _file("geojsonl")


@blueprint.get("/data/requests.parquet")
@access()
def geoparquet_file() -> Response:
    """The same as GeoParquet."""
    return _file("geoparquet")


@blueprint.get("/data/datapackage.json")
@access()
def package_file() -> Response:
    """Licence, vintage and columns of these files."""
    asked, session, runtime = asked_filters(), current_session(), current_runtime()
    read_filter(session, asked)
    vintage = vintage_of(session, runtime.settings, asked, runtime.clock.now())
    paths = {name: _address(f"{name}_file", asked) for name in FORMS}
    body = orjson.dumps(data_package(vintage, paths))
    return _conditional(Response(body, mimetype="application/json"), vintage)


def asked_filters() -> dict[str, list[str]]:
    """The filters in the address; a field of a form that was left empty is none."""
    given = request.args.to_dict(flat=False)
    return {name: kept for name, texts in given.items() if (kept := list(filter(None, texts)))}


def _file(name: str) -> Response:
    form, asked = FORMS[name], asked_filters()
    session, runtime = current_session(), current_runtime()
    wanted = read_filter(session, asked)
    vintage = vintage_of(session, runtime.settings, asked, runtime.clock.now())
    # Nothing of it runs before the first bytes are asked for.
    body = _written(session.get_bind().engine, form, wanted, vintage, runtime)
    response = Response(body, mimetype=form.media_type)
    # Else werkzeug reads all of it into memory, to say beforehand how long it is.
    response.implicit_sequence_conversion = False
    _conditional(response, vintage)
    response.headers["Content-Disposition"] = f'attachment; filename="{form.file_name}"'
    response.headers["Link"] = (
        f'<{vintage.licence_url}>; rel="license", '
        f'<{_address("package_file", asked)}>; rel="describedby"; type="application/json"'
    )
    if response.status_code == HTTPStatus.OK and request.method != "HEAD":
        network = network_of(request.remote_addr or "")
        runtime.limits.check(runtime.settings.export_limit, "export", network)
        take_turn(response)
    return response


def _written(
    engine: Engine, form: Form, wanted: RequestFilter, asked: Vintage, runtime: Runtime
) -> Iterator[bytes]:
    # The answer outlives the request's session, and shows one moment from beginning to end.
    with snapshot(engine) as session:
        vintage = vintage_of(session, runtime.settings, asked.filters, runtime.clock.now())
        yield from form.write(stream_public_requests(session, wanted), vintage)


def _conditional(response: Response, vintage: Vintage) -> Response:
    # Every public change is a decision, so that the same decision is the same data.
    state = f"{vintage.decision_hash} {vintage.licence} {vintage.licence_url}"
    response.set_etag(hashlib.sha256(state.encode()).hexdigest()[:32], weak=True)
    response.cache_control.no_cache = True
    response.access_control_allow_origin = "*"
    response.make_conditional(request)
    return response


def _address(endpoint: str, asked: dict[str, list[str]]) -> str:
    return public_address(f"{blueprint.name}.{endpoint}", **asked)
