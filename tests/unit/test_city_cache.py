"""What a city keeps is built once, and no city waits while another's is built."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backend.core.city_cache import CityCache


def a_city() -> Session:
    return Session(sa.create_engine("sqlite://"))


def test_while_one_city_builds_another_has_its_own() -> None:
    cache, slow, quick = CityCache[str](), a_city(), a_city()
    is_building, may_end = Event(), Event()

    def take_long() -> str:
        is_building.set()
        assert may_end.wait(30)
        return "slow"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(cache.get, slow, 1, take_long)
        assert is_building.wait(30)
        # Who asks for the same waits for it, and does not build it again.
        second = threads.submit(cache.get, slow, 1, lambda: "again")
        try:
            assert cache.get(quick, 1, lambda: "quick") == "quick"
            assert not first.done()
        finally:
            may_end.set()
        assert (first.result(30), second.result(30)) == ("slow", "slow")


def test_another_version_is_built_anew() -> None:
    cache, city, built = CityCache[int](), a_city(), list[str]()

    def build() -> int:
        built.append("anew")
        return len(built)

    assert [cache.get(city, version, build) for version in "aab"] == [1, 1, 2]
