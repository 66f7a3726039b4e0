"""What every route of this face shares: who asks, and how problems are documented."""

from typing import Any

from flask import Request, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser, abort

from backend.accounts.identify import resident_of_token
from backend.core.access import current_actor, guard
from backend.core.actors import Actor
from backend.core.db import current_session
from backend.core.errors import Unauthenticated
from backend.core.limits import network_of
from backend.core.runtime import current_runtime

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


def make_blueprint(name: str, description: str) -> Blueprint:
    """A blueprint of this face with its guard."""
    blueprint = _Blueprint(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
    guard(blueprint, identify_resident)
    return blueprint


def documents_problems(blueprint: Blueprint, *statuses: int) -> Any:
    """Decorator: say in the description which problems a route answers with."""

    def declare(view: Any) -> Any:
        for status in statuses:
            view = blueprint.alt_response(
                status,
                schema=ProblemSchema,
                content_type="application/problem+json",
                # Said here because Python's own phrases change between its versions.
                description="Refused; the problem says why and what to do",
            )(view)
        return view

    return declare


def identify_resident() -> Actor:
    """The resident behind the request's bearer token, anonymous without one."""
    runtime = current_runtime()
    return resident_of_token(current_session(), runtime, bearer_token(), runtime.clock.now())


def bearer_token() -> str | None:
    """The token the request carries, if any; raises `Unauthenticated` on another scheme."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme and (scheme.lower() != "bearer" or not token.strip()):
        raise Unauthenticated("token-not-valid")
    return token.strip() or None


def slow_down(purpose: str, per_address: str, per_device: str) -> str:
    """Count the request against its network address and, where it has one, its device or account.

    Returns who sends: the device or account, else the address. Raises `TooManyRequests`.
    """
    limits = current_runtime().limits
    address = network_of(request.remote_addr or "")
    limits.check(per_address, purpose, address)
    reporter = current_actor().reporter
    if reporter is None:
        return address
    limits.check(per_device, f"{purpose} of a device", reporter)
    return reporter
