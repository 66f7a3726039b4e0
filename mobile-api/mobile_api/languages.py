"""Which of the city's languages a client is spoken to in."""

from flask import Response, after_this_request, request

from backend.core.runtime import current_runtime


def asked_language() -> str:
    """The one the client likes best, else the city's first.

    By lookup (RFC 4647, section 3.4), so that Mexican Spanish is Spanish before it is English. The
    answer says that it depends on what was asked for.
    """
    after_this_request(_vary)
    languages = current_runtime().settings.languages
    known = {language.lower(): language for language in languages}
    for tag, quality in request.accept_languages:
        parts = tag.lower().split("-") if quality else []
        while parts:
            if found := known.get("-".join(parts)):
                return found
            parts.pop()
    return languages[0]


def _vary(response: Response) -> Response:
    response.vary.add("Accept-Language")
    return response
