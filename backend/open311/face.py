"""What every route of this face shares: who asks, for which city, and in which form."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from flask import Blueprint, Flask, Response, abort, current_app, g, request

from backend.accounts.api_keys import Client, client_of_key, note_use
from backend.core.access import guard
from backend.core.actors import ANONYMOUS, Actor
from backend.core.addresses import public_address
from backend.core.db import current_session
from backend.core.errors import Invalid, NotFound
from backend.core.problems import Problem, describe
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork, unit_of_work
from backend.open311.documents import FORMATS, JSON, XML, Document, answer
from backend.open311.parameters import Parameters, Refused, parameters_of
from backend.places.queries import the_city

ROOT = "/open311"
# The same routes twice: what is sent to the second is checked, answered and thrown away.
PRODUCTION, TEST = "open311", "open311_test"
PREFIXES = {PRODUCTION: f"{ROOT}/v2", TEST: f"{ROOT}/test/v2"}
# A report's photos come with it; without any, 256 KiB are enough for every word.
_MAX_UPLOAD_BYTES = 48 * 1024 * 1024
# Statuses the standard knows: 404 for what is not there, 403 for keys, 400 for the rest. What
# tells a client to wait, to send less or to try elsewhere stays as it is.
_STATUS = {401: 403, 409: 400, 410: 404, 415: 400, 422: 400}

# Fetch (whatwg.org): which pages may read, and what of the head besides the usual.
_CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, Retry-After, Content-Disposition, Allow",
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-Modified-Since,"
    " If-None-Match, X-Requested-With",
    "Access-Control-Max-Age": "86400",
}

blueprint = Blueprint(PRODUCTION, __name__)


class _RehearsedError(Exception):
    """Leads out of a unit of work that must not commit."""


@blueprint.before_request
def make_room_for_photos() -> None:
    """Let a create with files be larger than other requests."""
    if request.method == "POST" and request.mimetype == "multipart/form-data":
        request.max_content_length = _MAX_UPLOAD_BYTES


def identify_client() -> Actor:
    """Whoever reads is anybody; whoever writes shows a key."""
    if request.method in {"GET", "HEAD"}:
        return ANONYMOUS
    client = g.client = client_of_key(current_session(), parameters().text("api_key"))
    if client.is_to_be_noted(current_runtime().clock.now()):
        with unit_of_work(client.actor()) as work:
            note_use(work, client)
    return client.actor()


guard(blueprint, identify_client)


@blueprint.before_request
def check_address() -> None:
    """An address with another ending than the two forms is none, nor is one with a NUL."""
    parts = request.view_args or {}
    if parts.get("form", XML) not in FORMATS or any("\0" in part for part in parts.values()):
        abort(404)


@blueprint.before_request
def check_jurisdiction() -> None:
    """One city lives here; whoever asks for another has come to the wrong place."""
    asked = parameters().text("jurisdiction_id")
    if asked and asked.casefold() != the_city(current_session()).jurisdiction_id.casefold():
        raise NotFound("jurisdiction-unknown", jurisdiction=asked[:60])


@blueprint.before_request
def check_callback() -> None:
    """A script for another site's page to run (JSONP) would be that, not data."""
    if parameters().text("callback"):
        raise Invalid("callback-not-served", pointer="/callback")


@blueprint.errorhandler(Refused)
def name_everything(refused: Refused) -> Response:
    """All that is wrong with a request, in one document."""
    return _errors(list(map(describe, refused.refusals)))


def open_to_other_sites(app: Flask) -> None:
    """Let pages of other sites ask and read: answers are public, and no cookie plays a part.

    That holds for every address below ours, also those that do not exist.
    """

    @app.before_request
    def answer_preflight() -> Response | None:
        if request.method != "OPTIONS" or not is_asked():
            return None
        answer = current_app.make_default_options_response()
        answer.headers.update(_PREFLIGHT)
        return answer

    @app.after_request
    def name_every_origin(response: Response) -> Response:
        if is_asked():
            response.headers.update(_CROSS_ORIGIN)
        return response


def parameters() -> Parameters:
    """The parameters of the running request, read once."""
    if "parameters" not in g:
        g.parameters = parameters_of(request)
    return cast("Parameters", g.parameters)


def current_client() -> Client:
    """The client behind the key of the running request."""
    return cast("Client", g.client)


def is_rehearsal() -> bool:
    """Whether nothing of the running request is to be kept."""
    return request.blueprint == TEST


@contextmanager
def change(actor: Actor) -> Iterator[UnitOfWork]:
    """A unit of work; at the test endpoint everything is undone where it would be kept."""
    try:
        with unit_of_work(actor) as work:
            yield work
            if is_rehearsal():
                raise _RehearsedError
    except _RehearsedError:
        pass


def slow_down() -> None:
    """Count one write of the key's holder; raises `TooManyRequests`."""
    runtime = current_runtime()
    runtime.limits.check(runtime.settings.api_key_limit, "api key", current_client().prefix)


def endpoint_address(name: str) -> str:
    """The address of a whole endpoint, without a slash at its end."""
    return public_address(f"{name}.list_services", form=XML).removesuffix("/services.xml")


def listing(root: str, entries: list[dict[str, Any]], form: str) -> Response:
    """A list of elements as an answer."""
    return answer(Document(root, entries), form)


def is_asked() -> bool:
    """Whether the running request is for this face, at an address that exists or not."""
    return f"{request.path}/".startswith(f"{ROOT}/")


def errors_document(problem: Problem) -> Response:
    """A problem as GeoReport's list of errors, in the form that was asked for."""
    return _errors([problem])


def _errors(problems: Sequence[Problem]) -> Response:
    codes = [_STATUS.get(one.status, one.status) for one in problems]
    errors = [
        {"code": code, "description": _words_of(one)}
        for code, one in zip(codes, problems, strict=True)
    ]
    # Where something is not there and something else is wrong besides, it is a bad request.
    status = codes[0] if len(set(codes)) == 1 else 400
    return answer(Document("errors", errors), _form_asked(), status)


def _words_of(problem: Problem) -> str:
    page = public_address("web.problem", slug=problem.slug)
    words = f"{problem.detail} {problem.remedy} {page}"
    # Which parameter it is about, where the words are the same for several.
    named = problem.errors[0]["pointer"].rpartition("/")[2] if problem.errors else ""
    return words if named in problem.detail else f"{named}: {words}"


def _form_asked() -> str:
    ending = request.path.rpartition(".")[2].lower()
    if ending in FORMATS:
        return ending
    accepted = request.accept_mimetypes.best_match(["text/xml", "application/json"])
    return JSON if accepted == "application/json" else XML
