"""Which ground the maps of a city are drawn on, as its setting says it.

`city` is the city's own, made from its boundary and street files. `pmtiles URL [ATTRIBUTION]` and
`raster URL ATTRIBUTION` are somebody else's: only then does a page ask another host than ours.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST_ATTRIBUTION = 200


@dataclass(frozen=True, slots=True)
class BasemapChoice:
    """`kind` is city, pmtiles or raster; the city's own has no URL."""

    kind: str = "city"
    url: str = ""
    attribution: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.url, self.attribution)))

    def outside_sources(self) -> dict[str, str]:
        """What a Content-Security-Policy has to allow besides: an origin by directive."""
        if not self.url:
            return {}
        parts = urlsplit(self.url)
        origin = f"{parts.scheme}://{parts.netloc}"
        # A service worker that keeps pictures fetches them.
        pictures = {"img-src": origin} if self.kind == "raster" else {}
        return {"connect-src": origin} | pictures


def read_basemap(text: str) -> BasemapChoice:
    """The setting's value; raises `ValueError` on what cannot be."""
    kind, *rest = text.split(maxsplit=2)
    if kind == "city" and not rest:
        return BasemapChoice()
    url, attribution = (*rest, "", "")[:2]
    if kind not in {"pmtiles", "raster"} or not _is_address(url):
        raise ValueError(text)
    # Whose tiles they are is always said; a PMTiles file says it itself.
    if kind == "raster" and not (attribution and all(m in url for m in ("{z}", "{x}", "{y}"))):
        raise ValueError(text)
    if len(attribution) > _LONGEST_ATTRIBUTION or not attribution.isprintable():
        raise ValueError(text)
    return BasemapChoice(kind, url, attribution)


def _is_address(url: str) -> bool:
    # The host goes into a header by which browsers are told whom they may ask.
    parts = urlsplit(url)
    is_plain = not parts.username and url.isascii() and not set(parts.netloc) & set("{};,'\"*")
    if not (parts.hostname and is_plain):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
