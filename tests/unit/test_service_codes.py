"""Service codes made from names: letters of any script, never two services under one code."""

from backend.reports.request_file import service_code_of


def test_a_latin_name_is_its_own_code() -> None:
    assert service_code_of("Street and Sidewalk Cleaning") == "STREET_AND_SIDEWALK_CLEANING"
    assert service_code_of("Zażółć-2") == service_code_of("ZAŻÓŁĆ-2")
    assert service_code_of("Müll") == "MULL"


def test_names_in_other_scripts_stay_apart() -> None:
    names = ["Яма на дороге", "Мусор", "垃圾", "حفرة في الطريق", "Мусор 2", "", "…"]
    codes = [service_code_of(name) for name in names]
    assert len(set(codes)) == len(names)
    assert all(code and code.isascii() and len(code) <= 60 for code in codes)


def test_long_names_with_one_beginning_stay_apart() -> None:
    first, second = (service_code_of("A broken thing " * 6 + end) for end in ("one", "two"))
    assert first != second
    assert len(first) <= 60


def test_a_code_is_its_own_code() -> None:
    for name in ("Мусор", "A broken thing " * 6, "Pothole"):
        assert service_code_of(service_code_of(name)) == service_code_of(name)
