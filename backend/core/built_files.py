"""Files built when the project was installed, sent compressed as the browser takes them."""

from importlib.resources.abc import Traversable

from flask import Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

# A name that changes with what is in the file can be kept for good; any other is asked for again.
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
KINDS = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff": "font/woff",
    "woff2": "font/woff2",
}
_ENCODINGS = {"br": ".br", "gzip": ".gz"}


def built_file(folder: Traversable, name: str, caching: str) -> BaseResponse:
    """The file `name` of `folder`, not found where there is none of a known kind."""
    resource = folder.joinpath(*name.split("/"))
    kind = KINDS.get(name.rpartition(".")[2])
    if kind is None or "\\" in name or not resource.is_file():
        abort(404)
    encoding = request.accept_encodings.best_match(list(_ENCODINGS))
    compressed = folder.joinpath(*f"{name}{_ENCODINGS.get(encoding or '', '')}".split("/"))
    has_compressed = encoding is not None and compressed.is_file()
    response = Response(
        (compressed if has_compressed else resource).read_bytes(), content_type=kind
    )
    if has_compressed:
        response.headers["Content-Encoding"] = encoding or ""
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = caching
    response.add_etag()
    return response.make_conditional(request)
