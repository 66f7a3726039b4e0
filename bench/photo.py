"""One photo of 12 megapixels: what it costs to render, beside Pillow without any guard.

    python bench/photo.py

Prints milliseconds of CPU (user and system, of this process and the one that decodes) for each
photo as JPEG, HEIC, WebP and PNG, and for the same two sizes made by Pillow in this process.
"""

import io
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from pictures import encoded, scene, with_secrets  # noqa: E402
from PIL import Image, ImageChops, ImageOps  # noqa: E402

from backend.adapters.photo_decoder import Rendering, render_photo  # noqa: E402
from backend.adapters.photo_rendering import LONGEST_SIDE, THUMBNAIL_SIDE  # noqa: E402

PHOTOS = 5


def main() -> None:
    for format_, options in (
        ("JPEG", {"quality": 85}),
        ("HEIF", {"quality": 60}),
        ("WEBP", {"quality": 80, "method": 1}),
        ("PNG", {"compress_level": 1}),
    ):
        data = encoded(photo(), format_, **options, **with_secrets())
        ours, theirs = cpu(lambda data=data: checked(data)), cpu(lambda data=data: plain(data))
        print(
            f"{format_:<5}{len(data) / 1e6:5.1f} MB   "
            f"cpu {ours[0]:6.0f} ms (wall {ours[1]:6.0f})   Pillow alone {theirs[0]:6.0f} ms",
            flush=True,
        )


def photo() -> Image.Image:
    """4,000 by 3,000 pixels with the grain of a small sensor."""
    grain = Image.effect_noise((4000, 3000), 12).convert("RGB")
    return ImageChops.add(scene(4000, 3000), grain, offset=-128)


def checked(data: bytes) -> None:
    if not isinstance(render_photo(data), Rendering):
        raise RuntimeError("the photo was refused")


def plain(data: bytes) -> None:
    """What a program does that trusts its photos."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    for side in (LONGEST_SIDE, THUMBNAIL_SIDE):
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        encoded(image.convert("RGB"), quality=82)


def cpu(render: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds of CPU and of waiting for each photo."""
    before, start = used(), perf_counter()
    for _ in range(PHOTOS):
        render()
    return 1000 * (used() - before) / PHOTOS, 1000 * (perf_counter() - start) / PHOTOS


def used() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    main()
