"""The composition root: one Flask app for one city, and one WSGI program for several cities.

A city is a database, a data folder and a set of keys. Cities that share a process share code and
nothing else: each has an app of its own, chosen by the request's host name.
"""

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import mobile_api
import structlog
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsFull
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestedRangeNotSatisfiable,
)
from werkzeug.middleware.proxy_fix import ProxyFix

from backend import exports, open311, web
from backend.adapters.photos_fs import FileStore
from backend.core.cities import read_cities
from backend.core.clock import Clock, SystemClock
from backend.core.compression import compress
from backend.core.config import ConfigError, Settings, environment_name
from backend.core.content_policy import content_policy
from backend.core.data_folder import make_data_folder
from backend.core.db import db, engine_options, is_away, is_busy, teach_habits
from backend.core.errors import DomainError, Unavailable
from backend.core.i18n import teach_templates
from backend.core.ids import Ids, SystemIds
from backend.core.keys import KeyRing, keyed_hash, with_keys
from backend.core.limits import RateLimits
from backend.core.ports import IdentityVerifier, MediaStore, MessageSender, PushSender
from backend.core.problems import (
    TEXTS_EXTENSION,
    Problem,
    describe,
    describe_crash,
    describe_http,
    problem_response,
)
from backend.core.runtime import EXTENSION, Runtime
from backend.core.waiting_room import waiting_room
from backend.demo import face as demo_face
from backend.demo.truth import knows_truth
from backend.web.fact_words import describe_on_page
from backend.wiring import HANDLERS, PROBLEM_TEXTS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = structlog.get_logger()
_MAX_BODY_BYTES = 256 * 1024
_POLICY = content_policy()
LANGUAGES = ("en",)


def create_app(settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> Flask:
    """One city's program; `clock` and `ids` are the machine's unless a test brings its own."""
    app = create_bare_app(settings, clock=clock, ids=ids)
    mobile_api.register(app)
    open311.register(app)
    exports.register(app)
    web.register(app)
    if knows_truth(settings.data_dir) and not settings.is_production:
        demo_face.register(app)
    _answer_errors(app)
    app.before_request(_start_clock)
    app.before_request(waiting_room(settings.threads).begin_request)
    app.after_request(compress)
    app.after_request(_finish)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        # Proxies pass the host that was asked as `Host`. By another name for it, which many let
        # through from anybody, a stranger could put an address of theirs into our links.
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, x_host=0)  # type: ignore[method-assign]
    return app


def create_bare_app(
    settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None
) -> Flask:
    """The city without a face, which takes most of the time to make: a command answers nobody."""
    settings = with_keys(settings)
    make_data_folder(settings)
    app = Flask("evenward", static_folder=None)
    app.config.update(_flask_config(settings))
    app.extensions[TEXTS_EXTENSION] = PROBLEM_TEXTS
    app.extensions[EXTENSION] = build_runtime(settings, clock or SystemClock(), ids or SystemIds())
    db.init_app(app)
    with app.app_context():
        teach_habits(db.engine, waiting_room(settings.threads))
    Babel(app, locale_selector=_language)
    teach_templates(app)
    return app


def _language() -> str | None:
    """What the reader asks for; at the command line nobody asks."""
    return request.accept_languages.best_match(LANGUAGES) if has_request_context() else None


def build_runtime(settings: Settings, clock: Clock, ids: Ids) -> Runtime:
    """What the use cases of the city of `settings` need besides its database."""
    return Runtime(
        settings=settings,
        clock=clock,
        ids=ids,
        keyring=KeyRing(settings.field_keys),
        handlers=HANDLERS,
        limits=RateLimits(settings.redis_url, keyed_hash(settings.hash_key, "limits", "")[:12]),
        media=_media(settings),
        identity=_identity(settings),
        messages=_messages(settings),
        fcm=_fcm(settings, clock),
    )


def create_installation(settings: Settings) -> tuple[dict[str, Flask], "WSGIApplication"]:
    """Every city's app by host name (`""` for the only one), and the program that serves them."""
    cities = read_cities(settings)
    if not cities:
        app = create_app(settings)
        return {"": app}, app
    # Two host names of one city share its app.
    apps = {city: create_app(city) for city in set(cities.values())}
    by_host = {host: apps[city] for host, city in cities.items()}
    return by_host, CityDispatcher(by_host)


class CityDispatcher:
    """Hands each request to the city its host name belongs to; 421 (RFC 9110) where none does."""

    def __init__(self, by_host: Mapping[str, Flask]) -> None:
        self._by_host = by_host

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", "")).partition(":")[0].lower().removesuffix(".")
        app = self._by_host.get(host)
        if app is not None:
            return app(environ, start_response)
        text = PROBLEM_TEXTS["no-such-city"]
        body = f'{{"title":"{text.title}","status":421,"detail":"{text.detail}"}}'.encode()
        headers = [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
        ]
        start_response("421 Misdirected Request", headers)
        return [body]


def _flask_config(settings: Settings) -> dict[str, Any]:
    url = settings.sqlalchemy_url
    return {
        "SECRET_KEY": settings.secret_keys[0],
        "SECRET_KEY_FALLBACKS": list(settings.secret_keys[1:]),
        "SESSION_COOKIE_NAME": "evenward",
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "MAX_CONTENT_LENGTH": _MAX_BODY_BYTES,
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url, settings.threads),
        "PREFERRED_URL_SCHEME": "https" if settings.is_production else "http",
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _media(settings: Settings) -> MediaStore:
    if not settings.s3_bucket:
        return FileStore(settings.data_dir / "photos")
    # Slow to import, and only a city that uses it needs it.
    from backend.adapters.photos_s3 import S3Store

    return S3Store(
        settings.s3_bucket,
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )


def _identity(settings: Settings) -> IdentityVerifier | None:
    if not settings.firebase_project:
        for name in ("firebase_web", "firebase_credentials"):
            if getattr(settings, name):
                project = environment_name("firebase_project")
                raise ConfigError(f"{environment_name(name)} needs {project}, the project's ID.")
        return None
    # Slow to import, and only a city that uses it needs it.
    from backend.adapters.identity_firebase import FirebaseIdentity

    return FirebaseIdentity(settings.firebase_project)


def _fcm(settings: Settings, clock: Clock) -> PushSender | None:
    if settings.firebase_credentials is None:
        return None
    # Slow to import, and only a city that uses it needs it.
    from backend.adapters.push_fcm import FcmPush

    return FcmPush(settings.firebase_project, settings.firebase_credentials, clock)


def _messages(settings: Settings) -> dict[str, MessageSender]:
    senders: dict[str, MessageSender] = {}
    if not settings.is_production:
        from backend.adapters.console_messages import ConsoleMessages

        console = ConsoleMessages(settings.data_dir / "messages.jsonl")
        senders = {"email": console, "phone": console}
    if settings.smtp_url:
        from backend.adapters.mail_smtp import SmtpMail

        if not settings.mail_from:
            raise ConfigError("EVENWARD_SMTP_URL needs EVENWARD_MAIL_FROM, the sender of mails.")
        senders["email"] = SmtpMail(settings.smtp_url, settings.mail_from)
    if settings.sms_url:
        from backend.adapters.sms_http import HttpSms

        senders["phone"] = HttpSms(settings.sms_url, settings.sms_token, settings.sms_body)
    return senders


def _respond(problem: Problem) -> Response:
    """`problem` in the language of the face that was asked."""
    if open311.is_asked():
        return open311.errors_document(problem)
    if web.speaks_html():
        return web.problem_page(problem)
    return problem_response(problem)


def _answer_errors(app: Flask) -> None:
    def on_domain_error(error: DomainError) -> Response:
        is_page = not open311.is_asked() and web.speaks_html()
        response = _respond(describe_on_page(error) if is_page else describe(error))
        response.headers.update(error.headers)
        return response

    def on_http_error(error: HTTPException) -> Response | HTTPException:
        # Redirects are answers, not errors.
        if (error.code or 500) < 400:
            return error
        response = _respond(describe_http(error))
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
        if isinstance(error, RequestedRangeNotSatisfiable) and error.length is not None:
            response.headers["Content-Range"] = f"{error.units} */{error.length}"
        return response

    def on_busy(error: OperationalError | PoolIsFull) -> Response:
        if isinstance(error, PoolIsFull) or is_busy(error):
            _log.warning("database busy", route=_route())
            return on_domain_error(Unavailable("database-busy"))
        if is_away(error):
            _log.error("database away", route=_route())
            return on_domain_error(Unavailable("database-away"))
        return on_crash(error)

    def on_crash(error: Exception) -> Response:
        _log.error("request crashed", exc_info=error, route=_route())
        return _respond(describe_crash())

    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(OperationalError, on_busy)
    app.register_error_handler(PoolIsFull, on_busy)
    app.register_error_handler(Exception, on_crash)


def _start_clock() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    milliseconds = (time.perf_counter() - g.started) * 1000 if "started" in g else 0.0
    _log.info(
        "request",
        method=request.method,
        route=_route(),
        status=response.status_code,
        milliseconds=round(milliseconds, 1),
    )
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    return response


def _route() -> str:
    # The rule, not the path: a path may hold what a person typed.
    return request.url_rule.rule if request.url_rule else "(none)"
