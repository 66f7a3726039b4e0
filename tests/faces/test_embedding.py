"""The frame for other sites says what it cannot show, and shows nothing else instead."""

import pytest
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


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("kind=NOPE", "We do not know “NOPE”, so what is shown is not limited by it."),
        ("kind=POTHOLE&kind=BENCH", "what is shown is not limited by “POTHOLE, BENCH”."),
        ("distrct=SW", "Nobody knows the filter “distrct”."),
        ("show=map", "The filter “show” cannot be “map”. So what is shown is not limited by it."),
    ],
)
def test_the_page_that_makes_a_frame_says_what_it_leaves_out(
    sqlite_city: World, asked: str, said: str
) -> None:
    page = sqlite_city.client().get(f"/embed?{asked}")
    assert said in page.text
    assert "limited by" not in sqlite_city.client().get("/embed?show=list&kind=BENCH").text
