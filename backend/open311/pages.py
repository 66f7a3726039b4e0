"""Long lists page by page: which one is asked for, and where the next one is."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from backend.open311.face import endpoint_address
from backend.open311.parameters import Parameters

_MOST = 1_000
_USUAL = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; without a number it is the beginning, as long as a list gets."""

    number: int | None
    size: int

    @property
    def offset(self) -> int:
        """How many entries come before it."""
        return ((self.number or 1) - 1) * self.size


WHOLE = Page(None, _MOST)


def page_asked(asked: Parameters) -> Page:
    """`page` from 1 on, of `page_size` entries, 1,000 at most."""
    number = asked.count("page")
    usual = _MOST if number is None else _USUAL
    return Page(number, min(asked.count("page_size") or usual, _MOST))


def lead_on(response: Response, page: Page, found: int, **besides: str) -> None:
    """Name the next page (RFC 8288) where there may be one; `besides` is asked there too."""
    if page.number is None or found < page.size:
        return
    # As clients know it, whatever stands between them and this program.
    base = endpoint_address(request.blueprint or "") + "/" + request.path.rpartition("/")[2]
    query = request.args.to_dict(flat=False) | {"page": str(page.number + 1), **besides}
    response.headers["Link"] = f'<{base}?{urlencode(query, doseq=True)}>; rel="next"'
