"""Declared access: every route says who may use it, and one guard per face enforces it.

A route without a declaration is refused when it is called, and fails a test before that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Blueprint, current_app, g, request
from flask.views import View

from backend.core.actors import Actor, Role
from backend.core.errors import Forbidden, Unauthenticated

View_ = TypeVar("View_", bound=Callable[..., Any])
_DECLARATION = "evenward_access"


@dataclass(frozen=True, slots=True)
class Access:
    """Open to everybody, or to some roles."""

    roles: frozenset[Role] | None

    def allows(self, actor: Actor) -> bool:
        """Whether `actor` may pass."""
        return self.roles is None or actor.role in self.roles

    def check(self, actor: Actor) -> None:
        """Raise unless `actor` may pass."""
        if self.allows(actor):
            return
        if not actor.is_staff:
            raise Unauthenticated("sign-in-needed")
        raise Forbidden("role-not-allowed", role=actor.role.value)


def access(*roles: Role) -> Callable[[View_], View_]:
    """Declare that a view is open to `roles`; without any, to everybody."""
    declaration = Access(frozenset(roles) or None)

    def declare(view: View_) -> View_:
        setattr(view, _DECLARATION, declaration)
        return view

    return declare


def declared_access(endpoint: str, method: str) -> Access | None:
    """The declaration of the view behind `endpoint`, or None where somebody forgot it."""
    view = current_app.view_functions[endpoint]
    view_class = getattr(view, "view_class", None)
    if view_class is not None and issubclass(view_class, View):
        name = "get" if method == "HEAD" else method.lower()
        view = getattr(view_class, name, view)
    return cast("Access | None", getattr(view, _DECLARATION, None))


def guard(blueprint: Blueprint, identify: Callable[[], Actor]) -> None:
    """Identify the actor of each request to `blueprint` and check the declared access first."""

    def enforce() -> None:
        if request.method == "OPTIONS" or request.endpoint is None:
            return
        declaration = declared_access(request.endpoint, request.method)
        if declaration is None:
            raise Forbidden("access-not-declared")
        g.actor = identify()
        declaration.check(g.actor)

    blueprint.before_request(enforce)


def current_actor() -> Actor:
    """The actor of the running request."""
    return cast("Actor", g.actor)
