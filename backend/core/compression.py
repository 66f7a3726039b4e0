"""Pages and their sheets go out compressed: on a cheap phone most of the waiting is for bytes."""

import gzip
import io

from flask import Response, request

from backend.core.runtime import current_runtime

_KINDS = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml"})
# A packet of the network carries less than that anyway.
_LEAST_BYTES = 1200
# A fifth of the bytes for a millisecond of a large page; the best level takes three times as long
# for a twentieth less.
_LEVEL = 4
# The length of a compressed page tells what of it repeats what somebody asked for; up to so many
# bytes more, at random, hide that.
_MOST_PADDING = 100


def compress(response: Response) -> Response:
    """The answer as gzip where whoever asks takes that, and it is worth it."""
    if not _may_shrink(response):
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return response
    data = response.get_data()
    if len(data) < _LEAST_BYTES:
        return response
    response.set_data(_packed(data))
    response.content_encoding = "gzip"
    etag, _is_weak = response.get_etag()
    if etag:
        # It names what is said, in whatever bytes.
        response.set_etag(etag, weak=True)
    return response


def _may_shrink(response: Response) -> bool:
    is_whole = response.status_code == 200 or response.status_code >= 400
    is_packed = "Content-Encoding" in response.headers
    is_at_hand = not response.is_streamed and not is_packed
    return is_whole and response.mimetype in _KINDS and is_at_hand


def _packed(data: bytes) -> bytes:
    packed = io.BytesIO()
    # The end of an id is drawn by chance.
    padding = "x" * (current_runtime().ids.uuid().int % _MOST_PADDING)
    # The file's name in the header is what nobody reads.
    with gzip.GzipFile(padding, "wb", _LEVEL, packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()
