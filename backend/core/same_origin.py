"""Whether a page of ours sends the request, for a browser adds its cookies to anybody's.

By what the browser says of where it comes from (Fetch Metadata, https://www.w3.org/TR/fetch-metadata),
else by the origin (RFC 6454), which older ones say.
"""

from flask import request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_same_origin() -> bool:
    """Whether it does; what says nothing of where it is from does not."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return host_of_origin() == request.host


def host_of_origin() -> str:
    """The host, with its port, that the request says it comes from; empty where it says none."""
    return request.headers.get("Origin", "").partition("://")[2]
