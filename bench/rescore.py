"""Rescoring the queue: what 100,000 open reports cost, and that nothing differs from one by one.

    python bench/rescore.py [--reports N]

Prints CPU seconds for scoring and ordering the whole queue at once, for the same with weights held
back for the targets of others, and for `equity.levers.priority` report by report, whose order and
scores must be the same to the last digit.
"""

import argparse
from datetime import UTC, datetime, timedelta
from time import process_time

import numpy as np

from equity.levers.priority import priority_of
from equity.levers.queue_order import OpenReports, queue_order, report_weights, scores
from equity.levers.weight_fallback import held_weights

NOW = datetime(2026, 3, 1, 9, 30, 0, 123457, tzinfo=UTC)
AREAS = 77
TARGETS = np.array([24.0, 72.0, 240.0, 720.0, 2160.0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reports", type=int, default=100_000)
    size = parser.parse_args().reports
    reports, area_weight = a_queue(size)
    now = np.datetime64(NOW.replace(tzinfo=None), "us")

    start = process_time()
    weights = report_weights(reports, area_weight)
    order = queue_order(reports, now, weights)
    print(f"{size:,} reports at once: {process_time() - start:.2f} s of CPU (budget 2 s)")

    for share in (0.2, 0.5, 0.8):
        # At this pace, this share of the queue is done within its median target.
        served_per_day = share * size / (np.median(TARGETS) / 24)
        start = process_time()
        held = held_weights(reports, now, weights, served_per_day)
        spent = process_time() - start
        fallen = int(((weights > 1) & (held.weights == 1)).sum())
        boosted = int((weights > 1).sum())
        print(f"  held for others' targets: {spent:.2f} s, {fallen:,} of {boosted:,} fell back")

    start = process_time()
    one_by_one = [
        priority_of(
            str(reports.report_ids[i]),
            severity_band=int(reports.severity_band[i]),
            opened_at=opened,
            now=NOW,
            target_hours=float(reports.target_hours[i]),
            area_weight=float(area_weight[reports.area[i]]),
        )
        for i, opened in enumerate(moments(reports))
    ]
    expected = sorted(one_by_one, key=lambda priority: priority.sort_key)
    print(f"one by one: {process_time() - start:.2f} s of CPU")
    if [priority.report_id for priority in expected] != reports.report_ids[order].tolist():
        raise SystemExit("the orders differ")
    if [priority.score for priority in one_by_one] != scores(reports, now, weights).tolist():
        raise SystemExit("the scores differ")
    print("orders and scores are the same")


def a_queue(size: int) -> tuple[OpenReports, np.ndarray]:
    """Reports of half a year, some opened at the very same moment, and a weight for each area."""
    rng = np.random.default_rng(7)
    now = np.datetime64(NOW.replace(tzinfo=None), "us")
    age = rng.integers(-(10**9), 180 * 86_400 * 10**6, size)
    age[rng.random(size) < 0.1] = 86_400 * 10**6
    reports = OpenReports(
        report_ids=np.array([f"2026-{number:06d}" for number in rng.permutation(size)]),
        opened_at=now - age.astype("timedelta64[us]"),
        severity_band=rng.choice(5, size, p=[0.02, 0.08, 0.3, 0.4, 0.2]),
        target_hours=TARGETS[rng.integers(0, TARGETS.size, size)],
        area=rng.integers(0, AREAS, size),
    )
    return reports, np.clip(np.exp(rng.normal(0, 0.3, AREAS)), 1.0, 1.5)


def moments(reports: OpenReports) -> list[datetime]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    ticks = reports.opened_at.astype(np.int64).tolist()
    return [epoch + timedelta(microseconds=tick) for tick in ticks]


if __name__ == "__main__":
    main()
