"""The Content-Security-Policy of pages with a map."""

from flask import Response, g

from backend.core.content_policy import content_policy
from backend.core.runtime import current_runtime
from backend.web.face import blueprint


@blueprint.after_request
def let_map_ask(response: Response) -> Response:
    """A page with a map may ask whoever draws the ground, which may be somebody else."""
    if "has_map" in g:
        response.headers["Content-Security-Policy"] = map_policy()
    return response


def map_policy() -> str:
    """The Content-Security-Policy of a page with a map."""
    return content_policy(current_runtime().settings.basemap)
