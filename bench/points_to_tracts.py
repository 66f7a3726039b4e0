"""A million points to their census tracts: this project's grid table beside geopandas.sjoin.

    python bench/points_to_tracts.py [areas.geojson] [id property]

Prints CPU seconds. Every tract draws as many points as any other, from its bounding box, as
people do: tracts are cut to hold about as many. The points are the same for both.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import geopandas
import numpy as np
import shapely

from geo.districts import DistrictIndex
from geo.geojson import read_features

DEFAULT = Path(__file__).parents[1] / "../shared/data/geo/nyc_census_tracts_2020.geojson"
POINTS = 1_000_000


def timed(label: str, work: Callable[[], Any]) -> Any:
    start = process_time()
    result = work()
    print(f"{label:<44}{process_time() - start:8.3f} s")
    return result


def main(path: Path = DEFAULT, key: str = "geoid") -> None:
    areas = read_features(path.read_bytes())
    ids = [str(area.properties[key]) for area in areas]
    geometries = np.array([area.geometry for area in areas])
    rng = np.random.default_rng(2020)
    boxes = shapely.bounds(geometries)[rng.integers(len(ids), size=POINTS)]
    lons, lats = rng.uniform(boxes[:, :2], boxes[:, 2:]).T
    vertices = shapely.get_num_coordinates(geometries).sum()
    print(f"{len(ids)} areas, {vertices} vertices, {POINTS} points")

    index = timed("index for single points", lambda: DistrictIndex(ids, geometries))
    timed("grid table, built at the first bulk call", lambda: index.locate_many([0], [0]))
    for _ in range(3):
        ours = timed("locate_many", lambda: index.locate_many(lons, lats))

    frame = geopandas.GeoDataFrame({"id": ids}, geometry=geometries, crs=4326)

    def joined() -> geopandas.GeoDataFrame:
        points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lons, lats, crs=4326))
        return geopandas.sjoin(points, frame, predicate="intersects")

    pairs = timed("geopandas.sjoin, making the points included", joined)
    # sjoin has a row for each area that holds the point; the rule here is the first id.
    theirs = pairs.groupby(level=0)["id"].min().reindex(range(POINTS), fill_value="")
    agreeing = int((np.append(ids, "")[ours] == theirs.to_numpy(dtype=str)).sum())
    print(f"inside {np.mean(ours >= 0):.1%}; {agreeing} of {POINTS} points agree")


if __name__ == "__main__":
    main(*(cast(argument) for cast, argument in zip((Path, str), sys.argv[1:], strict=False)))
