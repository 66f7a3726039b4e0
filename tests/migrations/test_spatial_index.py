"""The two spatial indexes find the same incidents, and those that plain geometry finds."""

import math
import random
from collections.abc import Iterable

import pytest
import sqlalchemy as sa
from worlds import NOON, World

from backend.core.actors import OPERATOR
from backend.core.db import current_session
from backend.core.uow import unit_of_work
from backend.reports.models import Incident
from backend.reports.near import open_incidents_near
from geo.distance import EARTH_RADIUS_M, box_around

pytestmark = pytest.mark.both

CENTRES = ((10.0, 50.0), (-179.9995, 66.0), (179.9999, -16.5), (0.0, 0.0), (25.0, 89.99))
REACHES = (1.0, 40.0, 400.0)


def test_what_is_near_is_found_after_inserts_moves_and_deletions(city: World) -> None:
    """Moved and deleted incidents are looked for where they were and where they are."""
    places = dict(enumerate(scattered(random.Random(5)), start=1))
    insert(places)
    assert_found_as_by_brute_force(places)

    session = current_session()
    rng = random.Random(6)
    moved = {number: places[number + 1] for number in rng.sample(range(1, len(places)), 60)}
    gone = rng.sample(sorted(places.keys() - moved.keys()), 60)
    with unit_of_work(OPERATOR) as work:
        for number, (lon, lat) in moved.items():
            here = sa.update(Incident).where(Incident.id == number)
            work.session.execute(here.values(lon=lon, lat=lat))
        work.session.execute(sa.delete(Incident).where(Incident.id.in_(gone)))
    places |= moved
    for number in gone:
        del places[number]
    assert session.scalar(sa.select(sa.func.count()).select_from(Incident)) == len(places)
    assert_found_as_by_brute_force(places)


def test_the_outermost_places_of_the_box_are_within_reach(city: World) -> None:
    """Due north and south touch the box's edges; its corners are too far away."""
    for column, metres in enumerate(REACHES):
        lon, lat = 10.0 + column, 50.0
        west, south, east, north = box_around(lon, lat, metres * 0.999999)
        edges = [(lon, south), (lon, north), (west, lat), (east, lat)]
        corners = [(x, y) for x in (west, east) for y in (south, north)]
        insert(dict(enumerate([*edges, *corners], start=10 * column + 1)))
        found = open_incidents_near(current_session(), lon, lat, metres, "POTHOLE")
        assert {one.id for one in found} == {10 * column + k for k in (1, 2, 3, 4)}


def scattered(rng: random.Random) -> Iterable[tuple[float, float]]:
    """Places within and around the reach of every centre, some on the very same spot."""
    for lon, lat in CENTRES:
        for _ in range(40):
            _, south, _, north = box_around(lon, lat, max(REACHES))
            y = min(90.0, rng.uniform(south, north))
            x = lon + rng.uniform(-1.3, 1.3) * (north - south) / 2 / math.cos(math.radians(lat))
            yield ((x + 180) % 360 - 180, y)
        yield from [(lon, lat)] * 2


def insert(places: dict[int, tuple[float, float]]) -> None:
    with unit_of_work(OPERATOR) as work:
        work.session.add_all(
            Incident(
                id=number,
                number=f"{number:08d}",
                service_code="POTHOLE",
                state="received",
                lon=lon,
                lat=lat,
                is_outside=False,
                opened_at=NOON,
                changed_at=NOON,
            )
            for number, (lon, lat) in places.items()
        )


def assert_found_as_by_brute_force(places: dict[int, tuple[float, float]]) -> None:
    session = current_session()
    hits = 0
    for lon, lat in [*CENTRES, *places.values()][::4]:
        for metres in REACHES:
            far = {number: haversine(lon, lat, *place) for number, place in places.items()}
            expected = sorted(
                (number for number in far if far[number] <= metres),
                key=lambda number: (round(far[number], 6), number),
            )
            found = open_incidents_near(session, lon, lat, metres, "POTHOLE")
            assert [one.id for one in found] == expected
            hits += len(expected)
    assert hits > len(places)


def haversine(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Great-circle metres, written out on purpose instead of asking the code under test."""
    a, b = math.radians(lat_a), math.radians(lat_b)
    chord = (
        math.sin((b - a) / 2) ** 2
        + math.cos(a) * math.cos(b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))
