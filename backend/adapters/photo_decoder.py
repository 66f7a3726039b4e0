"""A stranger's photo made into pictures of our own, in a process that may die of it.

Each photo has a new process: it starts in a twentieth of a second, has no key or setting of the
city in its environment, bounds itself (see `photo_rendering`), and takes nothing with it into the
next photo.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass

from backend.adapters.photo_problem import PhotoProblem

PATIENCE_SECONDS = 60
_PROCESS = (sys.executable, "-I", "-m", "backend.adapters.photo_rendering")
# What the kernel does to a process out of time, or when the machine is out of memory.
_STOPPED = -signal.SIGKILL
Cover = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rendering:
    """Two JPEG files of pixels alone; sizes in pixels, the hash as 16 hex digits."""

    photo: bytes
    thumbnail: bytes
    width: int
    height: int
    picture_hash: str


def render_photo(data: bytes, covers: Sequence[Cover] = ()) -> Rendering | PhotoProblem:
    """The photo at most 2,048 px long and a thumbnail, or why it cannot be taken.

    `covers` are black rectangles (left, top, right, bottom) as fractions of width and height.
    Raises `RuntimeError` when the process failed for a reason of its own, so that nobody's photo
    is refused because of a broken installation.
    """
    order = json.dumps({"covers": list(covers)}).encode() + b"\n"
    # A file rather than a pipe: its length is bounded by the process's own limit.
    with tempfile.TemporaryFile() as answer:
        try:
            code = subprocess.run(  # noqa: S603 - a fixed program; the photo is its input only
                _PROCESS,
                input=order + data,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=PATIENCE_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return PhotoProblem.TOO_HEAVY
        if code == _STOPPED:
            return PhotoProblem.TOO_HEAVY
        if code < 0:
            return PhotoProblem.DAMAGED
        if code > 0:
            raise RuntimeError(f"the photo process ended with {code}")
        answer.seek(0)
        return _read_answer(answer.read())


def _read_answer(answer: bytes) -> Rendering | PhotoProblem:
    line, _, files = answer.partition(b"\n")
    said = json.loads(line)
    if "problem" in said:
        return PhotoProblem(said["problem"])
    size, _ = said["sizes"]
    return Rendering(
        photo=files[:size],
        thumbnail=files[size:],
        width=said["width"],
        height=said["height"],
        picture_hash=said["picture_hash"],
    )
