"""Photos of strangers: what is made of whole ones, and that hostile ones do no harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from pictures import GPS, SECRET, decoded, encoded, png_bomb, png_header, scene, with_secrets
from PIL import Image, ImageCms, ImageEnhance

from backend.adapters import photo_decoder
from backend.adapters.photo_decoder import PhotoProblem, Rendering, render_photo
from backend.adapters.photo_rendering import difference_hash
from backend.photos.rules import hamming_distance

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def rendered(data: bytes, **options: Any) -> Rendering:
    found = render_photo(data, **options)
    assert isinstance(found, Rendering), found
    return found


def redness(picture: Image.Image, x: float, y: float) -> int:
    """How much redder than blue the picture is there; `x` and `y` are fractions of its sides."""
    red, _, blue = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    return red - blue


def is_near(pixel: Any, colour: tuple[int, int, int], most: int) -> bool:
    return max(abs(one - other) for one, other in zip(pixel, colour, strict=True)) <= most


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_becomes_upright_pixels_and_nothing_else(format_: str) -> None:
    width, height = (2400, 1680) if format_ == "JPEG" else (600, 420)
    data = encoded(scene(width, height), format_, **with_secrets(orientation=6))
    assert SECRET.encode() in data
    found = rendered(data)
    size = round(min(width, 2048) * 0.7), min(width, 2048)
    assert (found.width, found.height) == size
    for file, expected in ((found.photo, size), (found.thumbnail, (280, 400))):
        picture = decoded(file)
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", expected)
        assert not picture.getexif()
        assert not picture.getexif().get_ifd(GPS)
        assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert SECRET.encode() not in file
        # Turned by a quarter: what was left is on top.
        assert redness(picture, 0.5, 0.1) > 40
        assert redness(picture, 0.5, 0.9) < -40


def test_comments_profiles_and_what_hangs_behind_are_left_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Phones hang films behind a photo, in which anything can look like a scan.
    tail = b"PK\x03\x04" + SVG + b"\xff\xda" * 1000
    comment = SECRET.encode() + b"\xff\xda" * 1000
    data = encoded(scene(), progressive=True, comment=comment, icc_profile=profile, xmp=SVG) + tail
    found = rendered(data)
    for file in (found.photo, found.thumbnail):
        assert not any(part in file for part in (SECRET.encode(), profile, SVG, tail))
        assert len(file) - file.rindex(b"\xff\xd9") == 2


def grey_of_16_bits() -> bytes:
    values = b"".join((place * 300).to_bytes(2, "little") for place in range(200))
    return encoded(Image.frombytes("I;16", (200, 1), values).resize((200, 50)), "PNG")


UNUSUAL = {
    "CMYK": (encoded(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
    "16 bits": (grey_of_16_bits(), (117, 117, 117)),
    "transparent": (encoded(Image.new("RGBA", (64, 64), (0, 0, 255, 0)), "PNG"), (255, 255, 255)),
    "palette": (encoded(Image.new("RGB", (64, 64), (9, 99, 9)).quantize(), "PNG"), (9, 99, 9)),
    "one bit": (encoded(Image.new("1", (64, 64), 1), "PNG"), (255, 255, 255)),
    "animated": (
        encoded(
            Image.new("RGB", (64, 64), (250, 0, 0)),
            "WEBP",
            save_all=True,
            append_images=[Image.new("RGB", (64, 64), (0, 0, 250))] * 3,
        ),
        (250, 0, 0),
    ),
    "broken profile": (
        encoded(Image.new("RGB", (64, 64), (9, 99, 9)), icc_profile=b"no profile" * 20),
        (9, 99, 9),
    ),
    "broken EXIF": (
        encoded(Image.new("RGB", (64, 64), (9, 99, 9)), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        (9, 99, 9),
    ),
    "a line": (encoded(Image.new("RGB", (5000, 1), (9, 99, 9)), "PNG"), (9, 99, 9)),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", UNUSUAL)
def test_an_unusual_photo_keeps_its_colours(kind: str) -> None:
    data, colour = UNUSUAL[kind]
    found = rendered(data)
    middle = decoded(found.photo).getpixel((found.width // 2, found.height // 2))
    assert is_near(middle, colour, most=6)


def jpeg_with_scans(more: int) -> bytes:
    """A small progressive JPEG whose last scan comes so many times more."""
    photo = encoded(scene(), progressive=True)
    last = photo[photo.rindex(b"\xff\xda") : -2]
    return photo[:-2] + last * more + photo[-2:]


# Made when asked for: to collect the tests takes no picture.
HOSTILE: dict[str, tuple[Callable[[], bytes], PhotoProblem]] = {
    "SVG named .jpg": (lambda: SVG, PhotoProblem.UNKNOWN_FORMAT),
    "GIF": (lambda: encoded(scene(), "GIF"), PhotoProblem.UNKNOWN_FORMAT),
    "TIFF": (lambda: encoded(scene(), "TIFF"), PhotoProblem.UNKNOWN_FORMAT),
    "a film": (lambda: b"\0\0\0\x18ftypisom" + b"\0" * 500, PhotoProblem.UNKNOWN_FORMAT),
    "nothing": (lambda: b"", PhotoProblem.UNKNOWN_FORMAT),
    "a JPEG's first bytes": (lambda: b"\xff\xd8\xff\xe0" + SVG, PhotoProblem.DAMAGED),
    "cut off JPEG": (lambda: encoded(scene(900, 900))[:9000], PhotoProblem.DAMAGED),
    "cut off PNG": (lambda: encoded(scene(900, 900), "PNG")[:9000], PhotoProblem.DAMAGED),
    "cut off HEIC": (lambda: encoded(scene(900, 900), "HEIF")[:3000], PhotoProblem.DAMAGED),
    "50,000 by 50,000": (lambda: png_header(50_000, 50_000), PhotoProblem.TOO_MANY_PIXELS),
    "a bomb": (lambda: png_bomb(20_000, 20_000), PhotoProblem.TOO_MANY_PIXELS),
    "a thousand scans": (lambda: jpeg_with_scans(1000), PhotoProblem.TOO_HEAVY),
    "fewer rows than said": (lambda: png_header(5_000, 5_000), PhotoProblem.DAMAGED),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_reason(kind: str) -> None:
    make, problem = HOSTILE[kind]
    assert render_photo(make()) is problem


def test_covered_parts_are_black_in_both_pictures() -> None:
    found = rendered(encoded(scene()), covers=[(0.5, 0.0, 1.0, 0.5), (0.0, 0.9, 0.1, 1.0)])
    for picture in (decoded(found.photo), decoded(found.thumbnail)):
        width, height = picture.size
        for place in ((0.75, 0.25), (0.99, 0.01), (0.05, 0.95)):
            spot = (int(place[0] * width), int(place[1] * height))
            assert is_near(picture.getpixel(spot), (0, 0, 0), most=12)
        assert redness(picture, 0.25, 0.25) > 40


def run_behind_doors(program: str) -> subprocess.CompletedProcess[str]:
    opened = "from backend.adapters import photo_rendering as inside; inside.MAX_CPU_SECONDS = 1; "
    command = [sys.executable, "-I", "-c", f"{opened}inside.shut_doors()\n{program}"]
    return subprocess.run(command, capture_output=True, text=True, env={}, cwd="/", timeout=30)


@pytest.mark.slow
def test_behind_shut_doors_there_is_no_file_no_program_no_memory_and_no_time() -> None:
    assert "Too many open files" in run_behind_doors("open('/etc/hostname')").stderr
    assert "Too many open files" in run_behind_doors("import socket; socket.socket()").stderr
    assert "MemoryError" in run_behind_doors("bytearray(2 << 30)").stderr
    assert run_behind_doors("while True: pass").returncode == -signal.SIGKILL


def test_the_process_knows_none_of_the_city_s_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENWARD_HASH_KEY", "a key")
    environment = "import os, sys; sys.exit(any('EVENWARD' in name for name in os.environ))"
    monkeypatch.setattr(photo_decoder, "_PROCESS", (sys.executable, "-I", "-c", environment))
    with pytest.raises(ValueError, match="Expecting value"):
        render_photo(b"")


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (signal.SIGKILL, PhotoProblem.TOO_HEAVY),
        (signal.SIGSEGV, PhotoProblem.DAMAGED),
        (signal.SIGABRT, PhotoProblem.DAMAGED),
        (signal.SIGSTOP, PhotoProblem.TOO_HEAVY),
    ],
)
def test_a_photo_that_kills_its_process_is_refused(
    monkeypatch: pytest.MonkeyPatch, end: signal.Signals, problem: PhotoProblem
) -> None:
    dying = f"import os; os.kill(os.getpid(), {end.value})"
    monkeypatch.setattr(photo_decoder, "_PROCESS", (sys.executable, "-I", "-c", dying))
    monkeypatch.setattr(photo_decoder, "PATIENCE_SECONDS", 1)
    assert render_photo(encoded(scene())) is problem


def test_a_broken_installation_is_nobody_s_photo_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_decoder, "_PROCESS", (sys.executable, "-I", "-c", "import nothing"))
    with pytest.raises(RuntimeError):
        render_photo(encoded(scene()))


def test_the_worker_opens_no_more_files_than_before() -> None:
    before = len(os.listdir("/proc/self/fd"))
    for data in (SVG, encoded(scene())):
        render_photo(data)
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("seed", range(6))
def test_the_hash_tells_a_photo_from_others_and_knows_it_again(seed: int) -> None:
    photo = scene(seed=seed)
    mine = difference_hash(photo)
    for other in (
        photo.resize((1000, 750)),
        decoded(encoded(photo, quality=30)).convert("RGB"),
        ImageEnhance.Brightness(photo).enhance(1.2),
        ImageEnhance.Color(photo).enhance(0.7),
        photo.crop((4, 3, 316, 237)),
    ):
        assert hamming_distance(mine, difference_hash(other)) <= 10
    for another in range(6):
        if another != seed:
            assert hamming_distance(mine, difference_hash(scene(seed=another))) > 10


def test_the_distance_counts_bits() -> None:
    assert hamming_distance("0000000000000000", "ffffffffffffffff") == 64
    assert hamming_distance("8000000000000001", "0000000000000003") == 2
    assert hamming_distance("0123456789abcdef", "0123456789abcdef") == 0
