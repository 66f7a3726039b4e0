"""The frame for other sites says what it cannot show, and shows nothing else instead."""

from at_the_queue import filed
from worlds import World, create_world

ORIGIN = "https://news.example"


def test_a_misspelt_filter_shows_no_other_list(sqlite_city: World) -> None:
    (number,) = filed()
    client = create_world(sqlite_city.data_dir, embed_origins=(ORIGIN,)).app.test_client()
    assert number in client.get("/embed/reports?kind=POTHOLE&show=list").text
    refused = client.get("/embed/reports?kind=POTHOLE&distrct=SW")
    assert refused.status_code == 422
    said = "Nobody knows the filter “distrct”. These are known: show, kind, district."
    assert said in refused.text
    assert number not in refused.text
    # It is read inside the frame, where the list would have stood.
    assert f"frame-ancestors {ORIGIN}" in refused.headers["Content-Security-Policy"]
