"""Photos made by the tests: whole ones in every format, and hostile ones."""

import io
import random
import struct
import zlib
from typing import Any

import pillow_heif
from PIL import Image

ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F
SECRET = "Quill and Daughters"
# For a browser's page: the addresses that it holds pictures by.
COUNTED = """
globalThis.held = new Set();
for (const [name, count] of [["createObjectURL", "add"], ["revokeObjectURL", "delete"]]) {
  const before = URL[name];
  URL[name] = (given) => {
    const made = before.call(URL, given);
    held[count](made ?? given);
    return made;
  };
}"""


def scene(width: int = 320, height: int = 240, seed: int = 0) -> Image.Image:
    """A soft landscape of its own for each seed; the left half reddish, the right half bluish."""
    shades = bytes(shade // 2 for shade in random.Random(seed).randbytes(80))
    light = Image.frombytes("L", (10, 8), shades).resize((width, height), Image.Resampling.BICUBIC)
    halves = Image.new("RGB", (width, height), (180, 20, 20))
    halves.paste((20, 20, 180), (width // 2, 0, width, height))
    return Image.composite(Image.new("RGB", (width, height), "white"), halves, light)


def encoded(image: Image.Image, format_: str = "JPEG", **options: Any) -> bytes:
    """The image as a file of one format."""
    if format_ == "HEIF":
        pillow_heif.register_heif_opener()
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def decoded(data: bytes) -> Image.Image:
    """The image of a file, with its pixels."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def with_secrets(orientation: int = 6) -> dict[str, Any]:
    """Options that put a place, a maker and an orientation into a file."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = SECRET
    exif.get_ifd(GPS)[2] = (50.0, 0.0, 7.2)
    return {"exif": exif.tobytes()}


def png_header(width: int, height: int) -> bytes:
    """A PNG that promises so many pixels and holds next to none."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 100))
        + _chunk(b"IEND", b"")
    )


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of that many white pixels, one bit each, in a file a thousandth of their size."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj()
    row = b"\0" + b"\xff" * (width // 8)
    rows = b"".join(packer.compress(row * 100) for _ in range(height // 100)) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", rows)
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
