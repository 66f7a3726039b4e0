"""The process that writes a file of tiles: `python -m backend.places.write_tiles FILE`.

It reads kinds, names and shapes (WKB in WGS84, as hex) as JSON from standard input. GDAL, and
geopandas that comes with its binding, take half a second and 100 MB to load: they end with this
process, whether a command or a server's worker asked for it.
"""

import json
import sys
from typing import Any


def write_tiles(path: str, document: dict[str, Any]) -> None:
    """Write the PMTiles file `path`: one layer whose features have a `kind` and a `name`."""
    import numpy as np
    from pyogrio.raw import write

    shapes = np.array([bytes.fromhex(one) for one in document["shapes"]], dtype=object)
    columns = [np.array(document[name], dtype=object) for name in ("kinds", "names")]
    write(
        path,
        shapes,
        columns,
        ["kind", "name"],
        layer=document["layer"],
        driver="PMTiles",
        geometry_type="Unknown",
        crs="EPSG:4326",
        NAME=document["layer"],
        MINZOOM=document["min_zoom"],
        MAXZOOM=document["max_zoom"],
    )


if __name__ == "__main__":
    write_tiles(sys.argv[1], json.load(sys.stdin))
