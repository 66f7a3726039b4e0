"""What every route of this face shares: who asks, and how problems are documented."""

from collections.abc import Callable
from typing import Any

from flask import Request, Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser, abort

from backend.accounts.identify import resident_of_token, staff_of_session
from backend.core.access import current_actor, guard
from backend.core.actors import ANONYMOUS, Actor
from backend.core.db import current_session
from backend.core.errors import Unauthenticated
from backend.core.limits import network_of
from backend.core.runtime import current_runtime
from mobile_api.kept_token import kept_token

PREFIX = "/v1"


class FieldProblemSchema(Schema):
    """One field that needs another look."""

    pointer = fields.String(required=True, metadata={"description": "JSON Pointer, RFC 6901"})
    detail = fields.String(required=True)


class ProblemSchema(Schema):
    """A problem as RFC 9457 has it."""

    type = fields.Url(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    remedy = fields.String(required=True, metadata={"description": "What to do about it"})
    errors = fields.List(fields.Nested(FieldProblemSchema))

    def __deepcopy__(self, _memo: dict[int, Any]) -> "ProblemSchema":
        # flask-smorest copies a view's whole description with every decorator: hundreds of times.
        return self


_PROBLEM = ProblemSchema()


class _BodyParser(FlaskParser):
    """Refuses a body that is not called JSON, or that Python gives up reading."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        if not req.is_json:
            abort(415)
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError) as error:
            # A number of thousands of digits, or brackets nested without end.
            abort(400, exc=error, messages={"json": ["Invalid JSON body."]})


class _Blueprint(Blueprint):  # type: ignore[misc]
    ARGUMENTS_PARSER = _BodyParser()


def make_blueprint(
    name: str, description: str, identify: Callable[[], Actor] | None = None
) -> Blueprint:
    """A blueprint of this face with its guard."""
    blueprint = _Blueprint(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
    guard(blueprint, identify or identify_resident)
    return blueprint


def make_desk_blueprint(name: str, description: str) -> Blueprint:
    """A blueprint for staff, whose answers are for their eyes alone."""
    blueprint = _Blueprint(
        f"api_desk_{name}", __name__, url_prefix=f"{PREFIX}/desk", description=description
    )
    guard(blueprint, identify_staff)
    blueprint.after_request(keep_out_of_caches)
    return blueprint


def make_nobodys_blueprint(name: str, description: str) -> Blueprint:
    """A blueprint whose routes never ask who sends: a token that comes along is not looked at."""
    blueprint = _Blueprint(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
    guard(blueprint, lambda: ANONYMOUS)
    blueprint.after_request(keep_out_of_caches)
    return blueprint


def documents_problems(blueprint: Blueprint, *statuses: int) -> Any:
    """Decorator: say in the description which problems a route answers with."""

    def declare(view: Any) -> Any:
        for status in statuses:
            view = blueprint.alt_response(
                status,
                schema=_PROBLEM,
                content_type="application/problem+json",
                # Said here because Python's own phrases change between its versions.
                description="Refused; the problem says why and what to do",
            )(view)
        return view

    return declare


def documents_desk(blueprint: Blueprint, *statuses: int) -> Any:
    """Decorator: the same for a route of staff, which asks for their token and role besides."""

    def declare(view: Any) -> Any:
        described = blueprint.doc(security=[{"staff": []}])(view)
        return documents_problems(blueprint, 401, 403, 503, *statuses)(described)

    return declare


def identify_resident() -> Actor:
    """The resident behind the request's token, anonymous without one."""
    runtime = current_runtime()
    return resident_of_token(current_session(), runtime, resident_token(), runtime.clock.now())


def resident_token() -> str | None:
    """The bearer token the request carries, else the one the browser keeps for the app."""
    return bearer_token() or kept_token()


def identify_staff() -> Actor:
    """The member of staff whose session the bearer token is, anonymous for any other token."""
    token = bearer_token()
    if token is None:
        return ANONYMOUS
    now = current_runtime().clock.now()
    return staff_of_session(current_session(), token, now) or ANONYMOUS


def sent_once(cache_control: str) -> Callable[[Response], Response]:
    """An `after_request` that sends an answer again only where it has changed (RFC 9110, 13)."""

    def mark(response: Response) -> Response:
        if response.status_code == 200:
            response.headers["Cache-Control"] = cache_control
            response.add_etag()
            response.make_conditional(request)
        return response

    return mark


def keep_out_of_caches(response: Response) -> Response:
    """What is for one person is kept by nobody between."""
    response.headers["Cache-Control"] = "no-store"
    return response


def bearer_token() -> str | None:
    """The token the request carries, if any; raises `Unauthenticated` on another scheme."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme and (scheme.lower() != "bearer" or not token.strip()):
        raise Unauthenticated("token-not-valid")
    return token.strip() or None


def counted_as(purpose: str, per_address: str, per_device: str) -> tuple[tuple[str, str, str], ...]:
    """What a request counts against: rule, purpose and sender, the narrowest sender last.

    Its network address and, where it has one, its device or account.
    """
    by_address = (per_address, purpose, network_of(request.remote_addr or ""))
    reporter = current_actor().reporter
    if reporter is None:
        return (by_address,)
    return (by_address, (per_device, f"{purpose} of a device", reporter))


def slow_down(purpose: str, per_address: str, per_device: str) -> str:
    """Count the request against its network address and, where it has one, its device or account.

    Returns who sends: the device or account, else the address. Raises `TooManyRequests`.
    """
    uses = counted_as(purpose, per_address, per_device)
    for use in uses:
        current_runtime().limits.check(*use)
    return uses[-1][-1]
