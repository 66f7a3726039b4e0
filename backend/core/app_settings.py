"""How settings of what residents see are read; raises `ValueError` on what cannot be."""

import base64
import re
from pathlib import Path
from urllib.parse import urlsplit

LARGEST_LOGO = 16 * 1024
LEAST_CONTRAST = 4.5
"""Between words and what they stand on (WCAG 2.2, success criterion 1.4.3)."""
# The darkest of the light surfaces the app has; against white the contrast is greater.
_SURFACE = "#f1f5f3"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,6})?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_ORIGIN = re.compile(r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?")
_LOGO_KINDS = {".svg": "image/svg+xml", ".png": "image/png"}


def read_languages(text: str) -> tuple[str, ...]:
    """Tags of languages that have a name, each once."""
    # Its tables are read by cities that name their languages, and by nobody else.
    from babel import Locale

    named = Locale("en").languages
    tags = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if not tags or not all(_LANGUAGE.fullmatch(tag) for tag in tags):
        raise ValueError(text)
    if not all(tag.partition("-")[0] in named for tag in tags):
        raise ValueError(text)
    return tags


def read_site(text: str) -> str:
    """Where residents find the city: http:// or https:// and a host, with a path or without."""
    parts = urlsplit(text)
    is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    if not is_address or parts.query or parts.fragment:
        raise ValueError(text)
    return text


def read_accent(text: str) -> str:
    """A colour such as #0b5c62 that can be read on every surface, and white on it."""
    colour = text.lower()
    if not _COLOUR.fullmatch(colour) or contrast(colour, _SURFACE) < LEAST_CONTRAST:
        raise ValueError(text)
    return colour


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as #0b5c6b, 1 to 21 (WCAG 2.2, definition)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def read_logo(text: str) -> str:
    """The file as an address that holds it, so that no second request is needed."""
    path = Path(text)
    kind = _LOGO_KINDS.get(path.suffix.lower())
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(text) from error
    if kind is None or not 0 < len(data) <= LARGEST_LOGO:
        raise ValueError(text)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def read_https_url(text: str) -> str:
    """A page's full address."""
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError(text)
    return text


def read_origins(text: str) -> tuple[str, ...]:
    """Sites as Content-Security-Policy names them: https:// and a host, with a port or without."""
    origins = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    if not origins or not all(map(_ORIGIN.fullmatch, origins)):
        raise ValueError(text)
    return origins


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
