"""The process that meets a stranger's photo: it gives up its powers first, then decodes.

    python -I -m backend.adapters.photo_rendering < order > answer

The order is a line of JSON (`covers`: rectangles as fractions of width and height) and the photo.
The answer is a line of JSON and two JPEG files made of pixels alone: no EXIF, comment, profile or
second picture of the original can be in them. A photo that cannot be taken is answered with its
`problem`; this process ending in any other way is for its caller to understand.
"""

import io
import json
import re
import resource
import sys
from importlib import import_module
from math import ceil, floor
from typing import Any

from PIL import Image, ImageCms, ImageDraw, ImageOps, UnidentifiedImageError

from backend.adapters.photo_problem import PhotoProblem

LONGEST_SIDE = 2048
THUMBNAIL_SIDE = 400
MAX_PIXELS = 64_000_000
MAX_MEMORY_BYTES = 1 << 30
# A HEIC photo of 48 megapixels takes five on a good machine.
MAX_CPU_SECONDS = 8
# Encoders write about ten, and each may cost as much as the whole of a plain JPEG.
MAX_SCANS = 64
MAX_ANSWER_BYTES = 16 << 20
_QUALITY = 82
# As sharp as bicubic where a picture becomes smaller, for less than half of Lanczos's time.
_FILTER = Image.Resampling.HAMMING
_BEGINNINGS = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"....ftyp", re.DOTALL), "HEIF"),
)
# Any JPEG marker (ITU-T T.81, table B.1) but stuffing, filling and those that stand alone inside.
_JPEG_MARKER = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
_START_OF_SCAN, _END_OF_IMAGE = b"\xda", b"\xd9"
_TO_EIGHT_BITS = [value >> 8 for value in range(1 << 16)]


class Refused(Exception):
    """The photo cannot be taken."""

    def __init__(self, problem: PhotoProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def main() -> None:
    """Answer one order."""
    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        format_ = load_decoder(data)
        shut_doors()
        answer, files = render(data, format_, order["covers"])
    except Refused as refusal:
        answer, files = {"problem": refusal.problem}, []
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(files))


def load_decoder(data: bytes) -> str:
    """The format by its first bytes, with all that reading it loads on demand; raises `Refused`."""
    format_ = next((name for beginning, name in _BEGINNINGS if beginning.match(data)), None)
    if format_ is None:
        raise Refused(PhotoProblem.UNKNOWN_FORMAT)
    Image.preinit()
    # Phones put several pictures in one JPEG, an MPO, and write orientation as TIFF does.
    for name in ("Mpo", "Tiff", "WebP"):
        import_module(f"PIL.{name}ImagePlugin")
    if format_ == "HEIF":
        # Twenty milliseconds that only these photos need.
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
        pillow_heif.options.DECODE_THREADS = 1
    return format_


def shut_doors() -> None:
    """Bound memory and time, and open no file, socket or program from here on."""
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, MAX_ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def render(
    data: bytes, format_: str, covers: list[list[float]]
) -> tuple[dict[str, Any], list[bytes]]:
    """The photo upright, at most 2,048 px, in sRGB and covered; raises `Refused`."""
    try:
        photo = _decode(data, format_)
        thumbnail = _cover(photo, covers).copy()
        thumbnail.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), _FILTER)
        files = [_as_jpeg(photo), _as_jpeg(thumbnail)]
    except UnidentifiedImageError as error:
        raise Refused(PhotoProblem.UNKNOWN_FORMAT) from error
    except MemoryError as error:
        raise Refused(PhotoProblem.TOO_HEAVY) from error
    except Refused:
        raise
    except Exception as error:
        _raise_if_ours(error)
        # Decoders fail in as many ways as files are broken.
        raise Refused(PhotoProblem.DAMAGED) from error
    answer = {
        "width": photo.width,
        "height": photo.height,
        "picture_hash": difference_hash(thumbnail),
        "sizes": [len(file) for file in files],
    }
    return answer, files


def difference_hash(image: Image.Image) -> str:
    """64 bits in hex that change little when a photo is resized, recompressed or tinted.

    Bit by bit whether a pixel is brighter than its left neighbour, on a grid of 9 by 8: the dHash
    of N. Krawetz, "Kind of Like That", The Hacker Factor Blog, 21 January 2013.
    """
    grid = image.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            left = row * 9 + column
            bits = bits << 1 | (grid[left + 1] > grid[left])
    return f"{bits:016x}"


def _decode(data: bytes, format_: str) -> Image.Image:
    if format_ == "JPEG" and _has_too_many_scans(data):
        raise Refused(PhotoProblem.TOO_HEAVY)
    # Our own count below, the same for every format.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=(format_,)) as source:
        if source.width * source.height > MAX_PIXELS:
            raise Refused(PhotoProblem.TOO_MANY_PIXELS)
        image = _with_smooth_pixels(source)
        # A JPEG is decoded at the size next above the wanted one, which saves most of the work.
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), _FILTER, reducing_gap=2.0)
        return _on_paper(_upright(image))


def _has_too_many_scans(data: bytes) -> bool:
    """Whether the first picture of a JPEG file has; what hangs behind it is never decoded."""
    scans, place = 0, 2
    while scans <= MAX_SCANS:
        found = _JPEG_MARKER.search(data, place)
        if found is None or found[1] == _END_OF_IMAGE:
            return False
        # A segment says its length; what follows the head of a scan holds no marker but its end.
        place = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
        scans += found[1] == _START_OF_SCAN
    return True


def _with_smooth_pixels(image: Image.Image) -> Image.Image:
    """`image` in a mode whose neighbours can be averaged: no palette, no 16 bits."""
    if image.mode.startswith("I"):
        return image.convert("I").point(_TO_EIGHT_BITS, "L")
    if image.mode in {"1", "P", "PA", "LA"}:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception as error:
        _raise_if_ours(error)
        # Broken EXIF says nothing about which way is up; the picture may be fine.
        return image


def _on_paper(image: Image.Image) -> Image.Image:
    """The picture in sRGB on white: a fresh canvas, which inherits nothing but pixels."""
    colours = _in_srgb(image)
    canvas = Image.new("RGB", image.size, "white")
    canvas.paste(colours, mask=image if image.mode == "RGBA" else None)
    return canvas


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    colours = image.convert("RGB") if image.mode != "CMYK" else image
    if profile:
        try:
            srgb = ImageCms.createProfile("sRGB")
            found = ImageCms.profileToProfile(colours, io.BytesIO(profile), srgb, outputMode="RGB")
        except ImageCms.PyCMSError:
            # A profile nobody can read, or one of other colours: as if there were none.
            found = None
        if found is not None:
            return found
    return colours.convert("RGB")


def _cover(image: Image.Image, covers: list[list[float]]) -> Image.Image:
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in covers:
        start = floor(left * image.width), floor(top * image.height)
        end = ceil(right * image.width), ceil(bottom * image.height)
        draw.rectangle((start, end), fill="black")
    return image


def _as_jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _raise_if_ours(error: Exception) -> None:
    """Nobody's photo is at fault where a module is missing or the system refused something."""
    if isinstance(error, ImportError) or getattr(error, "errno", None):
        raise error


if __name__ == "__main__":
    main()
