"""The city's ground map is drawn as tiles from its districts and what was laid of its ground."""

import hashlib
import json
import math
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

import shapely
from sqlalchemy.orm import Session

from backend.core.errors import Conflict, Invalid
from backend.core.jobs import PreparedJob
from backend.core.runtime import current_runtime
from backend.core.uow import UnitOfWork
from backend.places.basemap import (
    LAYER,
    Basemap,
    basemap_folder,
    current_basemap,
    put_in_force,
    tiles_of,
    write_sheet,
)
from backend.places.queries import current_districts, district_shapes, ground_shapes, the_city

JOB = "draw_basemap"
MAX_ZOOM = 14
_LEAST_ZOOM, _MOST_MIN_ZOOM = 4, 10
_PATIENCE_SECONDS = 600
_PROCESS = (sys.executable, "-I", "-m", "backend.places.write_tiles")


def draw_basemap(
    session: Session, data_dir: Path, *, attribution: str = "", max_zoom: int = MAX_ZOOM
) -> Basemap:
    """Draw the ground map and put it in force; what is drawn already is not drawn again.

    Without `attribution`, the one it had, or the city's name. Raises `Invalid` where there is
    nothing to draw and `Conflict` where the tiles could not be written.
    """
    document, bounds = _document(session)
    if not document["shapes"]:
        raise Invalid("basemap-of-nothing")
    widest = max(bounds[2] - bounds[0], bounds[3] - bounds[1], 1e-6)
    # The whole city on a phone, which is narrower than a tile.
    fits = int(math.log2(360 / widest)) - 1
    document |= {
        "layer": LAYER,
        "min_zoom": min(max(fits, _LEAST_ZOOM), _MOST_MIN_ZOOM, max_zoom),
        "max_zoom": max_zoom,
    }
    order = json.dumps(document).encode()
    before = current_basemap(data_dir)
    basemap = Basemap(
        hashlib.sha256(order).hexdigest()[:16],
        attribution or (before.attribution if before else the_city(session).name),
        bounds,
        document["min_zoom"],
        max_zoom,
    )
    is_drawn = tiles_of(data_dir, basemap.version).is_file()
    if before and before.version == basemap.version and is_drawn:
        write_sheet(data_dir, basemap)
    else:
        _write(data_dir, basemap, order)
    return basemap


def _document(session: Session) -> tuple[dict[str, Any], tuple[float, float, float, float]]:
    """What is drawn, from the ground up, and the box around it in degrees."""
    districts = current_districts(session)
    names = {one.id: one.name for one in districts}
    rows = [("boundary", names[id_], shape) for id_, _, shape in _outlines(session, districts)]
    rows += [(one.kind, one.name, one.shape) for one in ground_shapes(session)]
    document = {
        "kinds": [kind for kind, _, _ in rows],
        "names": [name for _, name, _ in rows],
        "shapes": [shape.hex() for _, _, shape in rows],
    }
    if not rows:
        return document, (0.0, 0.0, 0.0, 0.0)
    # A city's map is of the city, though a river laid on it goes on.
    framed = [shape for kind, _, shape in rows if kind == "boundary" or not districts]
    west, south, east, north = map(float, shapely.total_bounds(shapely.from_wkb(framed)))
    return document, (west, south, east, north)


def _outlines(session: Session, districts: list[Any]) -> list[tuple[int, str, bytes]]:
    return district_shapes(session, districts[0].boundary_set_id) if districts else []


def _write(data_dir: Path, basemap: Basemap, order: bytes) -> None:
    folder = basemap_folder(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    # Beside where it will lie, so that it comes into force by a rename.
    with tempfile.TemporaryDirectory(dir=folder, prefix="draft-") as draft:
        tiles = Path(draft) / "city.pmtiles"
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program; the shapes are its input only
                (*_PROCESS, str(tiles)),
                input=order,
                capture_output=True,
                env={},
                cwd=draft,
                timeout=_PATIENCE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Conflict("basemap-not-drawn", why="it took too long") from error
        if done.returncode or not tiles.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise Conflict("basemap-not-drawn", why=said[0] if said else "no reason was given")
        put_in_force(data_dir, basemap, tiles)


def _draw_anew(session: Session, _now: datetime, _payload: dict[str, Any]) -> None:
    """Draw it where something has a ground; a city without one has nothing to look at."""
    if ground_shapes(session):
        draw_basemap(session, current_runtime().settings.data_dir)


def _done(_work: UnitOfWork, _nothing: None) -> None:
    """The map is a file; there is nothing to write down."""


DRAW_JOB = PreparedJob(_draw_anew, _done)
