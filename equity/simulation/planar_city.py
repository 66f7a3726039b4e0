"""A made-up city on a made-up map, where no real one is at hand."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from equity.rates.events import Codes, Floats
from equity.simulation.scenario import City, smartphone_share
from geo.adjacency import neighbour_pairs

_ROUNDS = 2
_WAVES = 4
_OWN_PART = 0.5  # of an area's deviation that its neighbours do not share


def planar_city(areas: int, seed: int) -> tuple[City, Codes]:
    """A city of at least four `areas` and its neighbour pairs (pairs, 2).

    The areas are the Voronoi cells of points in a square, moved twice to the middle of their cells
    (Lloyd), so that they are about as even as districts are. Seniors, income and smartphones vary
    smoothly over the map and by themselves; residents are log-normal around 30,000.
    """
    rng = np.random.default_rng(seed)
    cells = _cells(rng.uniform(size=(areas, 2)))
    places = shapely.get_coordinates(shapely.centroid(cells))
    seniors = np.clip(0.15 + 0.05 * _deviation(rng, places), 0.03, 0.5)
    log_income = np.log(40_000.0) + 0.4 * _deviation(rng, places)
    smartphones = smartphone_share(seniors, log_income) + rng.normal(0.0, 0.03, areas)
    city = City(
        areas=tuple(f"area {number:03}" for number in range(1, areas + 1)),
        population=np.round(30_000 * np.exp(rng.normal(0.0, 0.5, areas))),
        senior_share=seniors,
        log_income=log_income,
        no_smartphone_share=np.clip(1 - smartphones, 0.0, 1.0),
    )
    return city, neighbour_pairs(cells)


def _cells(points: Floats) -> NDArray[Any]:
    square = shapely.box(0.0, 0.0, 1.0, 1.0)
    for _ in range(1 + _ROUNDS):
        whole = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=square)
        cells = shapely.intersection(shapely.get_parts(whole), square)
        points = shapely.get_coordinates(shapely.centroid(cells))
    return np.asarray(cells)


def _deviation(rng: np.random.Generator, places: Floats) -> Floats:
    """(areas,) with mean 0 and deviation 1: long waves over the map, and noise."""
    direction = rng.normal(0.0, 1.5, (2, _WAVES))
    waves = np.cos(2 * np.pi * (places @ direction + rng.uniform(size=_WAVES))).sum(axis=1)
    noise = rng.normal(0.0, 1.0, len(places))
    mixed = (1 - _OWN_PART) * waves / waves.std() + _OWN_PART * noise
    return np.asarray((mixed - mixed.mean()) / mixed.std())
