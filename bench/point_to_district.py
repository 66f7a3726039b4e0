"""One point to its district, the look-up made as each report is filed, beside a plain STRtree.

    python bench/point_to_district.py [areas.geojson] [id property]

Prints microseconds of wall time per call: half of the calls are faster than p50.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns

import numpy as np
import shapely

from geo.districts import DistrictIndex
from geo.geojson import read_features

DEFAULT = Path(__file__).parents[1] / "../shared/data/geo/nyc_census_tracts_2020.geojson"
CALLS = 50_000


def measure(
    label: str, look_up: Callable[[float, float], str | None], points: list[list[float]]
) -> list[str | None]:
    answers, nanoseconds = [], []
    for lon, lat in points:
        start = perf_counter_ns()
        answers.append(look_up(lon, lat))
        nanoseconds.append(perf_counter_ns() - start)
    p50, p99 = np.percentile(nanoseconds, (50, 99)) / 1000
    print(f"{label:<28} p50 {p50:6.1f} us   p99 {p99:6.1f} us")
    return answers


def main(path: Path = DEFAULT, key: str = "geoid") -> None:
    areas = read_features(path.read_bytes())
    ids = [str(area.properties[key]) for area in areas]
    geometries = np.array([area.geometry for area in areas])
    rng = np.random.default_rng(2020)
    boxes = shapely.bounds(geometries)[rng.integers(len(ids), size=CALLS)]
    points = rng.uniform(boxes[:, :2], boxes[:, 2:]).tolist()
    index, tree = DistrictIndex(ids, geometries), shapely.STRtree(geometries)

    def in_tree(lon: float, lat: float) -> str | None:
        holding = tree.query(shapely.Point(lon, lat), predicate="intersects")
        return min((ids[position] for position in holding), default=None)

    print(f"{len(ids)} areas, {CALLS} points")
    ours = measure("DistrictIndex.locate", index.locate, points)
    theirs = measure("STRtree.query, intersects", in_tree, points)
    agreeing = sum(a == b for a, b in zip(ours, theirs, strict=True))
    print(f"{agreeing} of {CALLS} points agree")


if __name__ == "__main__":
    main(*(cast(argument) for cast, argument in zip((Path, str), sys.argv[1:], strict=False)))
