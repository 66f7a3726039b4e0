"""Problems as bytes: `application/problem+json` (RFC 9457), with words from the slices' tables.

`type` is the address of a page that explains the slug. A face that speaks another language than
JSON (pages, Open311) renders the same `Problem` itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from flask import Response, current_app
from werkzeug.exceptions import HTTPException

from backend.core.addresses import public_address
from backend.core.errors import DomainError, Fact
from backend.core.i18n import gettext
from backend.core.problem_text import ProblemText, with_facts

TEXTS_EXTENSION = "evenward-problem-texts"
FactsOf: TypeAlias = Callable[[DomainError], Mapping[str, Fact]]


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal with its words, ready for any face."""

    status: int
    slug: str
    title: str
    detail: str
    remedy: str
    errors: tuple[dict[str, str], ...] = ()


def problem_texts() -> Mapping[str, ProblemText]:
    """The words of every slug this program can raise."""
    texts: Mapping[str, ProblemText] = current_app.extensions[TEXTS_EXTENSION]
    return texts


def describe(error: DomainError, page_facts: FactsOf | None = None) -> Problem:
    """The problem a domain error is, in the reader's language.

    With `page_facts`, which says its facts in words, it is told to people who read a page.
    """
    text = problem_texts()[error.slug]
    if page_facts and text.on_page:
        text = text.on_page
    facts = page_facts(error) if page_facts else error.facts
    detail = _sound(with_facts(gettext(text.detail), facts))
    errors: tuple[dict[str, str], ...] = ()
    if error.pointer is not None:
        errors = ({"pointer": _sound(error.pointer), "detail": detail},)
    for fault in error.faults:
        one = describe(fault, page_facts)
        errors += ({"pointer": fault.pointer or "", "detail": f"{one.detail} {one.remedy}"},)
    return Problem(
        error.status, error.slug, gettext(text.title), detail, gettext(text.remedy), errors
    )


def _sound(text: str) -> str:
    """`text` without what no encoding can write: a refusal may quote half a character pair."""
    return text.encode(errors="replace").decode()


def describe_http(error: HTTPException, slug: str | None = None) -> Problem:
    """The problem a framework refusal is: unknown paths, wrong methods, schemas that do not fit.

    `slug` names it where its status says too little.
    """
    status = error.code or 500
    slug = slug or _SLUG_OF_STATUS.get(status, "not-understood" if status < 500 else "our-fault")
    text = problem_texts()[slug]
    data: dict[str, Any] = getattr(error, "data", None) or {}
    errors = tuple(_flatten(data.get("messages", {}), ""))
    return Problem(
        status, slug, gettext(text.title), gettext(text.detail), gettext(text.remedy), errors
    )


def describe_crash() -> Problem:
    """The problem of an error nobody foresaw; it says nothing about its cause."""
    text = problem_texts()["our-fault"]
    return Problem(
        500, "our-fault", gettext(text.title), gettext(text.detail), gettext(text.remedy)
    )


def describe_fields(messages: Mapping[str, Any]) -> Problem:
    """The problem of a part that does not fit its schema; `messages` are marshmallow's."""
    slug = "fields-not-valid"
    text = problem_texts()[slug]
    errors = tuple(_flatten(messages, ""))
    return Problem(
        422, slug, gettext(text.title), gettext(text.detail), gettext(text.remedy), errors
    )


def problem_document(problem: Problem) -> dict[str, Any]:
    """`problem` as the members of an RFC 9457 document."""
    document: dict[str, Any] = {
        "type": public_address("web.problem", slug=problem.slug),
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "remedy": problem.remedy,
    }
    if problem.errors:
        document["errors"] = list(problem.errors)
    return document


def problem_response(problem: Problem) -> Response:
    """`problem` as `application/problem+json`."""
    body = orjson.dumps(problem_document(problem))
    return Response(body, status=problem.status, content_type="application/problem+json")


_SLUG_OF_STATUS = {
    400: "not-understood",
    401: "sign-in-needed",
    403: "role-not-allowed",
    404: "no-such-page",
    405: "method-not-allowed",
    413: "too-large",
    415: "not-json",
    422: "fields-not-valid",
    429: "too-many-requests",
}
# webargs files messages by where the field was found; a pointer is into the document itself.
_LOCATIONS = frozenset({"json", "query", "form", "files", "headers", "path"})


def _flatten(messages: Any, pointer: str) -> list[dict[str, str]]:
    if isinstance(messages, dict):
        found: list[dict[str, str]] = []
        for key, value in messages.items():
            is_location = not pointer and key in _LOCATIONS
            step = "" if is_location or key == "_schema" else f"/{_escape(str(key))}"
            found += _flatten(value, pointer + step)
        return found
    words = messages if isinstance(messages, list) else [messages]
    return [{"pointer": pointer, "detail": str(word)} for word in words]


def _escape(key: str) -> str:
    # Half a surrogate pair can stand in JSON but not in our answer.
    return key.encode(errors="replace").decode().replace("~", "~0").replace("/", "~1")
