"""The map's tiles as GDAL reads them."""

from pathlib import Path
from typing import Any

import shapely
from flask.testing import FlaskClient
from pyogrio import list_layers
from pyogrio.raw import read

from geo.tiles import column_and_row, square_at


def tile_at(place: tuple[float, float], zoom: int) -> tuple[int, int, int]:
    return zoom, *column_and_row(square_at(*place, zoom))


def address(tile: tuple[int, int, int], face: str = "desk", **asked: str) -> str:
    query = "&".join(f"{name}={text}" for name, text in asked.items())
    return f"/{face}/tiles/{'/'.join(map(str, tile))}.mvt?{query}"


def layers(client: FlaskClient, address: str, folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What GDAL reads in a tile, the places in parts of its side from the south-west."""
    answer = client.get(address)
    assert answer.status_code == 200
    file = folder / "one.mvt"
    file.write_bytes(answer.data)
    found = {}
    for layer in list_layers(file)[:, 0] if answer.data else ():
        meta, _, shapes, columns = read(file, layer=layer)
        named = dict(zip(meta["fields"], columns, strict=True))
        found[layer] = [
            {name: column[row] for name, column in named.items() if name != "mvt_id"}
            | {"place": (point.x / 4096, point.y / 4096)}
            for row, point in enumerate(shapely.from_wkb(shapes))
        ]
    return found


def numbers(client: FlaskClient, address: str, folder: Path) -> list[str]:
    return sorted(one["number"] for one in layers(client, address, folder).get("reports", ()))


def cells(client: FlaskClient, address: str, folder: Path) -> list[tuple[int, bool]]:
    """The numbers of a tile, and whether each counts more than was asked for."""
    found = layers(client, address, folder).get("cells", ())
    return [(int(one["incidents"]), bool(one.get("is_wider", 0))) for one in found]
