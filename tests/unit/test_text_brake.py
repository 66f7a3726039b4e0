"""Which reports are nearly the same words, and which are one street's words about one storm."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from backend.core.text_brake import likenesses

# One fallen tree, as a street of people would tell of it.
STORM = [
    "The storm last night brought down a big tree and it lies across the whole road.",
    "A tree has fallen on Mill Lane, cars cannot get through in either direction.",
    "Huge lime tree down after the storm. It took the street lamp with it!",
    "Fallen tree blocks the road since this morning, the bus turns around here.",
    "Please send somebody: the old tree by the school fell over in the wind.",
    "Road blocked by a tree that came down in the storm, be careful at the corner.",
    "After the storm there is a tree lying over the cycle path and half of the road.",
    "The wind broke the lime tree in front of the bakery and it hangs over the pavement.",
]
SPAM = (
    "Visit the shop of {} for the cheapest carpets in the whole county, only today and only "
    "for {} a yard, hurry up before they are gone!"
)
NAMES = ["Anna", "Bartholomew", "Cornelius", "Dorothea", "Ebenezer", "Florentina", "Gus", "Hedwig"]


def test_other_words_about_one_thing_are_other_words() -> None:
    """Whoever writes eight reports of one storm is far from the ten that slow them down."""
    met = Counter(likeness for text in STORM for likeness in likenesses(text))
    assert len(met) > 30
    assert max(met.values()) <= 2


def test_changing_names_and_prices_does_not_help() -> None:
    """Most of the variants meet under one name, and that is where they are counted."""
    met = Counter(
        likeness for name in NAMES for likeness in likenesses(SPAM.format(name, len(name)))
    )
    assert max(met.values()) >= 6


@given(st.text(st.sampled_from(".,!? -\n\t0123456789#*🕳️"), max_size=9), st.booleans())
def test_numbers_case_and_marks_make_no_other_words(ornament: str, is_loud: bool) -> None:
    text = ornament.join(STORM[0].split(" "))
    assert likenesses(text.upper() if is_loud else text) == likenesses(STORM[0])


def test_a_few_words_are_everybodys() -> None:
    for text in (
        "",
        "Pothole",
        "Street light out",
        "1234567890 " * 50,
        "aaaa" * 100,
        "\ud800" * 99,
    ):
        assert likenesses(text) == ()


def test_no_text_takes_long() -> None:
    """One letter that stands for eighteen, as often as a request can hold it."""
    assert len(likenesses("\ufdfa" * 80_000 + STORM[0])) in {0, 5}
    assert likenesses("\ufdfa" * 80_000) == likenesses("\ufdfa" * 4_000)
