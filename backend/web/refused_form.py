"""A form that was refused comes back on its page: the sentence above it, and all that was typed.

Fields ask `kept` for what they hold, which is what was typed in the one form that was sent.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from flask import Flask, g, make_response, request
from werkzeug.wrappers import Response

from backend.core.errors import DomainError
from backend.web.fact_words import describe_on_page
from backend.web.typed_fields import typed_words

View = Callable[..., Response]
RETURNS = "evenward_returns"
"""The mark of a view whose form comes back on its page: the page's view, or its endpoint."""


def returns_to(
    page: Callable[..., str | Response],
    at: str = "",
    check: Callable[..., None] = lambda **_values: None,
) -> Callable[[View], View]:
    """Decorator: what a form's view refuses is told on the form's page, not on one of its own.

    The page takes some of the address's values that the view takes. What was typed before somebody
    had to sign in again is only shown there, and nothing is done. `at` is the page's endpoint where
    `page` only draws it. `check` raises where nothing may be sent on before its reason is read, and
    is asked before what is only shown, too.
    """
    names = signature(page).parameters

    def declare(view: View) -> View:
        @wraps(view)
        def answer(**values: Any) -> Response:
            try:
                check(**values)
                if is_looked_at():
                    keep_form()
                    return make_response(page(**{name: values[name] for name in names}))
                return view(**values)
            except DomainError as error:
                problem = describe_on_page(error)
                rest = " ".join(one["detail"] for one in problem.errors[1:])
                g.refusal_slug = error.slug
                said = (f"{problem.title}.", problem.detail, rest, problem.remedy)
                g.refusal = " ".join(filter(None, said))
                drawn = page(**{name: values[name] for name in names})
                return make_response(drawn, problem.status)

        setattr(answer, RETURNS, at or page)
        return answer

    return declare


def keep_form() -> None:
    """Draw the form that was sent once more with all that was typed, as nothing was refused."""
    g.refusal = ""


def is_looked_at() -> bool:
    """Whether the form was sent only to be seen again where it was typed."""
    return "look" in request.form


def refusal_slug() -> str:
    """By what name it was refused; empty where nothing was."""
    return str(g.get("refusal_slug", ""))


def refusal_words() -> str:
    """What was refused and why; empty where nothing was."""
    return str(g.get("refusal", ""))


def stands_at(action: str) -> None:
    """Say that the form that was sent may have another address on the page it comes back on."""
    g.form_action = action


def is_refused(action: str, **told: str) -> bool:
    """Whether this form was sent and refused; `told` are fields that tell forms apart."""
    sent_to = {request.script_root + request.path, g.get("form_action")}
    is_sent = "refusal" in g and action in sent_to
    return is_sent and all(request.form.get(name, "") == value for name, value in told.items())


def begin_form(action: str, **told: str) -> str:
    """Fields drawn from now on are of this form; the sentence to put above it, where refused."""
    g.is_drawing_refused = is_refused(action, **told)
    g.has_place = g.is_drawing_refused or g.get("has_place", False)
    return refusal_words() if g.is_drawing_refused else ""


def end_form() -> str:
    """Fields drawn from now on are of no form that was refused."""
    g.is_drawing_refused = False
    return ""


def unplaced_words() -> list[str]:
    """What was typed into the form that was sent, and the page, drawn by now, has no place for."""
    if "refusal" not in g or g.get("has_place"):
        return []
    return typed_words(request.endpoint or "", request.form.items(multi=True))


def kept(name: str, value: Any) -> Any:
    """What was typed in a field of the refused form, `value` in any other."""
    return request.form.get(name, "") if g.get("is_drawing_refused") else value


def kept_list(name: str, values: Any) -> Any:
    """The same of a field that may be there several times."""
    return request.form.getlist(name) if g.get("is_drawing_refused") else values


def add_form_tools(app: Flask) -> None:
    """Give templates these functions."""
    tools = (refusal_slug, refusal_words, is_refused, begin_form, end_form, kept, kept_list)
    for tool in (*tools, is_looked_at, unplaced_words):
        app.add_template_global(tool)
