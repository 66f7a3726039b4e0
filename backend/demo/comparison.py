"""How far the estimates are from the truth, and how far a count of reports is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from statistics import correlation

from backend.audits.models import AreaRate
from backend.demo.truth import DistrictTruth


@dataclass(frozen=True, slots=True)
class Compared:
    """One district: what was estimated beside what is so; `is_covered` None without estimate."""

    truth: DistrictTruth
    estimate: AreaRate
    true_relative_rate: float
    is_covered: bool | None

    @property
    def reports_per_1000(self) -> float:
        """What a count of reports shows."""
        return 1000 * self.estimate.reports / self.truth.population

    @property
    def problems_per_1000(self) -> float:
        """What there was."""
        return 1000 * self.truth.incidents / self.truth.population


def compare(
    truths: Sequence[DistrictTruth], estimates: Mapping[str, AreaRate]
) -> tuple[Compared, ...]:
    """The districts that have both, by code, those that report least readily first.

    A true rate is taken relative to the estimator's own reference: the mean of the true rates
    weighted by the exposure days that the estimates rest on
    (`equity.rates.reporting_rate.REFERENCE`).
    """
    known = [(truth, estimates[truth.code]) for truth in truths if truth.code in estimates]
    exposure = sum(row.exposure_days for _, row in known)
    mean = sum(exp(truth.log_rate) * row.exposure_days for truth, row in known) / exposure
    compared = [
        Compared(truth, row, rate, _is_covered(row, rate))
        for truth, row in known
        for rate in [exp(truth.log_rate) / mean]
    ]
    return tuple(sorted(compared, key=lambda one: one.true_relative_rate))


def agreement(rows: Sequence[Compared]) -> float:
    """Pearson correlation of estimated and true rates, where there is an estimate."""
    told = [row for row in rows if row.estimate.relative_rate is not None]
    return correlation(
        [row.estimate.relative_rate or 0.0 for row in told],
        [row.true_relative_rate for row in told],
    )


def agreement_of_counts(rows: Sequence[Compared]) -> float:
    """Pearson correlation of reports and of true problems, both for each 1,000 people."""
    return correlation(
        [row.reports_per_1000 for row in rows], [row.problems_per_1000 for row in rows]
    )


def _is_covered(estimate: AreaRate, rate: float) -> bool | None:
    if estimate.low is None or estimate.high is None:
        return None
    return estimate.low <= rate <= estimate.high
