"""The mark of the installed app, on the city's colour."""

from functools import lru_cache
from io import BytesIO

_BARS = (
    ((6, 8), (12, 8), (10, 24), (6, 24)),
    ((14.2, 8), (20.5, 8), (19.5, 24), (12.2, 24)),
    ((22.7, 8), (26, 8), (26, 24), (21.7, 24)),
)
# Across the square; what phones cut off when they round an icon is outside of it.
_SIDE = 32


def mark_as_svg(colour: str) -> bytes:
    """The mark as a drawing; `colour` as #0b5c62."""
    bars = "".join(f"M{' '.join(f'{x} {y}' for x, y in bar)}z" for bar in _BARS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="{colour}"/>'
        f'<path fill="#fff" d="{bars}"/></svg>'
    ).encode()


@lru_cache(maxsize=16)
def mark_as_png(size: int, colour: str) -> bytes:
    """The mark as a picture of `size` pixels a side."""
    # Slow to import, and asked for once by each phone.
    from PIL import Image, ImageDraw

    # Drawn at four times the size, so that the slanted edges come out smooth.
    scale = 4 * size / _SIDE
    image = Image.new("RGB", (4 * size, 4 * size), colour)
    for bar in _BARS:
        ImageDraw.Draw(image).polygon([(x * scale, y * scale) for x, y in bar], fill="#fff")
    out = BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()
