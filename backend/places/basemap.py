"""The city's own ground map as it lies in its data folder: one file of tiles, and what it is.

The tiles are named by their version, so that whoever still reads an older one reads it to the end;
the sheet beside them says which is in force.
"""

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

LAYER = "city"
_FOLDER, _SHEET = "basemap", "city.json"
_VERSION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Basemap:
    """`version` is of what is drawn; `bounds` are west, south, east and north in degrees."""

    version: str
    attribution: str
    bounds: tuple[float, float, float, float]
    min_zoom: int
    max_zoom: int


def basemap_folder(data_dir: Path) -> Path:
    """Where a city's ground map lies."""
    return data_dir / _FOLDER


def tiles_of(data_dir: Path, version: str) -> Path:
    """The file of tiles of one version, which need not be there; `version` may be anybody's."""
    name = f"city-{version}.pmtiles" if _VERSION.fullmatch(version) else "none"
    return basemap_folder(data_dir) / name


def current_basemap(data_dir: Path) -> Basemap | None:
    """The ground map in force, None before one was drawn."""
    try:
        sheet = json.loads((basemap_folder(data_dir) / _SHEET).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Basemap(**sheet | {"bounds": tuple(sheet["bounds"])})


def put_in_force(data_dir: Path, basemap: Basemap, tiles: Path) -> None:
    """Let `tiles` (a file in the map's folder) be the ground map; the one before stays readable."""
    folder = basemap_folder(data_dir)
    before = current_basemap(data_dir)
    os.replace(tiles, tiles_of(data_dir, basemap.version))
    write_sheet(data_dir, basemap)
    kept = {tiles_of(data_dir, one.version) for one in (basemap, before) if one}
    for old in folder.glob("city-*.pmtiles"):
        if old not in kept:
            old.unlink(missing_ok=True)


def write_sheet(data_dir: Path, basemap: Basemap) -> None:
    """Say what the ground map in force is, whole or not at all."""
    sheet = basemap_folder(data_dir) / _SHEET
    draft = sheet.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(asdict(basemap), ensure_ascii=False), encoding="utf-8")
    os.replace(draft, sheet)
