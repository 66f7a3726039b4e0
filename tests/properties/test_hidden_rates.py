"""Nobody with every count the audit room gives finds one that few people stand behind."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_attack import attacker_bounds, exactly_recoverable

from backend.audits.hide_cells import CellTable, hidden_cells, small_cells
from equity.measures.linked_tables import relations
from equity.measures.suppression import SuppressionRule
from equity.rates.events import Codes, Requests, requests_from_columns

AREAS = tuple("ABCDEF")
GROUPS = {"Roads": ("pothole", "lamp"), "Parks": ("tree",)}
KINDS = ("pothole", "lamp", "tree", "noise")


def log_of(problems: np.ndarray, people: int) -> Requests:
    """Problems by area and kind (6, 4), each told of twice, by so many people in turn."""
    area, kind = np.repeat(np.indices(problems.shape).reshape(2, -1), problems.ravel(), axis=1)
    incident = np.repeat(np.arange(area.size), 2)
    return requests_from_columns(
        incident=incident.tolist(),
        request=list(range(incident.size)),
        at=np.full(incident.size, np.datetime64("2025-01-01")),
        area=[AREAS[one] for one in area[incident]],
        category=[KINDS[one] for one in kind[incident]],
        reporter=(np.arange(incident.size) % people).tolist(),
        areas=AREAS,
    )


def tables_of(problems: np.ndarray, rng: np.random.Generator) -> list[Codes]:
    """Reports, problems watched and repeats: of some problems there is nothing to watch."""
    watched = rng.binomial(problems, 0.7)
    by_kind = (2 * problems, watched, rng.binomial(watched, 0.4))
    return [np.column_stack([one.sum(1), one[:, :2].sum(1), one[:, 2]]) for one in by_kind]


def least_to_hide(problems: np.ndarray) -> set[tuple[str, str]]:
    """Cells of fewer than ten problems, counted without any of what is tested."""
    groups = (problems.sum(1), problems[:, :2].sum(1), problems[:, 2])
    return {
        (area, name)
        for counts, name in zip(groups, ("", *GROUPS), strict=True)
        for area, count in zip(AREAS, counts.tolist(), strict=True)
        if count < SuppressionRule().least_count
    }


cities = st.lists(st.sampled_from([0, 2, 5, 9, 14, 30, 80]), min_size=24, max_size=24).map(
    lambda numbers: np.array(numbers).reshape(6, 4)
)


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(cities, st.integers(0, 10**6), st.booleans())
def test_no_count_of_few_people_follows_from_those_shown(
    problems: np.ndarray, seed: int, has_rest: bool
) -> None:
    problems[:, 3] *= has_rest
    has_rest = bool(problems[:, 3].any())
    requests, tables = log_of(problems, 40), tables_of(problems, np.random.default_rng(seed))
    found = hidden_cells(requests, GROUPS, tables)
    hidden = {(area, name) for name, areas in found.items() for area in areas}
    assert least_to_hide(problems) <= hidden
    if len(hidden) == len(AREAS) * (1 + len(GROUPS)):
        return
    table = CellTable.of(AREAS, len(GROUPS), has_rest=has_rest)
    small = small_cells(requests, tuple(GROUPS.values()), table)
    sums = relations(table.keys, table.dimensions)
    names = {"all": "", **{str(k): name for k, name in enumerate(GROUPS)}}
    is_hidden = np.array([key in table.withheld or (key[0], names.get(key[1], "")) in hidden
                          for key in table.keys])  # fmt: skip
    for counts in tables:
        true = np.array(list(table.filled(counts).values()), float)
        secret = np.array([key in small for key in table.keys]) & is_hidden
        # That nothing of a kind is asked for nowhere is no secret.
        secret &= ~(np.array([key in table.withheld for key in table.keys]) & (true == 0))
        assert not (exactly_recoverable(sums, is_hidden) & secret).any()
        asked = np.flatnonzero(secret)
        least, most = attacker_bounds(sums, np.where(is_hidden, np.nan, true), is_hidden, asked)
        assert (most - least >= SuppressionRule().least_width - 1e-6).all()


def test_a_small_cell_takes_with_it_what_would_tell_it_and_a_large_city_hides_nothing() -> None:
    problems = np.full((6, 4), 40)
    rng = np.random.default_rng(3)
    assert not any(hidden_cells(log_of(problems, 40), GROUPS, tables_of(problems, rng)).values())
    problems[1, 2] = 4
    # What is noise nobody is told, so trees may as well be noise; and the city's trees neither.
    found = hidden_cells(log_of(problems, 40), GROUPS, tables_of(problems, rng))
    assert found == {"": [], "Roads": [], "Parks": ["B"]}
    problems[:, 3] = 0
    found = hidden_cells(log_of(problems, 40), GROUPS, tables_of(problems, rng))
    assert found == {"": [], "Roads": ["B"], "Parks": ["B"]}


def test_where_four_people_tell_everything_nothing_is_told() -> None:
    problems = np.full((6, 4), 40)
    found = hidden_cells(log_of(problems, 4), GROUPS, tables_of(problems, np.random.default_rng(3)))
    assert {name: tuple(areas) for name, areas in found.items()} == dict.fromkeys(
        ("", *GROUPS), AREAS
    )
