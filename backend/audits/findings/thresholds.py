"""Whether a gap is as large as the city said beforehand that it would call one."""

from collections.abc import Iterable
from enum import StrEnum
from math import log
from typing import Any

from backend.audits.findings.parameters import Promise
from equity.measures.disparity_words import METRICS, Comparison


class Verdict(StrEnum):
    """Sure only where the whole interval lies on one side of the threshold."""

    REACHED = "reached"
    NOT_REACHED = "not-reached"
    UNSURE = "unsure"
    UNTOLD = "untold"


def verdicts(promises: Iterable[Promise], lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """For every promised threshold and the gap it is about."""
    gaps = {(line["metric"], line["grouping"]): line for line in lines if line["is_gap"]}
    return [
        {
            "metric": promise.metric,
            "grouping": promise.grouping,
            "threshold": promise.threshold,
            "verdict": _verdict(promise, gaps.get((promise.metric, promise.grouping))),
        }
        for promise in promises
        if promise.threshold is not None
    ]


def _verdict(promise: Promise, gap: dict[str, Any] | None) -> Verdict:
    estimate = gap["estimate"] if gap else {}
    low, high = estimate.get("low"), estimate.get("high")
    is_ratio = METRICS[promise.metric].comparison is Comparison.RATIO
    if low is None or high is None or (is_ratio and low <= 0):
        return Verdict.UNTOLD
    least = promise.threshold or 0.0
    if is_ratio:
        low, high, least = log(low), log(high), log(least)
    nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
    if nearest >= least:
        return Verdict.REACHED
    return Verdict.NOT_REACHED if max(abs(low), abs(high)) < least else Verdict.UNSURE
