"""What a browser may load and run for a page of ours (W3C Content Security Policy Level 3)."""

from collections.abc import Iterable

from backend.core.basemap_setting import BasemapChoice


def content_policy(
    basemap: BasemapChoice | None = None,
    *,
    connections: Iterable[str] = (),
    frame_ancestors: Iterable[str] = ("'none'",),
) -> str:
    """The value of Content-Security-Policy: our own files, and no text that becomes a script.

    A page with a map names its `basemap`, whose host may be somebody else's.
    """
    outside = basemap.outside_sources() if basemap else {}
    directives: dict[str, Iterable[str]] = {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        # Pictures that were taken and not sent yet have no address but one of the page's own.
        "img-src": ("'self'", "blob:", "data:", outside.get("img-src", "")),
        "font-src": ("'self'",),
        "connect-src": ("'self'", outside.get("connect-src", ""), *connections),
        "manifest-src": ("'self'",),
        "worker-src": ("'self'",),
        "form-action": ("'self'",),
        "base-uri": ("'none'",),
        "frame-ancestors": frame_ancestors,
        "require-trusted-types-for": ("'script'",),
        "trusted-types": ("lit-html", "evenward"),
    }
    return "; ".join(" ".join((name, *filter(None, said))) for name, said in directives.items())
