"""Long lists page by page: which one is asked for, and where the next one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from backend.core.errors import Invalid
from backend.open311.face import endpoint_address
from backend.open311.parameters import Parameters

MOST = 1_000
_USUAL = 50
_BY_NUMBER = ("page", "page_size", "count")
_BY_OFFSET = ("limit", "offset")


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list: `size` entries after the first `offset`; `next` asks for the one after."""

    offset: int
    size: int
    next: Mapping[str, str]


def page_asked(asked: Parameters) -> Page:
    """`page` from 1 on, of `page_size` (or `count`) entries, or `limit` entries after `offset`.

    1,000 at most, and as many where nobody asks for pages.
    """
    if is_by(asked, _BY_OFFSET):
        if is_by(asked, _BY_NUMBER):
            asked.refuse(Invalid("paged-twice", pointer="/limit"))
        size = min(asked.count("limit") or MOST, MOST)
        offset = asked.offset("offset") or 0
        return Page(offset, size, {"limit": str(size), "offset": str(offset + size)})
    number = asked.count("page")
    usual = MOST if number is None else _USUAL
    size = min(asked.count("page_size") or asked.count("count") or usual, MOST)
    number = number or 1
    return Page((number - 1) * size, size, {"page": str(number + 1), "page_size": str(size)})


def is_by_pages(asked: Parameters) -> bool:
    """Whether a client goes on to the next page by itself."""
    return is_by(asked, ("page", *_BY_OFFSET))


def is_by(asked: Parameters, names: tuple[str, ...]) -> bool:
    """Whether any of the parameters is there."""
    return any(map(asked.text, names))


def lead_on(response: Response, page: Page, found: int, **besides: str) -> None:
    """Name the next page (RFC 8288) where there may be one; `besides` is asked there too."""
    if found < page.size:
        return
    # As clients know it, whatever stands between them and this program.
    base = endpoint_address(request.blueprint or "") + "/" + request.path.rpartition("/")[2]
    query = request.args.to_dict(flat=False) | {**page.next, **besides}
    response.headers["Link"] = f'<{base}?{urlencode(query, doseq=True)}>; rel="next"'
