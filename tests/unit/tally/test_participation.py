"""Who took part: counted, grouped, and never so finely that a person shows."""

from backend.ballots.tally.participation import participation
from backend.ballots.tally.profile import Election, Meta


def cells(name: str, **counts: int) -> dict[str, int | None]:
    values = tuple(label for label, voters in counts.items() for _ in range(voters))
    (dimension,) = participation(Election(Meta("approval", 1), (), (), {name: values, "x": values}))
    return {cell.label: cell.voters for cell in dimension.cells}


def test_large_cells_are_shown() -> None:
    assert cells("sex", F=30, M=10) == {"F": 30, "M": 10}


def test_a_small_cell_takes_the_next_smallest_with_it() -> None:
    assert cells("sex", F=30, M=20, O=9) == {"F": 30, "M": None, "O": None}


def test_small_cells_whose_sum_still_tells_too_much_take_another() -> None:
    assert cells("education", a=1, b=1, c=40, d=50) == {"a": None, "b": None, "c": None, "d": 50}
    assert cells("education", a=4, b=6, c=40) == {"a": None, "b": None, "c": 40}


def test_ages_are_grouped_and_impossible_ones_are_not_stated() -> None:
    ages = {"17": 10, "18": 6, "24": 6, "75": 11, "130": 12, "30-40": 13}
    values = tuple(age for age, voters in ages.items() for _ in range(voters))
    election = Election(Meta("approval", 1), (), (), {"age": values})
    assert {c.label: c.voters for c in participation(election)[0].cells} == {
        "": 12,
        "0-17": 10,
        "18-24": 12,
        "30-40": 13,
        "75-120": 11,
    }
