"""The likeness of two reports: its bounds, what moves it and which way, and its words."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.resemblance import resemblance, shingles
from backend.reports.similarity import (
    CERTAIN_SCORE,
    ENGLISH,
    PLACE,
    SERVICE,
    TIME,
    WORDS,
    Likeness,
    in_words,
    likeness,
)

SHARES = st.floats(0, 1)
PAIRS = st.fixed_dictionaries(
    {
        "metres": st.floats(0, 60),
        "reach_metres": st.just(50.0),
        "days": st.floats(-400, 400),
        "is_same_service": st.booleans(),
        "words": st.none() | SHARES,
        "photo_bits": st.none() | st.integers(0, 64),
    }
)


@given(PAIRS)
def test_a_score_and_each_of_its_factors_is_a_share_with_its_reason(pair: dict[str, Any]) -> None:
    found = likeness(**pair)
    assert 0 <= found.score <= 1
    assert all(0 <= factor.value <= 1 for factor in found.factors)
    names = {factor.name for factor in found.factors}
    assert ("words" in names) == (pair["words"] is not None)
    assert len(in_words(found.factors).split(". ")) == len(found.factors)


@given(PAIRS, st.data())
def test_nearer_sooner_and_more_alike_is_never_less_likely(
    pair: dict[str, Any], data: st.DataObject
) -> None:
    better = {
        "metres": data.draw(st.floats(0, pair["metres"])),
        "days": data.draw(SHARES) * pair["days"],
        "is_same_service": True,
        "words": pair["words"] and data.draw(st.floats(pair["words"], 1)),
        "photo_bits": data.draw(st.integers(0, pair["photo_bits"] or 0)),
    }
    name = data.draw(st.sampled_from(sorted(better)))
    assert likeness(**pair | {name: better[name]}).score >= likeness(**pair).score - 1e-12


def test_the_score_is_the_mean_that_is_promised() -> None:
    total = PLACE + TIME + SERVICE + WORDS
    assert total == pytest.approx(1)
    known = {"metres": 10.0, "reach_metres": 50.0, "days": 30.0, "is_same_service": False}
    mean = PLACE * 0.8 + TIME * 0.5 + SERVICE * 0.5
    assert likeness(**known, words=None, photo_bits=None).score == pytest.approx(mean / (1 - WORDS))
    mean += WORDS * 0.25
    assert likeness(**known, words=0.25, photo_bits=None).score == pytest.approx(mean)
    assert likeness(**known, words=0.25, photo_bits=32).score == pytest.approx(mean)
    alike = likeness(**known, words=0.25, photo_bits=4)
    assert alike.score == pytest.approx(mean + (1 - mean) * 0.75)
    assert in_words(alike.factors) == (
        "10 m apart, where up to 50 m may be one thing. Reported 30 days apart. A kind of problem "
        "of the same group. 25 % of the letters in threes are the same. 4 of the 64 marks of their "
        "photos differ."
    )


def test_place_and_time_alone_are_never_certain() -> None:
    here_and_now: dict[str, Any] = {
        "metres": 0.0,
        "reach_metres": 50.0,
        "days": 0.0,
        "is_same_service": True,
    }

    def of(words: float | None, photo_bits: int | None) -> Likeness:
        return likeness(**here_and_now, words=words, photo_bits=photo_bits)

    assert of(None, None).score == 1
    assert not of(None, None).is_certain
    assert not of(None, 40).is_certain
    assert of(None, 2).is_certain
    assert of(0.6, None).is_certain
    assert not of(0.4, None).is_certain
    assert of(0.6, None).score >= CERTAIN_SCORE


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("Deep pothole at the corner", "deep POTHOLE, at the corner!", 1.0, 1.0),
        ("Deep pothole at the corner", "Deep potholes near the corner", 0.5, 0.8),
        ("Deep pothole at the corner", "Depe pothole at teh corner", 0.5, 0.8),
        ("Deep pothole at the corner", "Street light is out", 0.0, 0.1),
        ("Глубокая яма на углу", "Глубокие ямы на углу", 0.4, 0.8),
        ("कोने पर गड्ढा", "कोने पर बड़ा गड्ढा", 0.5, 0.9),
        ("角の穴が深い", "角の穴が深いです", 0.5, 0.9),
    ],
)
def test_words_are_alike_as_people_find_them(
    one: str, other: str, least: float, most: float
) -> None:
    found = resemblance(shingles(one), shingles(other))
    assert found is not None
    assert least <= found <= most
    assert found == resemblance(shingles(other), shingles(one))


def test_nothing_said_is_like_nothing() -> None:
    assert resemblance(shingles(" …! "), shingles("a hole")) is None
    assert shingles("Äh") == shingles("a\u0308H") == {" ah", "ah "}


def test_every_template_is_used() -> None:
    every = [
        likeness(
            metres=1, reach_metres=2, days=1, is_same_service=same, words=0.5, photo_bits=1
        ).factors
        for same in (True, False)
    ]
    assert {factor.key for factors in every for factor in factors} == set(ENGLISH)
