import numpy as np
import pytest

from equity.errors import EquityError
from equity.rates.events import (
    FOUND,
    GONE,
    NOT_FOUND,
    PIECES_DAYS,
    UNKNOWN,
    ObservationRule,
    Observations,
    Requests,
    observe,
    reports_by_area,
    requests_from_columns,
)

START = np.datetime64("2026-01-01T00:00:00", "us")


def days(*values: float | None) -> np.ndarray:
    return np.array(
        [
            np.datetime64("NaT", "us")
            if value is None
            else START + np.timedelta64(round(value * 86_400e6), "us")
            for value in values
        ],
        "datetime64[us]",
    )


def log(
    *rows: tuple[str, str, float], until: dict[str, float] | None = None, **columns
) -> Requests:
    """Rows of (incident, request, day); `until` ends the watch of an incident."""
    incident = [row[0] for row in rows]
    return requests_from_columns(
        incident=incident,
        request=[row[1] for row in rows],
        at=days(*(row[2] for row in rows)),
        until=[days(*((until or {}).get(name) for name in incident))],
        **{"area": ["North"] * len(rows), "category": ["light"] * len(rows)} | columns,
    )


def watch(requests: Requests, blackout: float = 0.0, **rule) -> Observations:
    rule = {"end_at": days(50.0)[0]} | rule
    return observe(requests, ObservationRule(blackout_days=blackout, **rule))


def counts(seen: Observations) -> list[tuple[int, float]]:
    return [
        (int(y), round(float(t), 6))
        for y, t in zip(seen.duplicates, seen.exposure_days, strict=True)
    ]


def test_the_first_report_and_its_very_moment_count_for_nothing_and_the_end_counts():
    rows = log(
        ("a", "1", 2.0), ("a", "2", 2.0), ("a", "3", 5.0), ("a", "4", 6.0), ("a", "5", 6.1),
        until={"a": 6.0},
    )  # fmt: skip
    assert counts(watch(rows)) == [(2, 4.0)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({}, [(3, 50.0)]),
        ({"limit_days": 10.0}, [(2, 10.0)]),
        ({"end_at": days(9.0)[0]}, [(1, 9.0)]),
        ({"end_at": None}, [(3, 40.0)]),
        ({"blackout": 2.0}, [(2, 48.0)]),
        ({"blackout": 1.0}, [(2, 49.0)]),
    ],
)
def test_the_watch_ends_with_the_limit_or_the_data_and_begins_after_the_blackout(rule, expected):
    rows = log(("a", "1", 0.0), ("a", "2", 1.0), ("a", "3", 10.0), ("a", "4", 40.0))
    assert counts(watch(rows, **rule)) == expected


def test_a_request_is_one_report_however_many_rows_it_has_unless_they_are_kept():
    rows = log(("a", "1", 0.0), ("a", "2", 3.0), ("a", "2", 3.0), ("b", "2", 1.0), ("b", "3", 2.0))
    assert counts(watch(rows)) == [(1, 50.0), (1, 49.0)]
    assert counts(watch(rows, is_one_row_per_request=False)) == [(2, 50.0), (1, 49.0)]


def test_a_known_reporter_counts_once_in_an_incident_and_an_unknown_one_each_time():
    rows = (("a", "1", 4.0), ("a", "2", 0.0), ("a", "3", 5.0), ("a", "4", 6.0), ("b", "5", 0.0))
    known = log(*rows, reporter=["ann", "bob", "ann", "bob", "ann"])
    assert counts(watch(known)) == [(1, 50.0), (0, 50.0)]
    assert counts(watch(log(*rows, reporter=["ann", "bob", None, None, "ann"])))[0] == (3, 50.0)


def test_what_staff_or_a_sweep_entered_is_no_report_and_opens_no_watch():
    rows = log(
        ("a", "1", 0.0), ("a", "2", 4.0), ("a", "3", 6.0), ("a", "4", 7.0), ("b", "5", 1.0),
        is_report=np.array([False, True, False, True, False]),
    )  # fmt: skip
    seen = watch(rows)
    assert counts(seen) == [(1, 46.0)]
    assert seen.left_out.without_report == 1


def test_every_incident_left_out_is_counted_under_one_reason():
    rows = log(
        ("seen", "1", 0.0), ("inspected before", "2", 5.0), ("0.1 d", "3", 0.0),
        ("just longer", "4", 0.0), ("nowhere", "5", 0.0), ("unrated", "6", 0.0),
        until={"inspected before": 4.0, "0.1 d": 0.1, "just longer": 0.1001},
        area=["North", "North", "North", "South", None, "North"],
        covariates={"risk": np.array([1.0, 1, 1, 1, 1, np.nan])},
        areas=["East"],
    )  # fmt: skip
    seen = watch(rows)
    assert counts(seen) == [(0, 50.0), (0, 0.1001)]
    left = seen.left_out
    assert (left.ended_before_reported, left.too_short) == (1, 1)
    assert (left.without_area_or_category, left.without_covariate) == (1, 1)
    assert seen.areas == ("East", "North", "South")
    assert [seen.areas[code] for code in seen.area] == ["North", "South"]


def test_an_incident_takes_the_first_value_given_that_is_known():
    rows = log(
        ("a", "1", 3.0), ("a", "2", 0.0), ("a", "3", 1.0),
        area=[None, "South", "North"],
        covariates={"risk": np.array([np.nan, 7.0, 2.0])},
    )  # fmt: skip
    seen = watch(rows)
    assert seen.areas[seen.area[0]] == "South"
    assert seen.covariates.tolist() == [[7.0]]


def test_reports_of_a_window_are_counted_by_area():
    rows = log(
        ("a", "1", 0.0), ("a", "2", 20.0), ("a", "2", 20.0), ("b", "3", 49.0), ("b", "4", 51.0),
        area=["North", "North", "North", "South", "South"],
    )  # fmt: skip
    assert reports_by_area(rows, days(50.0)[0], 40.0).tolist() == [1, 1]


def test_what_leaves_nothing_to_see_is_refused():
    with pytest.raises(EquityError) as refused:
        ObservationRule(limit_days=10.0, blackout_days=10.0)
    assert refused.value.slug == "observation-rule-impossible"
    with pytest.raises(EquityError, match="no-requests"):
        observe(log(), ObservationRule())


def test_pieces_hold_every_day_and_every_further_report_once():
    rows = log(
        ("a", "1", 0.0), ("a", "2", 1.5), ("a", "3", 2.0), ("a", "4", 8.0), ("b", "5", 3.0),
        ("c", "6", 1.0), ("b", "7", 43.0), ("c", "8", 1.5), until={"c": 1.6},
    )  # fmt: skip
    seen = watch(rows, blackout=1.0)
    assert counts(seen) == [(3, 49.0), (1, 46.0)]  # c was watched for 0.6 days
    split = seen.exposure_in_pieces()
    assert split.sum(axis=1) == pytest.approx(seen.exposure_days)
    assert split[0].round(6).tolist() == [0, 0, 0, 0, 1, 2, 3, 7, 16, 20, 0, 0]
    assert seen.repeats.of.tolist() == [0, 0, 0, 1]
    assert seen.repeats.days.round(6).tolist() == [1.5, 2.0, 8.0, 40.0]
    assert [PIECES_DAYS[piece] for piece in seen.repeats.pieces()] == [1.0, 1.0, 7.0, 30.0]
    last = seen.only(np.array([False, True]))
    assert (last.repeats.of.tolist(), last.repeats.days.round(6).tolist()) == ([0], [40.0])


def test_what_an_inspection_saw_counts_where_it_ended_the_watch():
    """`late` was looked at after the watch: there all along, or gone nobody knows when."""
    names = ["found", "gone", "late found", "late gone", "not found", "unseen"]
    rows = log(
        *((name, name, 0.0) for name in names),
        until={name: 20.0 if "late" in name else 5.0 for name in names[:-1]},
        outcome=np.array([FOUND, GONE, FOUND, GONE, NOT_FOUND, UNKNOWN]),
    )  # fmt: skip
    seen = watch(rows, limit_days=10.0)
    assert seen.outcome.tolist() == [FOUND, GONE, FOUND, UNKNOWN, UNKNOWN, UNKNOWN]
    assert watch(log(("a", "1", 0.0))).outcome is None
