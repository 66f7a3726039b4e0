"""Pointing at a place without a script: a browser sends where a picture of the city was touched."""

from flask import request

from backend.core.db import current_session
from backend.web.maps import city_map, place_under

_WIDTH = 320


def pointing_size() -> tuple[int, int]:
    """Width and height in pixels of the map to point at, narrow enough for a phone."""
    drawing = city_map(current_session(), "")
    height = drawing.height / drawing.width if drawing else 1
    return _WIDTH, round(_WIDTH * height)


def place_pointed_at() -> tuple[float, float] | None:
    """Longitude and latitude of where an image button named `place` was touched, if it was."""
    right, down = (request.args.get(f"place.{axis}", type=int) for axis in "xy")
    if right is None or down is None:
        return None
    width, height = pointing_size()
    if not (0 <= right <= width and 0 <= down <= height):
        return None
    return place_under(current_session(), right / width, down / height)
