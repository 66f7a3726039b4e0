"""What people type for a street and a number, and what is known between two house numbers."""

import pytest
import shapely

from backend.places.house_numbers import FoundNumber, KnownNumber, find_number
from backend.places.name_index import NameIndex, distance
from backend.places.place_label import Named, label_of
from backend.places.typed_name import HouseNumber, key_of, read_number, readings_of, words_of

WAYS_TO_WRITE_ONE_NAME = (
    ("St. Mary's Street", "saint marys st"),
    ("ul. Łódzka", "Ulica lodzka"),
    ("Mühlenstraße", "MUHLENSTR."),
    ("Avenida Núñez", "avda nunez"),
    ("Gas-Works Road", "gas works rd"),
    ("شارع الجزائر", "ش الجزائر"),
)
STREETS = ("Mill Street", "Mill Lane", "Abbey Road", "Chestnut Avenue", "Młyńska", "Ringstraße")


@pytest.mark.parametrize(("one", "other"), WAYS_TO_WRITE_ONE_NAME)
def test_one_name_has_one_key_however_it_is_written(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abbey", "Abbey Road"),
        ("abb", "Abbey Road"),
        ("abby", "Abbey Road"),
        ("chesntut", "Chestnut Avenue"),
        ("chestnutavenue", "Chestnut Avenue"),
        ("mlynska", "Młyńska"),
        ("ringstr", "Ringstraße"),
        ("ave", "Chestnut Avenue"),
    ],
)
def test_a_word_finds_the_name_it_is_a_slip_or_a_piece_of(typed: str, meant: str) -> None:
    (word,) = words_of(typed)
    scores = NameIndex(STREETS).match(word, is_unfinished=True)
    assert STREETS[int(scores.argmax())] == meant


def test_an_exact_word_fits_better_than_a_beginning_and_that_better_than_a_slip() -> None:
    index = NameIndex(["Mill Road", "Millbank Road", "Hill Road", "Oak Road"])
    exact, beginning, slip, other = index.match("mill", is_unfinished=False)
    assert exact > slip > other == 0
    assert exact > beginning > 0


@pytest.mark.parametrize(
    ("typed", "meant", "slips", "of_beginning"),
    [("mill", "mill", 0, 0), ("mlil", "mill", 1, 1), ("abb", "abbey", 2, 0), ("", "ab", 2, 0)],
)
def test_an_exchange_of_neighbours_is_one_slip(
    typed: str, meant: str, slips: int, of_beginning: int
) -> None:
    assert distance(typed, meant) == slips
    assert distance(typed, meant, is_beginning=True) == of_beginning


def test_a_number_is_read_at_either_end_with_its_letter() -> None:
    numbers = [
        {
            (one.number.text, one.is_number_first)
            for one in readings_of(words_of(typed))
            if one.number
        }
        for typed in ("12 Mill Street", "Mill Street 12A", "mill street 12 a", "Mill Street")
    ]
    assert numbers == [{("12", True)}, {("12a", False)}, {("12a", False)}, set()]
    # A number may belong to the name: both ways are tried.
    assert len(readings_of(words_of("11 Listopada 5"))) == 3


def test_house_numbers_are_read_as_they_are_written() -> None:
    assert read_number("12 A") == HouseNumber("12a", 12, 12)
    assert read_number("12-18") == HouseNumber("12-18", 12, 18)
    assert read_number("7/3") == HouseNumber("7/3", 7, 7)
    assert read_number("18-12") == HouseNumber("18-12", 18, 18)
    assert read_number("bez numeru") is None


def known(number: str, lon: float, lat: float = 50.0, is_exact: bool = True) -> KnownNumber:
    read = read_number(number)
    assert read is not None
    return KnownNumber(read, lon, lat, is_exact)


def find(text: str, *around: KnownNumber, street: object = None) -> FoundNumber | None:
    read = read_number(text)
    assert read is not None
    return find_number(read, around, street)  # type: ignore[arg-type]


def test_a_number_between_two_of_its_side_is_about_there() -> None:
    even = known("2", 10.0), known("10", 10.8)
    odd = known("1", 10.0, 51.0), known("9", 10.8, 51.0)
    assert find("10", *even, *odd) == FoundNumber(10.8, 50.0, is_approximate=False)
    between = find("4", *even, *odd)
    assert between is not None
    assert (between.lon, between.lat) == pytest.approx((10.2, 50.0))
    assert between.is_approximate
    assert find("5", *even, *odd) == FoundNumber(pytest.approx(10.4), 51.0, is_approximate=True)


def test_a_number_is_looked_for_along_the_bend_of_its_street() -> None:
    bend = shapely.LineString([(10.0, 50.0), (10.0, 50.1), (10.1, 50.1)])
    ends = known("2", 10.0, 50.0, False), known("42", 10.1, 50.1, False)
    corner = find("22", *ends, street=shapely.MultiLineString([bend]))
    assert corner is not None
    assert (corner.lon, corner.lat) == pytest.approx((10.0, 50.1))
    # Nobody said that a house at the end of a range has its number.
    end = find("2", *ends, street=shapely.MultiLineString([bend]))
    assert end is not None
    assert end.is_approximate


def test_a_range_holds_its_numbers_and_far_from_all_nothing_is_said() -> None:
    block = known("12-18", 10.5)
    assert find("16", block) == FoundNumber(10.5, 50.0, is_approximate=True)
    assert find("24", block) == FoundNumber(10.5, 50.0, is_approximate=True)
    assert find("400", block) is None


def test_a_label_is_written_as_the_country_writes_it() -> None:
    place = Named("Mill Street", "12", "Old Town")
    assert label_of(place, "GB", is_number_first=False) == "12 Mill Street, Old Town"
    assert label_of(place, "PL", is_number_first=True) == "Mill Street 12, Old Town"
    assert label_of(place, None, is_number_first=True) == "12 Mill Street, Old Town"
    assert len(label_of(Named("a" * 200, "1", "b" * 200), None, is_number_first=True)) <= 300
